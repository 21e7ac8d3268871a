"""The contract of a metric, as a class of tests to inherit from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from relxfer.contract.metrics import ByInfluence, PerItem, Undefined
from relxfer.contract.records import Metric, TaskKind
from relxfer.plugins.finder import load_object
from relxfer.seeding import generator
from relxfer.testing.offers import OfferContract
from relxfer.testing.samples import Sample, samples_of


class MetricContract(OfferContract):
    """Tests of what every metric must fulfil; inherit from it and set `metric`.

    metric       name of the metric
    plugins      modules with hooks, for plugins that are not installed
    resemblance  how well contributions must foretell the value for a part of the queries: the least correlation
    """

    record = Metric
    key = "metric"
    metric: str
    resemblance = 0.8

    def samples(self) -> Iterator[Sample]:
        """A sample of each task that the metric judges; override it where a task is made of more than names."""
        return samples_of(self.loaded(), self.chosen().record.tasks)

    # ------------------------------------------------------------------ the value

    def test_right_scores_have_the_best_value(self) -> None:
        record = self.chosen().record
        best = record.high if record.direction == "higher" else record.low
        for sample in self.samples():
            right, noisy, noise = (self._value(sample, s) for s in (sample.right, sample.noisy(1.0), sample.noise()))
            where = f"{record.direction} is better: right scores {right:.4f}, noisy ones {noisy:.4f}, noise {noise:.4f}"
            sign = 1 if record.direction == "higher" else -1
            assert sign * right >= sign * noisy >= sign * noise, f"expected better values of better scores; {where}"
            assert right != noise, f"expected another value of right scores than of noise; {where}"
            assert best is None or np.isclose(right, best), f"expected {best}, the end of its range; {where}"

    def test_its_values_are_in_its_range(self) -> None:
        record = self.chosen().record
        for sample in self.samples():
            for scores in (sample.right, -sample.right, *(sample.noise(seed) for seed in range(5))):
                value = self._value(sample, scores)
                assert np.isfinite(value), f"expected a number, got {value}; raise Undefined where there is no value"
                assert record.low is None or value >= record.low - 1e-9, f"expected >= {record.low}, got {value}"
                assert record.high is None or value <= record.high + 1e-9, f"expected <= {record.high}, got {value}"

    def test_the_order_of_queries_does_not_matter(self) -> None:
        for sample in self.samples():
            order = generator("order").permutation(len(sample))
            scores = sample.noisy(1.0)
            whole, mixed = self._made(sample, scores), self._made(sample.take(order), scores[order])
            assert np.isclose(mixed.contributions.mean(), whole.contributions.mean()), "expected the same value"
            assert np.allclose(mixed.contributions, whole.contributions[order]), "expected contributions in that order"

    def test_it_leaves_results_as_they_were(self) -> None:
        for sample in self.samples():
            arrays = dict(sample.task.judge([sample.noisy(1.0)], sample.examples(), []))
            before = {name: array.copy() for name, array in arrays.items()}
            first, again = (self._of(sample, arrays).contributions for _ in range(2))
            assert np.array_equal(first, again), "expected the same value twice"
            assert all(np.array_equal(before[name], arrays[name]) for name in arrays), "expected results as they were"

    # ------------------------------------------------------------------ the value of each query

    def test_there_is_a_contribution_of_each_query(self) -> None:
        for sample in self.samples():
            made = self._made(sample, sample.noisy(1.0))
            assert made.contributions.shape == (len(sample),), (
                f"expected one number for each query, got {list(made.contributions.shape)}"
            )
            assert np.isfinite(made.contributions).all(), "expected contributions that are numbers"

    def test_influences_sum_to_0(self) -> None:
        for sample in self.samples():
            for scores in (sample.right, sample.noisy(0.5), sample.noise()):
                made = self._made(sample, scores)
                if not isinstance(made, ByInfluence):
                    pytest.skip("the metric is a mean over queries")
                total = float(np.mean(made.influences))
                assert abs(total) <= 1e-6 * (1 + abs(made.value)), f"expected influences whose mean is 0, got {total}"

    def test_contributions_foretell_the_value_of_a_part(self) -> None:
        """Their mean over some queries is the metric of these queries, or varies with it to first order.

        Intervals and gains rest on this: queries are resampled, and their contributions averaged.
        """
        for sample in self.samples():
            scores = sample.noisy(1.0)
            contributions = self._made(sample, scores).contributions
            foretold, measured = [], []
            for part in range(40):
                rows = generator("part", part).permutation(len(sample))[: int(0.8 * len(sample))]
                measured.append(self._value(sample.take(rows), scores[rows]))
                foretold.append(float(contributions[rows].mean()))
            if np.std(measured) < 1e-9:
                continue
            resemblance = np.corrcoef(foretold, measured)[0, 1]
            share = np.std(foretold) / np.std(measured)
            assert resemblance >= self.resemblance, (
                f"expected contributions that vary as the metric does over parts of the queries, got a correlation of "
                f"{resemblance:.2f}; return PerItem for a mean over queries, and ByInfluence for anything else"
            )
            assert 0.5 <= share <= 2, f"expected as much variation as the metric has, got {share:.2f} times as much"

    # ------------------------------------------------------------------ where it has no value

    def test_it_is_a_number_or_undefined_with_a_reason(self) -> None:
        """For one query, and for queries with one answer."""
        for sample in self.samples():
            one = sample.take(np.zeros(1, int))
            alike = sample.take(np.zeros(20, int))
            for few in (one, alike):
                for scores in (few.right, few.noise()):
                    made = self._made_or_none(few, scores)
                    assert made is None or np.isfinite(made.contributions).all(), (
                        "expected numbers, or Undefined with a reason, where all answers are the same"
                    )

    def _made_or_none(self, sample: Sample, scores: np.ndarray) -> Any:
        try:
            return self._made(sample, scores)
        except Undefined as error:
            if not str(error).strip():
                raise AssertionError("expected a reason, such as 'all test answers are of one class'") from None
            return None

    def _made(self, sample: Sample, scores: np.ndarray) -> Any:
        return self._of(sample, sample.task.judge([scores], sample.examples(), []))

    def _of(self, sample: Sample, arrays: Any) -> Any:
        return _measured(self.chosen().record, sample, arrays, self._ties(sample))

    def _value(self, sample: Sample, scores: np.ndarray) -> float:
        return float(self._made(sample, scores).contributions.mean())

    def _ties(self, sample: Sample) -> str:
        record: Any = self.loaded().find(TaskKind.kind, sample.task.kind).record
        return record.ties[0] if record.ties else ""


def _measured(record: Any, sample: Sample, arrays: Any, ties: str) -> PerItem | ByInfluence:
    made = load_object(record.load)(type(sample.task).results(arrays, ties))
    return made if isinstance(made, PerItem | ByInfluence) else PerItem(np.asarray(made))


def value_of(record: Any, sample: Sample, scores: np.ndarray, ties: str) -> Any:
    """The value of a metric, or the `Undefined` that it raised."""
    try:
        arrays = sample.task.judge([scores], sample.examples(), [])
        return float(_measured(record, sample, arrays, ties).contributions.mean())
    except Undefined as error:
        return error
