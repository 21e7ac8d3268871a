"""Rows from the stored values of cells: what is judged against what, and what is said where nothing can be."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from relxfer.judge.intervals import gain as paired_gain
from relxfer.judge.records import Gain, Verdict
from relxfer.judge.scoring import Measured
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
    levels = {
        "finetune": 0.6, "scratch": 0.4, "zero-shot": 0.3, "mine": 0.5, "of b": 0.7, "scratch (b)": 0.2, "counts": 0.55,
        "spread": 0.5,
    }  # fmt: skip
    accuracy = levels[evaluation[:-1]] + 0.1 * rng.random(40)
    return Evaluated(Measured({"accuracy": accuracy, "auc": accuracy / 2}), UNITS)


def judged(*made, self_supervised=False, of=values, **more):
    metrics = [MetricSummary(name=name, low=0.0, high=1.0, minimal_effect=0.05) for name in ("accuracy", "auc")]
    judge = Judge(of, {"t": metrics, "u": metrics}, {"t": self_supervised, "u": self_supervised}, **more)
    return {(row.strategy, row.budget): row for row in judge.rows([cell for group in made for cell in group])}


def test_a_gain_is_over_scratch_where_there_are_labels():
    rows = judged(cells(), cells("scratch", "scratch"), cells("zero-shot", "direct", labels=False, shared=True))
    row = rows["finetune", "all"]
    ours, theirs = (
        np.stack([values(f"{name}{seed}").measured.values["accuracy"] for seed in range(6)])
        for name in ("finetune", "scratch")
    )
    expected = paired_gain(ours, theirs, UNITS)
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


def test_p_is_adjusted_over_the_whole_run():
    alone = judged(cells(), cells("scratch", "scratch"))["finetune", "all"].gain
    assert alone.p_adjusted == alone.p
    elsewhere = cells("finetune", target="u"), cells("scratch", "scratch", target="u")
    made = judged(cells(), cells("mine"), cells("scratch", "scratch"), *elsewhere)
    gains = [row.gain for row in made.values() if row.gain]
    assert min(gain.p_adjusted for gain in gains) == pytest.approx(3 * min(gain.p for gain in gains))


def test_where_some_rows_are_asked_about_the_others_are_exploratory():
    rows = judged(cells(), cells("mine"), cells("scratch", "scratch"), questions=frozenset({"finetune"}))
    asked, other = rows["finetune", "all"].gain, rows["mine", "all"].gain
    assert (asked.p_adjusted, asked.verdict, asked.asked) == (asked.p, Verdict.HELPS, True)
    assert (other.p_adjusted, other.verdict, other.asked) == (None, None, False)
    assert other.q == pytest.approx(other.p)
    assert other.note.startswith("exploratory")


def test_a_row_has_to_beat_the_priors_too():
    prior = cells("counts", "prior", labels=False, shared=True, seeded=False)
    row = judged(cells(), cells("scratch", "scratch"), prior)["finetune", "all"]
    assert [each.name for each in row.gain.against] == ["scratch", "counts"]
    assert (row.gain.baseline, row.gain.estimate) == ("counts", pytest.approx(0.05, abs=0.01))
    assert row.gain.p == max(each.p for each in row.gain.against)
    worse = judged(cells("mine"), cells("scratch", "scratch"), prior)["mine", "all"]
    assert (worse.verdict, worse.gain.baseline) == (Verdict.HURTS, "counts")
    validated = [replace(cell, validation=0.9) for cell in cells("scratch", "scratch")]
    row = judged(cells("mine"), validated, [replace(cell, validation=0.2) for cell in prior])["mine", "all"]
    assert (row.verdict, row.gain.baseline) == (Verdict.HURTS, "scratch"), "the best by validation is shown"
    assert "the gain over counts is -.0" in row.note


def test_a_row_without_labels_is_not_compared_with_a_prior_that_has_them():
    without = cells("mine", labels=False)
    counts, spread = (cells(name, "prior", labels=name == "spread", seeded=False) for name in ("counts", "spread"))
    direct = cells("of b", "direct", labels=False, shared=True, seeded=False)
    row = judged(without, cells("scratch", "scratch"), direct, counts, spread)["mine", "all"]
    assert [each.name for each in row.gain.against] == ["of b", "counts"]


def test_one_run_of_a_prior_that_is_given_labels_depends_on_which():
    given, free = (cells("counts", "prior", seeds=[0], labels=labels, seeded=False) for labels in (True, False))
    assert not judged(given)["counts", "all"].deterministic
    assert judged(free)["counts", "all"].deterministic


def test_where_the_source_unchanged_is_better_the_verdict_says_so():
    direct = cells("of b", "direct", labels=False, shared=True, seeded=False)
    row = judged(cells(), cells("scratch", "scratch"), direct)["finetune", "all"]
    assert (row.verdict, row.over_direct.verdict) == (Verdict.HELPS, Verdict.HURTS)
    assert row.gain.says == "HELPS but of b alone is better"


def test_a_source_that_was_trained_once_is_named_in_the_verdict():
    row = judged(cells(source_model=True), cells("scratch", "scratch"))["finetune", "all"]
    assert row.gain.says == "HELPS with this source model"
    each = [replace(cell, source_seed=cell.seed) for cell in cells(source_model=True)]
    assert judged(each, cells("scratch", "scratch"))["finetune", "all"].gain.says == "HELPS"


@pytest.mark.parametrize("count", [1, 2])
def test_fewer_than_three_seeds_give_numbers_and_no_verdict(count):
    row = judged(cells(seeds=range(count)), cells("scratch", "scratch", seeds=range(count)))["finetune", "all"]
    assert (row.verdict, row.gain.p_adjusted) == (None, None)
    assert row.gain.low <= row.gain.estimate <= row.gain.high
    assert "it takes 3" in row.note


def test_two_given_models_have_a_verdict_over_items():
    one = cells("zero-shot", "direct", seeds=[0], labels=False, seeded=False, budget=0)
    prior = cells("counts", "prior", seeds=[0], labels=False, seeded=False, budget=0)
    row = judged(one, prior)["zero-shot", 0]
    assert (row.verdict, row.gain.baseline, row.gain.seeds) == (Verdict.HURTS, "counts", 1)
    assert "single models" in row.note


def test_runs_that_fail_to_train_are_counted_and_left_out_of_the_gain():
    made = [replace(cell, failed_to_train=("accuracy",) if cell.seed == 2 else ()) for cell in cells()]
    row = judged(made, cells("scratch", "scratch"))["finetune", "all"]
    assert (row.gain.failures.ours.failed, row.gain.failures.ours.runs, row.gain.failures.theirs.failed) == (1, 6, 0)
    assert (row.gain.seeds, row.gain.says) == (5, "HELPS when it trains")
    assert "1 of 6 runs failed to train (0 to 64 %)" in row.note
    few = [replace(cell, failed_to_train=("accuracy",) if cell.seed > 1 else ()) for cell in cells(seeds=range(4))]
    row = judged(few, cells("scratch", "scratch", seeds=range(4)))["finetune", "all"]
    assert (row.verdict, "no verdict from 2 seeds" in row.note) == (None, True)
    most = [replace(cell, failed_to_train=("accuracy",) if cell.seed > 1 else ()) for cell in cells()]
    row = judged(most, cells("scratch", "scratch"))["finetune", "all"]
    assert (row.gain.seeds, row.gain.says) == (6, "HELPS though most runs of a side fail")
    every = [replace(cell, failed_to_train=("accuracy",)) for cell in cells("scratch", "scratch")]
    assert judged(cells(), every)["finetune", "all"].gain.says == "HELPS"


def test_a_difference_smaller_than_matters_is_told_as_none():
    close = judged(cells(), cells("scratch", "scratch"), minimal_effect=0.5)["finetune", "all"]
    assert close.verdict is Verdict.NO_DIFFERENCE
    assert close.gain.excludes < 0.5


def test_items_of_few_questions_or_of_a_rare_class_have_no_verdict():
    def rare(evaluation: str) -> Evaluated:
        classes = (UNITS < 4).astype(int)
        return Evaluated(Measured(values(evaluation).measured.values, {}, {"accuracy": classes}), UNITS)

    def repeated(evaluation: str) -> Evaluated:
        return replace(values(evaluation), questions=UNITS % 7)

    made = cells(), cells("scratch", "scratch")
    few = "only 4 test items of class rare, and accuracy takes 5 of each"
    for of, why in ((rare, few), (repeated, "the test asks only 7 distinct questions")):
        row = judged(*made, of=of, classes={"t": ("often", "rare")})["finetune", "all"]
        assert (row.verdict, why in row.note) == (None, True)


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
    four = Evaluated(Measured(per_item=frozenset({"accuracy"})), np.arange(4))
    found = measured(np.array([[1.0, 1.0, 1.0, 0.9]]), four, SHARE)
    assert 0 < found.low < found.estimate < found.high < 1
    perfect = measured(np.ones((3, 4)), four, SHARE)
    assert (perfect.low, perfect.high) == (pytest.approx(1 / (1 + 1.96**2 / 4), abs=1e-4), 1.0)
    error = MetricSummary(name="rmse", direction="lower", low=0.0)
    assert measured(np.array([[3.0, 1.0, 1.0, 9.0]]), four, error).low == 0.0
    assert measured(np.array([[3.0, 1.0, 1.0, 9.0]]), four, error).high > 5


# ------------------------------------------------------------------ direction, undefined values, groups


def errors(evaluation: str) -> Evaluated:
    """The same, as an error: finetuned has more of it, everywhere."""
    measured = values(evaluation).measured
    return Evaluated(Measured({"rmse": measured.values["accuracy"]}), UNITS)


def test_less_of_an_error_helps_and_more_of_it_hurts():
    judge = Judge(errors, {"t": [MetricSummary(name="rmse", direction="lower", low=0.0)]}, {"t": False})
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
            found = measured(of[None], Evaluated(Measured(), units), wide)
            missed[what] += not found.low <= 0.5 <= found.high
    assert missed["groups"] <= 14
    assert missed["items"] >= 35


def test_a_gain_is_over_groups_where_there_are_groups():
    def of(evaluation: str) -> Evaluated:
        rng = np.random.default_rng(5 + int(evaluation[-1]))
        alike, groups = drawn(np.random.default_rng(1), 10, 4)
        better = 0.06 * (evaluation[:-1] == "finetune") * (groups != 3) * np.arange(10)[groups] / 5
        made = Measured({"accuracy": alike + better + 0.01 * rng.normal(size=40), "auc": alike})
        return Evaluated(made, UNITS, groups if clustered else None)

    widths = {}
    for clustered in (False, True):
        gain = judged(cells(), cells("scratch", "scratch"), of=of)["finetune", "all"].gain
        widths[clustered] = gain.high - gain.low
        assert gain.units == (10 if clustered else 40)
    assert widths[True] > 1.5 * widths[False]
