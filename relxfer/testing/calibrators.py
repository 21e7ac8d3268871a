"""The contract of a calibrator, as a class of tests to inherit from."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.contract.records import Calibrator
from relxfer.store import files, json_text
from relxfer.testing.offers import OfferContract
from relxfer.testing.samples import Sample, samples_of


class CalibratorContract(OfferContract):
    """Tests of what every calibrator must fulfil; inherit from it and set `calibrator`.

    calibrator   name of the calibrator
    options      its options in the configuration
    plugins      modules with hooks, for plugins that are not installed
    keeps_order  whether candidates keep their order by probability as by score, so that accuracy stays as it is
    """

    record = Calibrator
    key = "calibrator"
    calibrator: str
    keeps_order = True

    def samples(self) -> Iterator[Sample]:
        """A sample of each task that is calibrated; override it where a task is made of more than names."""
        return samples_of(self.loaded(), self.chosen().record.tasks)

    # ------------------------------------------------------------------ tests

    def test_it_gives_probabilities(self) -> None:
        for sample in self.samples():
            for scores in (sample.noisy(1.5), sample.noise(), 1000 * sample.noisy(1.5), np.zeros_like(sample.right)):
                made = self._applied(sample, scores)
                assert made.shape == scores.shape, f"expected {list(scores.shape)}, got {list(made.shape)}"
                assert np.isfinite(made).all(), "expected probabilities that are numbers"
                assert made.min() >= 0, f"expected probabilities from 0 on, got {made.min()}"
                assert made.max() <= 1 + 1e-9, f"expected probabilities up to 1, got {made.max()}"
                assert not sample.task.classes or np.allclose(made.sum(1), 1), "expected classes that add up to 1"

    def test_it_keeps_the_order_of_candidates(self) -> None:
        if not self.keeps_order:
            return
        for sample in self.samples():
            scores = sample.noisy(1.5)
            made = self._applied(sample, scores)
            order = np.argsort(scores, 1)
            rising = np.diff(np.take_along_axis(made, order, 1), axis=1) >= -1e-12
            assert rising.all(), "expected candidates in the order of their scores (else set keeps_order = False)"

    def test_right_answers_become_no_less_probable(self) -> None:
        """On the labels to which it is fitted, for scores that claim too much and too little."""
        for sample in self.samples():
            for factor in (0.1, 1.0, 10.0):
                scores = factor * sample.noisy(1.5)
                before, after = sample.task.shown(scores), self._applied(sample, scores)
                losses = [_loss(sample, each) for each in (before, after)]
                assert losses[1] <= losses[0] + 1e-3, (
                    f"expected at most {losses[0]:.4f}, the loss without calibration, got {losses[1]:.4f}"
                )

    def test_it_follows_the_answers(self) -> None:
        """Scores that are always right become surer than those that are right by chance."""
        for sample in self.samples():
            sure, unsure = (
                self._applied(sample.take(np.arange(len(sample))), s) for s in (sample.right, sample.noise())
            )
            assert sure.max(1).mean() > unsure.max(1).mean(), "expected surer probabilities of scores that are right"

    def test_what_is_fitted_is_stored(self, tmp_path: Path) -> None:
        for sample in self.samples():
            scores = sample.noisy(1.5)
            arrays, card = self.built().fit(scores, sample.answers)
            told = json.loads(json_text.dumps(card))
            assert told == dict(card), "expected a card of JSON values only"
            assert all(isinstance(array, np.ndarray) for array in arrays.values()), "expected numpy arrays"
            files.write_arrays(tmp_path / "fitted.safetensors", dict(arrays), {})
            again, _ = files.read_arrays(tmp_path / "fitted.safetensors")
            first, second = (self.built().apply(scores, fitted) for fitted in ((arrays, card), (again, told)))
            assert np.array_equal(first, second), "expected a calibrator to keep nothing but what `fit` returned"

    def test_it_depends_on_its_arguments_only(self) -> None:
        for sample in self.samples():
            scores, kept = sample.noisy(1.5), sample.noisy(1.5)
            made, answers = self.built(), sample.answers.copy()
            fitted = made.fit(scores, sample.answers)
            made.fit(sample.noise(), sample.answers)
            assert np.array_equal(made.apply(scores, fitted), self._applied(sample, scores)), "expected the same twice"
            blocks = [made.apply(block, fitted) for block in np.array_split(scores, 7)]
            assert np.allclose(np.concatenate(blocks), made.apply(scores, fitted)), "expected the same in blocks"
            assert np.array_equal(scores, kept), "expected scores that stay as they were"
            assert np.array_equal(answers, sample.answers), "expected answers that stay as they were"

    def test_it_is_fitted_to_few_labels(self) -> None:
        """One label, and labels of one answer, as small budgets have."""
        for sample in self.samples():
            for rows in (np.zeros(1, int), np.zeros(12, int)):
                few = sample.take(rows)
                made = self._applied(few, few.noisy(1.5))
                assert np.isfinite(made).all(), "expected numbers of few labels too"

    def _applied(self, sample: Sample, scores: np.ndarray) -> Any:
        made = self.built()
        return made.apply(scores, made.fit(scores, sample.answers))


def _loss(sample: Sample, probabilities: np.ndarray) -> float:
    """Mean negative log-probability of the right answers."""
    bounded = np.clip(probabilities, 1e-12, 1 - 1e-12)
    if sample.answers.ndim == 1:
        return float(-np.log(bounded[np.arange(len(sample)), sample.answers]).mean())
    right = np.where(sample.answers > 0, bounded, 1 - bounded)
    return float(-np.log(right).mean())
