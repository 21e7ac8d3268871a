"""The contract of a kind of task, as a class of tests to inherit from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pytest

from relxfer.contract.metrics import Undefined
from relxfer.contract.records import Metric, TaskKind
from relxfer.contract.tasks import Task
from relxfer.errors import RelxferError
from relxfer.plugins.finder import load_object
from relxfer.store import json_text
from relxfer.testing.metrics import value_of
from relxfer.testing.offers import OfferContract
from relxfer.testing.samples import Sample, sample_of


class TaskContract(OfferContract):
    """Tests of what every kind of task must fulfil; inherit from it and set `task`.

    task     name of the kind of task
    plugins  modules with hooks, for plugins that are not installed
    """

    record = TaskKind
    key = "task"
    task: str

    def sample(self) -> Sample:
        """Queries of the task with answers and right scores.

        Override it for a task that is made of more than names, or whose answers are no classes, numbers or labels.
        """
        return sample_of(self._kind())

    def wrong(self) -> Iterator[tuple[str, np.ndarray]]:
        """(what is wrong, answers) of answers that the task must refuse; add those of your own."""
        sample = self.sample()
        answers = sample.answers
        yield "texts", np.array(["red"] * len(answers))
        yield "a table of 3 dimensions", np.stack([answers.reshape(len(answers), -1)] * 2, 2)
        if answers.dtype.kind == "f":
            for name, bad in (("NaN", np.nan), ("an infinity", np.inf)):
                yield name, np.where(np.arange(answers.size).reshape(answers.shape) == 1, bad, answers)
            yield "another number of columns", np.zeros((len(answers), sample.task.width + 1))
        else:
            yield "a number below 0", answers - 1 - answers.max()
            yield "a number that no answer has", answers + sample.task.width + 1

    def _kind(self) -> Any:
        return load_object(self.chosen().record.load)

    # ------------------------------------------------------------------ the record

    def test_it_is_a_kind_of_task(self) -> None:
        kind, record, made = self._kind(), self.chosen().record, self.sample().task
        assert isinstance(kind, type), f"expected a class, got {kind!r}"
        assert issubclass(kind, Task), f"expected a subclass of relxfer.Task, got {kind.__name__}"
        assert isinstance(made, kind), f"expected a sample of {kind.__name__}, got one of {type(made).__name__}"
        assert made.kind == record.name, f"expected the kind {record.name!r}, the name of the record, got {made.kind!r}"
        assert made.shows in ("probability", "score", "value"), f"expected shows as one of three, got {made.shows!r}"

    def test_its_metrics_are_offered(self) -> None:
        record = self.chosen().record
        assert record.metrics, "expected metrics, of which the first decides the verdicts"
        for name in record.metrics:
            metric: Any = self.loaded().find(Metric.kind, name).record
            assert record.name in metric.tasks, f"expected {name!r} to judge {record.name!r}, got {metric.tasks}"

    # ------------------------------------------------------------------ answers

    def test_it_takes_right_answers(self) -> None:
        sample = self.sample()
        assert sample.task.problem(sample.answers) is None

    def test_it_refuses_wrong_answers(self) -> None:
        task = self.sample().task
        for name, answers in self.wrong():
            told = task.problem(answers)
            assert told, f"expected {name} to be refused, got no problem"
            assert "expected" in told, f"expected a problem as 'expected ..., got ...', got {told!r}"

    def test_its_card_is_that_of_the_same_task(self) -> None:
        task = self.sample().task
        again = Task.from_card(json.loads(json_text.dumps(task.card())))
        assert again.same_as(task), "expected the task that its card describes"
        assert task.same_as(again)

    def test_its_strata_are_numbers(self) -> None:
        sample = self.sample()
        strata = sample.task.strata(sample.answers)
        assert strata is None or (strata.shape == (len(sample),) and strata.dtype.kind in "iu"), (
            "expected the class of each answer, or None"
        )

    # ------------------------------------------------------------------ judging

    def test_scores_are_judged_in_blocks_of_any_size(self) -> None:
        sample = self.sample()
        whole = self._judged(sample, sample.noisy(1.0))
        parts = sample.task.judge(np.array_split(sample.noisy(1.0), 7), sample.examples(), [])
        for name, array in whole.items():
            assert len(array) == len(sample), f"expected {name} of each query, got {len(array)} of {len(sample)}"
            assert array.dtype.kind in "biuf", f"expected numbers in {name}, got {array.dtype}"
            assert np.allclose(array, parts[name]), f"expected the same {name}, however queries are put in blocks"

    def test_scores_that_are_no_numbers_are_refused(self) -> None:
        sample = self.sample()
        scores = sample.right.copy()
        scores[3, 0] = np.nan
        with pytest.raises(RelxferError):
            self._judged(sample, scores)

    def test_scores_of_some_queries_are_refused(self) -> None:
        sample = self.sample()
        with pytest.raises(RelxferError):
            sample.task.judge([sample.right[:-1]], sample.examples(), [])

    def test_better_scores_have_more_merit(self) -> None:
        """A validator maximises the mean of `merit`."""
        sample, ties = self.sample(), self._ties()[0]
        merits = []
        for scores in (sample.right, sample.noise()):
            merit = sample.task.merit(self._kind().results(self._judged(sample, scores), ties))
            assert merit.shape == (len(sample),), f"expected a merit of each query, got {list(merit.shape)}"
            assert np.isfinite(merit).all(), "expected merits that are numbers"
            merits.append(float(merit.mean()))
        assert merits[0] > merits[1], f"expected more merit of right scores, got {merits[0]}, and {merits[1]} of noise"

    def test_right_scores_are_best_by_every_metric(self) -> None:
        sample, record = self.sample(), self.chosen().record
        offered = [offer.record for offer in self.loaded().all(Metric.kind)]
        named = [metric for metric in offered if isinstance(metric, Metric) and record.name in metric.tasks]
        for metric in named:
            for ties in self._ties():
                right, noise = (value_of(metric, sample, scores, ties) for scores in (sample.right, sample.noise()))
                if isinstance(right, Undefined) or isinstance(noise, Undefined):
                    continue
                better = right > noise if metric.direction == "higher" else right < noise
                assert better, f"expected a better {metric.name} of right scores, got {right}, and {noise} of noise"

    # ------------------------------------------------------------------ details

    def test_parts_of_the_test_have_the_same_measures(self) -> None:
        sample = self.sample()
        made = sample.task.broken_down(self._results(sample, sample.noisy(1.0)), self._kinds(sample))
        if made is None:
            return
        names, measures = [part.name for part in made.parts], {tuple(part.measures) for part in made.parts}
        assert len(set(names)) == len(names), f"expected parts of different names, got {names}"
        assert len(measures) == 1, f"expected the same measures of every part, got {measures}"
        for part in made.parts:
            assert part.n >= 0, f"expected a number of queries of {part.name}, got {part.n}"
            for name, value in part.measures.items():
                assert value is None or np.isfinite(value), f"expected a finite {name} of {part.name}, got {value}"

    def test_right_scores_confuse_nothing(self) -> None:
        sample = self.sample()
        for scores, right in ((sample.right, True), (sample.noise(), False)):
            made = sample.task.broken_down(self._results(sample, scores), self._kinds(sample))
            if made is None or made.confusion is None:
                return
            table = np.asarray(made.confusion)
            assert table.shape == (len(made.parts),) * 2, f"expected a row for each part, got {list(table.shape)}"
            assert table.sum(1).tolist() == [part.n for part in made.parts], "expected each query of a part in its row"
            if right:
                assert np.trace(table) == table.sum(), "expected right scores to confuse nothing"

    def test_the_worst_mistakes_are_those_of_wrong_scores(self) -> None:
        sample, losses = self.sample(), []
        for scores in (sample.right, sample.noise()):
            made = sample.task.answered(self._results(sample, scores))
            assert made.loss.shape == (len(sample),), f"expected a loss of each query, got {list(made.loss.shape)}"
            assert np.isfinite(made.loss).all(), "expected losses that are numbers"
            for what in ("wrong", "predicted", "rank"):
                array = getattr(made, what)
                assert array is None or len(array) == len(sample), f"expected {what} of each query, or None"
            losses.append(float(made.loss.mean()))
        assert losses[0] < losses[1], f"expected less loss of right scores, got {losses[0]}, and {losses[1]} of noise"
        right = sample.task.answered(self._results(sample, sample.right))
        assert right.wrong is None or not right.wrong.any(), "expected no right answer among the wrong ones"
        if right.predicted is not None:
            worded = sample.task.worded(np.asarray(right.predicted))
            assert worded == sample.task.worded(sample.answers), (
                "expected right predictions in the words of the answers"
            )

    def test_predictions_are_in_words(self) -> None:
        sample = self.sample()
        worded, answers = sample.task.predicted(sample.right), sample.task.worded(sample.answers)
        assert worded == answers, f"expected {answers[:3]} of right scores, got {worded[:3]}"

    def _results(self, sample: Sample, scores: np.ndarray) -> Any:
        return self._kind().results(self._judged(sample, scores), self._ties()[0])

    def _kinds(self, sample: Sample) -> list[str]:
        return [f"kind {number % 3}" for number in range(len(sample))]

    def _judged(self, sample: Sample, scores: np.ndarray) -> Mapping[str, np.ndarray]:
        return sample.task.judge([scores], sample.examples(), [])

    def _ties(self) -> tuple[str, ...]:
        return self.chosen().record.ties or ("",)

    # ------------------------------------------------------------------ learning and showing

    def test_its_loss_falls_towards_right_scores(self) -> None:
        import torch

        sample = self.sample()
        if type(sample.task).loss is Task.loss:
            pytest.skip("models of this task have losses of their own")
        scale = sample.task.scale(sample.answers)
        given = None if scale is None else torch.tensor(scale)
        labels, losses = torch.tensor(sample.answers), []
        for scores in (sample.right, sample.noise()):
            heads = scores if scale is None else (scores - scale[0]) / scale[1]
            outputs = torch.tensor(heads, requires_grad=True)
            loss = sample.task.loss(outputs, labels, given)
            assert loss.shape == (), f"expected a loss as a scalar, got {list(loss.shape)}"
            (slope,) = torch.autograd.grad(loss, outputs)
            assert torch.isfinite(slope).all(), "expected gradients that are numbers"
            moved = sample.task.loss(outputs - 1e-3 * slope, labels, given)
            assert bool(moved <= loss + 1e-6), "expected a smaller loss after a step along its gradient"
            losses.append(float(loss.detach()))
        assert losses[0] < losses[1], f"expected less loss of right scores, got {losses[0]}, and {losses[1]} of noise"

    def test_scores_are_in_the_units_of_the_answers(self) -> None:
        sample = self.sample()
        scale = sample.task.scale(sample.answers)
        heads = sample.right if scale is None else (sample.right - scale[0]) / scale[1]
        assert np.allclose(sample.task.decoded(heads, scale), sample.right)

    def test_what_is_shown_is_what_it_says(self) -> None:
        sample = self.sample()
        shown = sample.task.shown(sample.noisy(1.0))
        assert shown.shape == sample.right.shape, f"expected {list(sample.right.shape)}, got {list(shown.shape)}"
        assert np.isfinite(shown).all()
        if sample.task.shows == "probability":
            assert shown.min() >= 0, "expected probabilities from 0 on"
            assert shown.max() <= 1 + 1e-9, "expected probabilities up to 1"
            assert not sample.task.classes or np.allclose(shown.sum(1), 1), "expected probabilities that add up to 1"
