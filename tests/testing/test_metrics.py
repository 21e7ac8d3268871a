"""The contract of metrics: metrics that do not keep it are caught."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer import Metric, hookimpl
from relxfer.contract.metrics import ByInfluence, PerItem, Undefined
from relxfer.testing import MetricContract
from relxfer.testing.metrics import value_of
from relxfer.testing.samples import sample_of


def right(results):
    return (results.scores.argmax(1) == results.answers).astype(float)


def share(results):
    """Keeps the contract: accuracy."""
    return PerItem(right(results))


def balanced(results):
    """Keeps the contract: the mean over classes of the share that is right, by its influences."""
    hit, classes = right(results), np.unique(results.answers)
    if len(classes) < 2:
        raise Undefined("all test answers are of one class")
    shares = np.array([hit[results.answers == c].mean() for c in classes])
    sizes = np.array([(results.answers == c).mean() for c in classes])
    place = np.searchsorted(classes, results.answers)
    return ByInfluence(float(shares.mean()), (hit - shares[place]) / sizes[place] / len(classes))


def turned(results):
    """Its record says that higher is better, and it is an error."""
    return PerItem(1 - right(results))


def unsummed(results):
    """Its influences do not sum to 0."""
    made = balanced(results)
    return ByInfluence(made.value, made.influences + 0.1)


def spread_out(results):
    """No mean over queries, told as one: the value is given to every query."""
    made = balanced(results)
    return PerItem(np.full(len(results.answers), made.value))


def percent(results):
    return PerItem(100 * right(results))


def nan(results):
    """NaN where there is no value."""
    if len(np.unique(results.answers)) < 2:
        return PerItem(np.full(len(results.answers), np.nan))
    return share(results)


def ordered(results):
    """Later queries count more."""
    return PerItem(right(results) * np.linspace(0.5, 1, len(results.answers)))


def changing(results):
    results.scores[:] = 0
    return PerItem(right(results))


MADE = (share, balanced, turned, unsummed, spread_out, percent, nan, ordered, changing)


class Plugin:
    __name__ = "metrics with faults"

    @hookimpl
    def relxfer_metrics(self):
        return [
            Metric(
                name=f"my-{made.__name__}",
                load=f"{__name__}:{made.__name__}",
                tasks=("classification",),
                low=0.0,
                high=1.0,
                minimal_effect=0.05,
                summary="for tests",
            )
            for made in MADE
        ]


def contract(made):
    return type("Planted", (MetricContract,), {"metric": f"my-{made.__name__}", "plugins": (Plugin(),)})


@pytest.mark.parametrize(
    ("made", "test"),
    [
        (turned, "test_right_scores_have_the_best_value"),
        (unsummed, "test_influences_sum_to_0"),
        (spread_out, "test_contributions_foretell_the_value_of_a_part"),
        (percent, "test_its_values_are_in_its_range"),
        (nan, "test_it_is_a_number_or_undefined_with_a_reason"),
        (ordered, "test_the_order_of_queries_does_not_matter"),
        (changing, "test_it_leaves_results_as_they_were"),
    ],
)
def test_a_fault_is_caught(made, test, failed):
    assert test in failed(contract(made), test)


@pytest.mark.parametrize("made", [share, balanced])
def test_a_metric_without_fault_passes(made, failed):
    assert failed(contract(made)) == {}


def test_the_value_of_scores():
    from relxfer.judge.metrics.classification import Classification

    record = Plugin().relxfer_metrics()[0]
    sample = sample_of(Classification)
    assert value_of(record, sample, sample.right, "") == 1
    assert isinstance(value_of(Plugin().relxfer_metrics()[1], sample.take([0]), sample.right[:1], ""), Undefined)
