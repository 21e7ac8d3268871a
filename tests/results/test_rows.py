"""Rows from the stored values of cells: what is judged against what, and what is said where nothing can be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from relxfer.judge.records import Gain, Verdict
from relxfer.judge.scoring import Measured
from relxfer.judge.statistics import paired_gain
from relxfer.results.records import CellResult, MetricSummary, OracleValue, Selected
from relxfer.results.rows import Judge, blocks, measured
from relxfer.results.values import Evaluated

UNITS = np.arange(40)
BASE = CellResult(source="a", target="t", strategy="finetune", role="candidate", budget="all", seed=0, status="done",
                  setting="inductive", labels=True, labels_per="target", seeded=True, n=40,
                  selection=Selected("target-val"), label_count=10)  # fmt: skip


def cells(strategy="finetune", role="candidate", seeds=range(6), shared=False, **more):
    return [
        replace(BASE, strategy=strategy, role=role, seed=seed, evaluation=f"{strategy}{0 if shared else seed}", **more)
        for seed in seeds
    ]


def values(evaluation: str):
    """Finetuned is better than scratch by .2, everywhere."""
    rng = np.random.default_rng(int(evaluation[-1]))
    levels = {"finetune": 0.6, "scratch": 0.4, "zero-shot": 0.3, "mine": 0.5, "of b": 0.7, "scratch (b)": 0.2}
    accuracy = levels[evaluation[:-1]] + 0.1 * rng.random(40)
    return Evaluated(Measured({"accuracy": accuracy, "auc": accuracy / 2}), UNITS)


def judged(*made, self_supervised=False, of=values):
    metrics = [MetricSummary(name=name, low=0.0, high=1.0) for name in ("accuracy", "auc")]
    judge = Judge(of, {"t": metrics, "u": metrics}, {"t": self_supervised, "u": self_supervised}, 300)
    return {(row.strategy, row.budget): row for row in judge.rows([cell for group in made for cell in group])}


def test_a_gain_is_over_scratch_where_there_are_labels():
    rows = judged(cells(), cells("scratch", "scratch"), cells("zero-shot", "direct", labels=False, shared=True))
    row = rows["finetune", "all"]
    ours, theirs = (
        np.stack([values(f"{name}{seed}").measured.values["accuracy"] for seed in range(6)])
        for name in ("finetune", "scratch")
    )
    expected = paired_gain(ours, theirs, UNITS, resamples=300)
    assert isinstance(row.gain, Gain)
    assert (row.gain.estimate, row.gain.low, row.gain.high) == (expected.estimate, expected.low, expected.high)
    assert (row.gain.baseline, row.verdict) == ("scratch", Verdict.HELPS)
    assert row.over_direct is not None
    assert row.over_direct.low > 0
    assert row.metrics == {"accuracy": pytest.approx(ours.mean()), "auc": pytest.approx(ours.mean() / 2)}
    assert rows["scratch", "all"].gain is None
    direct = rows["zero-shot", "all"]
    assert direct.deterministic
    assert (direct.gain, direct.note) == (None, "is the baseline itself")


def test_p_is_adjusted_within_one_source_target_and_budget():
    several = judged(cells(), cells("mine"), cells("scratch", "scratch"))
    alone = judged(cells(), cells("scratch", "scratch"))
    assert several["finetune", "all"].gain.p == alone["finetune", "all"].gain.p
    assert several["finetune", "all"].gain.p_adjusted == 2 * alone["finetune", "all"].gain.p_adjusted
    apart = judged(
        cells(), cells("scratch", "scratch"), cells("mine", target="u"), cells("scratch", "scratch", target="u")
    )
    assert apart["finetune", "all"].gain.p_adjusted == alone["finetune", "all"].gain.p_adjusted


def test_a_baseline_that_the_user_names_takes_the_place_of_both():
    rows = judged(cells(), cells("mine", baseline=True), cells("scratch", "scratch"))
    assert rows["finetune", "all"].gain.baseline == "mine"
    mine = rows["mine", "all"]
    assert (mine.role, mine.baseline, mine.gain) == ("candidate", True, None)


def test_the_gain_of_a_row_is_over_scratch_of_its_own_architecture():
    """The other scratch comes first, so that the first one found would be the wrong one."""
    other = cells("scratch (b)", "scratch", model="b", scratch="scratch (b)")
    own = cells("scratch", "scratch", model="a", scratch="scratch")
    rows = judged(cells(model="a", scratch="scratch"), cells("of b", model="b", scratch="scratch (b)"), other, own)
    assert (rows["finetune", "all"].gain.baseline, rows["of b", "all"].gain.baseline) == ("scratch", "scratch (b)")
    assert [rows[name, "all"].model for name in ("finetune", "of b")] == ["a", "b"]
    alone = judged(cells("of b", model="b", scratch="scratch (b)"), own)
    assert alone["of b", "all"].no_gain == "no finished scratch (b) to compare with"


def test_a_target_that_supervises_itself_is_judged_against_scratch():
    made = cells(labels=False), cells("scratch", "scratch"), cells("zero-shot", "direct", labels=False)
    assert judged(*made, self_supervised=True)["finetune", "all"].gain.baseline == "scratch"
    assert judged(*made)["finetune", "all"].gain.baseline == "zero-shot"


@pytest.mark.parametrize(
    ("others", "budget", "why"),
    [
        ([], "all", "no finished scratch to compare with"),
        ([], 0, "no scratch at budget 0: there is nothing to train it on"),
        (cells("scratch", "scratch", seeds=[7]), "all", "no seed finished here and in scratch"),
    ],
)
def test_why_there_is_no_gain(others, budget, why):
    row = judged([replace(cell, budget=budget) for cell in cells()], others)["finetune", budget]
    assert (row.gain, row.verdict, row.no_gain, row.note) == (None, None, why, why)


def test_a_row_without_a_finished_run_says_why_and_nothing_else():
    row = judged(cells(status="failed", reason="no memory"))["finetune", "all"]
    assert (row.runs, row.planned, row.reasons) == (0, 6, ("no memory",))
    assert (row.metrics, row.interval, row.cost, row.note) == ({}, None, None, "")


def test_what_stands_beside_a_row_is_of_its_finished_cells():
    made = [
        replace(cell, seconds=float(cell.seed), peak_mb=10.0 * cell.seed or None, trained_parameters=cell.seed,
                oracle=OracleValue(cell.seed / 10, "fit-0", 1), diagnostics={"loss": float(cell.seed), "odd": None})
        for cell in cells()
    ]  # fmt: skip
    row = judged([*made[:5], replace(made[5], status="failed", seconds=1e6)])["finetune", "all"]
    assert (row.cost.seconds, row.cost.peak_mb, row.cost.trained_parameters) == (2.0, 40.0, 4)
    assert row.oracle == pytest.approx(0.2)
    assert row.diagnostics == {"loss": 2.0, "odd": None}
    assert (row.selection, row.label_count) == (("target-val",), 10)
    assert judged([replace(made[0], oracle=None), *made[1:]])["finetune", "all"].oracle is None


def test_cells_are_grouped_in_the_order_of_the_plan():
    made = [*cells(seeds=[0]), *cells(target="u", seeds=[0]), *cells("scratch", seeds=[0])]
    assert [(b.target, [c.strategy for c in b.cells]) for b in blocks(made)] == [
        ("t", ["finetune", "scratch"]),
        ("u", ["finetune"]),
    ]


SHARE = MetricSummary(name="accuracy", low=0.0, high=1.0)


def test_the_interval_of_a_metric_ends_where_its_range_ends():
    found = measured(np.array([[1.0, 1.0, 1.0, 0.9]]), np.arange(4), SHARE, 300)
    assert found.high == 1.0
    assert measured(np.array([[0.0, 0.0, 0.1, 0.0], [0.0, 0.0, 0.0, 0.2]]), np.arange(4), SHARE, 300).low == 0.0
    error = MetricSummary(name="rmse", direction="lower", low=0.0)
    assert measured(np.array([[3.0, 1.0, 1.0, 9.0]]), np.arange(4), error, 300).high > 1


# ------------------------------------------------------------------ direction, undefined values, groups


def errors(evaluation: str) -> Evaluated:
    """The same, as an error: finetuned has more of it, everywhere."""
    measured = values(evaluation).measured
    return Evaluated(Measured({"rmse": measured.values["accuracy"]}), UNITS)


def test_less_of_an_error_helps_and_more_of_it_hurts():
    judge = Judge(errors, {"t": [MetricSummary(name="rmse", direction="lower", low=0.0)]}, {"t": False}, 300)
    more, less = (judge.rows([*cells(name), *cells(other, "scratch")])[0] for name, other in
                  (("finetune", "scratch"), ("zero-shot", "scratch")))  # fmt: skip
    assert more.interval.estimate == pytest.approx(0.65, abs=0.01)
    assert (more.verdict, less.verdict) == (Verdict.HURTS, Verdict.HELPS)
    assert more.gain.estimate == pytest.approx(-0.2, abs=0.01)
    assert less.gain.estimate == pytest.approx(0.1, abs=0.01)


def undefined_for(*names: str):
    def of(evaluation: str) -> Evaluated:
        made = values(evaluation).measured
        if evaluation not in names:
            return Evaluated(made, UNITS)
        return Evaluated(Measured({"auc": made.values["auc"]}, {"accuracy": "all answers are one"}), UNITS)

    return of


def test_without_a_value_there_is_no_verdict():
    made = cells(), cells("scratch", "scratch"), cells("zero-shot", "direct", labels=False)
    row = judged(*made, of=undefined_for("finetune3"))["finetune", "all"]
    assert (row.interval, row.gain, row.verdict) == (None, None, None)
    assert row.undefined == {"accuracy": "all answers are one"}
    assert row.note == "accuracy is undefined: all answers are one"
    assert set(row.metrics) == {"auc"}
    row = judged(*made, of=undefined_for("scratch0"))["finetune", "all"]
    assert row.interval is not None
    assert (row.gain, row.note) == (None, "accuracy of scratch is undefined: all answers are one")
    row = judged(*made, of=undefined_for("zero-shot0"))["finetune", "all"]
    assert row.verdict is Verdict.HELPS
    assert row.over_direct is None


def test_p_is_adjusted_over_the_rows_that_have_a_verdict():
    made = cells(), cells("mine"), cells("scratch", "scratch")
    rows = judged(*made, of=undefined_for("mine0"))
    assert rows["finetune", "all"].gain.p_adjusted == rows["finetune", "all"].gain.p


def drawn(rng: np.random.Generator, groups: int = 24, size: int = 10) -> tuple[np.ndarray, np.ndarray]:
    """Values of queries that are alike within a group, around a mean of 0.5; and the group of each."""
    levels = np.repeat(0.5 + 0.1 * rng.normal(size=groups), size)
    return levels + 0.05 * rng.normal(size=groups * size), np.repeat(np.arange(groups), size)


def test_an_interval_covers_where_groups_are_resampled_and_misses_where_items_are():
    """Nominally 5 % of intervals miss; of those over items that are alike, more than a third do."""
    rng, wide = np.random.default_rng(0), MetricSummary(name="m")
    missed = {"items": 0, "groups": 0}
    for _ in range(100):
        of, groups = drawn(rng)
        for what, units in (("items", np.arange(len(of))), ("groups", groups)):
            found = measured(of[None], units, wide, 300)
            missed[what] += not found.low <= 0.5 <= found.high
    assert missed["groups"] <= 14
    assert missed["items"] >= 35


def test_a_gain_is_over_groups_where_there_are_groups():
    def of(evaluation: str) -> Evaluated:
        rng = np.random.default_rng(5 + int(evaluation[-1]))
        alike, groups = drawn(np.random.default_rng(1), 8, 5)
        better = 0.06 * (evaluation[:-1] == "finetune") * (groups != 3) * np.arange(8)[groups] / 4
        made = Measured({"accuracy": alike + better + 0.01 * rng.normal(size=40), "auc": alike})
        return Evaluated(made, UNITS, groups if clustered else None)

    widths = {}
    for clustered in (False, True):
        gain = judged(cells(), cells("scratch", "scratch"), of=of)["finetune", "all"].gain
        widths[clustered] = gain.high - gain.low
        assert gain.units == (8 if clustered else 40)
    assert widths[True] > 1.5 * widths[False]
