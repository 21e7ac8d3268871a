"""Learning curves: the figures on curves made by hand, monotone cases, and how they are shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from relxfer import Results
from relxfer.judge.records import Interval
from relxfer.results import learning_curves
from relxfer.results.learning_curves import Curve, Labels, LearningCurves
from relxfer.results.records import Cost, MetricSummary, Row, TargetSummary

SCRATCH = Curve("scratch", (10, 100, 1000), (0.2, 0.5, 0.8), ((0.1, 0.3), (0.4, 0.6), (0.7, 0.9)))


def beside(*strategies, scratch=SCRATCH):
    return LearningCurves("a", "b", "accuracy", scratch, strategies)


# ------------------------------------------------------------------ the figures


@pytest.mark.parametrize(
    ("level", "labels"),
    [
        (0.2, Labels(10)),
        (0.35, Labels(10**1.5)),
        (0.5, Labels(100)),
        (0.7, Labels(10 ** (2 + 2 / 3))),
        (0.8, Labels(1000)),
        (0.81, Labels(1000, "at least")),
        (0.19, Labels(10, "at most")),
    ],
)
def test_labels_that_scratch_needs(level, labels):
    found = SCRATCH.labels_for(level)
    assert (found.bound, found.value) == (labels.bound, pytest.approx(labels.value))


def test_the_first_crossing_counts_where_a_curve_falls_again():
    assert Curve("s", (10, 100, 1000), (0.2, 0.6, 0.4)).labels_for(0.4).value == pytest.approx(10**1.5)
    assert Curve("s", (10, 100, 1000), (0.2, 0.6, 0.4)).labels_for(0.7) == Labels(1000, "at least")


def test_the_figures_of_a_strategy():
    found = beside(mine := Curve("finetune", (10, 100, 1000), (0.5, 0.8, 0.9)))
    assert found.multiples(mine) == [Labels(10), Labels(10), Labels(1, "at least")]
    assert found.jumpstart(mine) == pytest.approx(0.3)
    assert found.asymptotic(mine) == pytest.approx(0.1)
    assert (mine.first_at(found.level), SCRATCH.first_at(found.level), mine.first_at(0.95)) == (100, 1000, None)


def test_the_figures_of_a_strategy_without_labels():
    found = beside(free := Curve("zero-shot", (0,), (0.5,)))
    assert found.worth(free) == [Labels(100)]
    assert found.multiples(free) == [None]
    assert (found.jumpstart(free), found.asymptotic(free)) == (pytest.approx(0.3), pytest.approx(-0.3))
    assert (free.first_at(0.5), free.first_at(0.6)) == (0, None)


def test_a_strategy_without_a_point_has_no_gain_there():
    found = beside(part := Curve("late", (100,), (0.6,)))
    assert (found.jumpstart(part), found.asymptotic(part)) == (None, None)


rising = some.lists(some.tuples(some.integers(1, 10**6), some.floats(0, 1)), min_size=2, max_size=6).map(
    lambda pairs: Curve("s", tuple(sorted({n for n, _ in pairs})), tuple(sorted(v for _, v in pairs)))
)
rising = rising.filter(lambda curve: len(curve.labels) == len(curve.values))


@given(rising, some.floats(0, 1), some.floats(0, 1))
def test_a_higher_level_never_takes_fewer_labels(curve, one, other):
    low, high = sorted((one, other))
    assert curve.labels_for(low).value <= curve.labels_for(high).value * (1 + 1e-9)


@given(rising)
def test_of_its_own_values_a_rising_curve_needs_at_most_its_own_labels(curve):
    for n, value in zip(curve.labels, curve.values, strict=True):
        needed = curve.labels_for(value)
        assert needed.value <= n * (1 + 1e-9)
        assert needed.bound == ""


@given(rising, some.floats(0, 1))
def test_between_its_ends_a_rising_curve_has_the_level_where_it_says(curve, part):
    level = curve.values[0] + part * (curve.values[-1] - curve.values[0])
    needed = curve.labels_for(level)
    assert curve.labels[0] * (1 - 1e-9) <= needed.value <= curve.labels[-1] * (1 + 1e-9)
    below = [v for n, v in zip(curve.labels, curve.values, strict=True) if n < needed.value * (1 - 1e-9)]
    assert all(value <= level for value in below)


@given(rising, some.floats(0, 0.5))
def test_a_strategy_that_is_nowhere_below_scratch_is_worth_its_labels(curve, more):
    found = beside(mine := Curve("m", curve.labels, tuple(v + more for v in curve.values)), scratch=curve)
    for n, worth in zip(mine.labels, found.worth(mine), strict=True):
        lowest = min(m for m, v in zip(curve.labels, curve.values, strict=True) if v == curve.at(n))
        assert worth.value >= lowest * (1 - 1e-9)


# ------------------------------------------------------------------ from results


def row(strategy, budget, labels, value, role="candidate", source="a"):
    return Row(
        source=source, target="b", strategy=strategy, role=role, budget=budget, labels_per="target",
        setting="inductive", metric="accuracy", runs=1, planned=1, deterministic=False, label_count=labels,
        metrics={"accuracy": value},
        selection=("last-step",), cost=Cost(1.0, None, 1), interval=Interval(value, value - 0.1, value + 0.1, 1, 9),
    )  # fmt: skip


ROWS = [
    *(row("scratch", b, n, v, "scratch") for b, n, v in ((10, 10, 0.2), (100, 100, 0.5), ("all", 1000, 0.8))),
    *(row("finetune", b, n, v) for b, n, v in ((10, 10, 0.5), (100, 100, 0.8), ("all", 1000, 0.9))),
    *(row("zero-shot", b, 0, 0.35, "direct") for b in (10, 100, "all")),
    row("counts", "all", 0, 0.1, "prior"),
]


def summary(metric):
    return TargetSummary(task="classification", metrics=(metric,), labels_per="target", self_supervised=False)


def results(rows=ROWS, folder="runs/x", metric=MetricSummary(name="accuracy")):
    return Results(Path(folder), "x", (), tuple(rows), targets={"b": summary(metric)})


def test_curves_are_by_the_labels_that_were_used():
    (found,) = learning_curves.of(results())
    assert (found.scratch.labels, found.scratch.values) == ((10, 100, 1000), (0.2, 0.5, 0.8))
    assert found.scratch.spans[1] == (0.4, 0.6)
    assert [(curve.strategy, curve.labels) for curve in found.strategies] == [
        ("finetune", (10, 100, 1000)),
        ("zero-shot", (0,)),
    ]


def test_a_budget_beyond_what_there_is_is_no_point_of_its_own():
    more = [row("scratch", 5000, 1000, 0.8, "scratch"), row("finetune", 5000, 1000, 0.9)]
    (found,) = learning_curves.of(results([*ROWS, *more]))
    assert found.scratch.labels == (10, 100, 1000)


@pytest.mark.parametrize(
    "kept", [lambda r: r.role != "scratch", lambda r: r.budget == "all", lambda r: r.role == "scratch"]
)
def test_without_two_numbers_of_labels_or_a_strategy_there_is_no_curve(kept):
    assert list(learning_curves.of(results([row for row in ROWS if kept(row)]))) == []


def test_rows_whose_labels_nobody_counted_have_no_curve():
    assert list(learning_curves.of(results([replace(row, label_count=None) for row in ROWS]))) == []


# ------------------------------------------------------------------ a metric of which less is better

ERRORS = Curve("scratch", (10, 100, 1000), (0.8, 0.5, 0.2), sign=-1)


def test_labels_that_scratch_needs_for_an_error():
    assert ERRORS.labels_for(0.35).value == pytest.approx(10**2.5)
    assert (ERRORS.labels_for(0.9), ERRORS.labels_for(0.1)) == (Labels(10, "at most"), Labels(1000, "at least"))
    assert (ERRORS.first_at(0.5), ERRORS.first_at(0.1)) == (100, None)


def test_a_gain_in_an_error_is_positive_where_it_is_smaller():
    found = beside(mine := Curve("finetune", (10, 100, 1000), (0.5, 0.2, 0.1), sign=-1), scratch=ERRORS)
    assert found.multiples(mine) == [Labels(10), Labels(10), Labels(1, "at least")]
    assert found.jumpstart(mine) == pytest.approx(0.3)
    assert found.asymptotic(mine) == pytest.approx(0.1)


def test_the_direction_of_a_curve_is_that_of_the_metric():
    (found,) = learning_curves.of(results(metric=MetricSummary(name="accuracy", direction="lower")))
    assert {curve.sign for curve in (found.scratch, *found.strategies)} == {-1}


def test_curves_are_beside_scratch_of_their_own_architecture():
    other = [replace(row("scratch (b)", budget, n, value, "scratch"), scratch="scratch (b)")
             for budget, n, value in ((10, 10, 0.1), ("all", 1000, 0.3))]  # fmt: skip
    mine = [replace(row("of b", "all", 1000, 0.6), scratch="scratch (b)")]
    found = learning_curves.of(results([*other, *mine, *ROWS]))
    assert [(curves.scratch.strategy, [c.strategy for c in curves.strategies]) for curves in found] == [
        ("scratch (b)", ["of b"]),
        ("scratch", ["finetune", "zero-shot"]),
    ]
