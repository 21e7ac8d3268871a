"""Learning curves from the stored values of cells: whose points, at which seeds, and what is said without intervals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from relxfer.judge.curves.crossings import Gap
from relxfer.judge.curves.labels import Labels, Span
from relxfer.judge.scoring import Measured
from relxfer.results.curves import label_efficiency
from relxfer.results.curves.label_efficiency import continued, without_span
from relxfer.results.records import CellResult, MetricSummary, Selected
from relxfer.results.rows import Judge
from relxfer.results.values import Evaluated

BASE = CellResult(source="a", target="t", strategy="finetune", role="candidate", budget=10, seed=0, status="done",
                  setting="inductive", labels=True, labels_per="target", seeded=True, n=200,
                  selection=Selected("target-val"))  # fmt: skip
ITEMS = np.random.default_rng(7).normal(size=200)
#: Strategy -> labels -> its level.
LEVELS = {
    "scratch": {10: 0.2, 100: 0.5, 1000: 0.8},
    "finetune": {10: 0.5, 100: 0.8, 1000: 0.9},
    "late": {100: 0.65},
    "zero-shot": {0: 0.35},
}


def cells(strategy="finetune", role="candidate", seeds=range(6), budgets=(10, 100, 1000), labels=True, **more):
    return [
        replace(BASE, strategy=strategy, role=role, budget=budget, seed=seed, labels=labels, seeded=labels,
                label_count=budget if labels else 0,
                evaluation=f"{strategy}/{budget if labels else 0}/{seed if labels else 0}", **more)
        for budget in budgets for seed in seeds
    ]  # fmt: skip


SCRATCH = cells("scratch", "scratch")


def values(evaluation: str, noise=0.05, sign=1):
    strategy, labels, seed = evaluation.split("/")
    rng = np.random.default_rng([sum(map(ord, evaluation)), int(seed)])
    made = sign * LEVELS[strategy][int(labels)] + noise * (ITEMS + rng.normal(size=200) + rng.normal() / 4)
    return Evaluated(Measured({"score": made}), np.arange(200))


def curves(*made, of=values, direction="higher"):
    judge = Judge(of, {"t": [MetricSummary(name="score", direction=direction)]}, {"t": False})
    every = [cell for group in made for cell in group]
    return label_efficiency.curves(judge, every, judge.rows(every))


def multiples(curve):
    return [point.multiple and round(point.multiple.value, 1) for point in curve.points]


def test_the_figures_of_strategies_beside_scratch():
    (found,) = curves(SCRATCH, cells(), cells("zero-shot", "direct", labels=False))
    assert (found.source, found.target, found.metric, found.direction) == ("a", "t", "score", "higher")
    assert found.scratch.labels == (10, 100, 1000)
    assert found.level == pytest.approx(0.8, abs=0.02)
    tuned, free = found.strategies
    assert multiples(tuned) == [pytest.approx(10, rel=0.2), pytest.approx(10, rel=0.2), 1.0]
    first = tuned.points[0]
    assert first.multiple.span.low < 10 < first.multiple.span.high
    assert first.multiple == first.worth.per(10)
    assert (tuned.points[2].multiple.bound, tuned.points[2].multiple.span) == ("at least", Span(1.0, None))
    assert tuned.jumpstart.estimate == pytest.approx(0.3, abs=0.02)
    assert tuned.asymptotic.low < 0.1 < tuned.asymptotic.high
    assert tuned.to_level.value == pytest.approx(100, rel=0.2)
    assert (found.scratch.to_level.value, found.scratch.to_level.span.high) == (pytest.approx(1000), 1000)
    assert 500 < found.scratch.to_level.span.low < 1000
    assert free.labels == (0,)
    assert (multiples(free), free.points[0].worth.bound) == ([None], "")
    assert free.points[0].worth.value == pytest.approx(10**1.5, rel=0.2)
    assert (free.to_level.bound, free.to_level.span) == ("at least", Span(0.0, None)), "it never reaches it"
    assert free.catch_up.span.low < free.catch_up.value < free.catch_up.span.high
    assert not found.notes


def test_of_an_error_less_is_better():
    (found,) = curves(SCRATCH, cells(), direction="lower", of=lambda name: values(name, sign=-1))
    assert found.level == pytest.approx(-0.8, abs=0.02)
    assert multiples(found.strategies[0]) == [pytest.approx(10, rel=0.2), pytest.approx(10, rel=0.2), 1.0]
    assert found.strategies[0].jumpstart.estimate == pytest.approx(0.3, abs=0.02)
    assert list(found.scratch.monotone) == sorted(found.scratch.monotone, reverse=True)


def test_a_curve_that_falls_by_chance_is_made_monotone_and_its_points_stay():
    def dented(name):
        return values(name) if not name.startswith("scratch/100/") else values(name.replace("/100/", "/1000/"))

    (found,) = curves(SCRATCH, cells(), of=lambda n: dented(n) if "1000" not in n else values(n.replace("1000", "100")))
    assert found.scratch.values[1] > found.scratch.values[2]
    low, middle, high = found.scratch.monotone
    assert low < middle == pytest.approx(high)
    assert found.law is None, "no law passes by points that fall"


def test_a_budget_beyond_what_there_is_is_no_point_of_its_own():
    more = [replace(cell, budget=5000, label_count=1000) for cell in [*SCRATCH, *cells()] if cell.budget == 1000]
    (found,) = curves(SCRATCH, cells(), more)
    assert found.scratch.labels == found.strategies[0].labels == (10, 100, 1000)


@pytest.mark.parametrize("kept", ["scratch alone", "one budget", "nothing beside", "not counted"])
def test_without_two_numbers_of_labels_and_a_strategy_there_is_no_curve(kept):
    made = {
        "scratch alone": [SCRATCH],
        "one budget": [cells("scratch", "scratch", budgets=[10]), cells(budgets=[10])],
        "nothing beside": [cells()],
        "not counted": [[replace(cell, label_count=None) for cell in [*SCRATCH, *cells()]]],
    }[kept]
    assert curves(*made) == ()


def test_a_strategy_without_a_point_has_no_gain_there():
    (found,) = curves(SCRATCH, cells("late", budgets=[100]))
    (late,) = found.strategies
    assert (late.jumpstart, late.asymptotic) == (None, None)
    assert late.points[0].multiple.value == pytest.approx(10**0.5, rel=0.2)
    assert late.to_level.bound == "at least"


def test_seeds_that_finished_everywhere_are_compared():
    """Scratch lacks a seed at one budget, the strategy another one."""
    missing = [cell for cell in SCRATCH if (cell.budget, cell.seed) != (100, 0)]
    tuned = [cell for cell in cells() if (cell.budget, cell.seed) != (10, 5)]
    (found,) = curves(missing, tuned)
    whole, fewer = curves(SCRATCH, cells())[0].strategies[0], found.strategies[0]
    assert fewer.points[0].multiple.value == pytest.approx(whole.points[0].multiple.value, rel=0.2)
    assert fewer.points[0].multiple.value != whole.points[0].multiple.value


def test_without_a_seed_in_common_no_numbers_of_labels_are_given():
    apart = [cell for cell in SCRATCH if (cell.seed < 3) == (cell.budget == 10)]
    (found,) = curves(apart, cells())
    assert [point.worth for point in found.strategies[0].points] == [None] * 3
    assert found.strategies[0].to_level is None
    assert "no seed of scratch finished with every number of labels" in found.notes[0]


def test_two_seeds_give_numbers_without_intervals():
    (found,) = curves(cells("scratch", "scratch", seeds=range(2)), cells(seeds=range(2)))
    (tuned,) = found.strategies
    assert multiples(tuned) == [pytest.approx(10, rel=0.3), pytest.approx(10, rel=0.3), 1.0]
    assert {point.worth.span for point in tuned.points} == {None}
    assert tuned.to_level.span is None
    assert tuned.catch_up == Labels(None), "nothing is said beyond the labels of the run"
    assert "2 seeds" in found.notes[0]


def test_runs_that_failed_to_train_are_told():
    failed = [replace(cell, failed_to_train=("score",)) if cell.seed == 0 else cell for cell in SCRATCH]
    (found,) = curves(failed, cells())
    assert found.notes[0].startswith("scratch with 10 labels: 1 of 6 runs failed to train")
    every = [replace(cell, failed_to_train=("score",)) for cell in SCRATCH]
    assert curves(every, cells())[0].notes == ()


def test_several_pretrainings_take_the_place_of_seeds():
    tuned = [
        replace(cell, source_seed=source, evaluation=f"finetune/{cell.budget}/{cell.seed + 10 * source}")
        for source in range(3)
        for cell in cells(seeds=range(2))
    ]
    (found,) = curves(cells("scratch", "scratch", seeds=range(2)), tuned)
    assert found.strategies[0].points[0].multiple.span is not None
    assert found.strategies[0].jumpstart.seeds == 3


def test_a_strategy_at_budget_0_has_a_point_there():
    none = [replace(cell, budget=0, label_count=0, evaluation=f"zero-shot/0/{cell.seed}") for cell in cells()[:6]]
    (found,) = curves(SCRATCH, none, cells())
    (tuned,) = found.strategies
    assert tuned.labels == (0, 10, 100, 1000)
    assert multiples(tuned)[0] is None
    assert tuned.points[0].worth.value == pytest.approx(10**1.5, rel=0.2)
    assert len(tuned.monotone) == 3


def test_curves_are_beside_scratch_of_their_own_architecture():
    LEVELS["of b"], LEVELS["scratch (b)"] = LEVELS["finetune"], LEVELS["scratch"]
    other, mine = cells("scratch (b)", "scratch", scratch="scratch (b)"), cells("of b", scratch="scratch (b)")
    found = curves(other, mine, SCRATCH, cells())
    assert [(each.scratch.strategy, [c.strategy for c in each.strategies]) for each in found] == [
        ("scratch (b)", ["of b"]),
        ("scratch", ["finetune"]),
    ]


# ------------------------------------------------------------------ beyond the most labels of the run

INSIDE = Gap(np.array([10.0, 1000.0]), np.array([0.6, 0.1]), np.array([0.05, 0.05]))


def beyond(last: float, half: float) -> Gap:
    return Gap(np.array([1000.0, 10_000.0]), np.array([0.1, last]), np.array([0.05, half]))


def test_a_number_beyond_the_run_needs_an_interval_that_ends():
    found = continued(INSIDE, beyond(-0.1, 0.05))
    assert found.value == pytest.approx(10**3.5)
    assert 1000 < found.span.low < found.value < found.span.high < 10_000
    assert found.extrapolated
    assert continued(INSIDE, beyond(-0.1, 0.2)).value > 1000
    assert continued(INSIDE, beyond(-0.1, 0.2)).bound == "at least", "surely more than in the run, and no end in sight"


def test_without_a_law_only_what_the_run_shows_is_said():
    assert continued(INSIDE, None) == Labels(1000.0, "at least", Span(1000.0, None))
    unsure = Gap(INSIDE.labels, INSIDE.mean, np.array([0.05, 0.2]))
    assert continued(unsure, None) == Labels(None, span=Span(pytest.approx(492, abs=1), None))
    assert continued(unsure, beyond(0.05, 0.2)).value is None


def test_a_number_within_the_run_needs_no_law():
    reached = Gap(INSIDE.labels, np.array([0.6, -0.2]), np.array([0.05, 0.05]))
    assert continued(reached, None) == reached.closed()
    assert continued(reached, beyond(-0.4, 0.1)) == reached.closed()
    open_ended = replace(reached, half=np.array([0.05, 0.3]))
    assert continued(open_ended, None).span.high is None
    later = continued(open_ended, Gap(np.array([1000.0, 10_000.0]), np.array([-0.2, -0.4]), np.array([0.3, 0.1])))
    assert (later.value, later.extrapolated) == (open_ended.closed().value, True)
    assert 1000 < later.span.high < 10_000


def test_without_intervals_nothing_is_extrapolated():
    assert without_span(Labels(50.0, span=Span(20.0, 90.0))) == Labels(50.0)
    assert without_span(Labels(2000.0, span=Span(1500.0, 4000.0), extrapolated=True)) == Labels(None)
