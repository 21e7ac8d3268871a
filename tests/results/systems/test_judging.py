"""Judging systems: pairing, clusters, seeds, several comparisons, and what allows no verdict."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from relxfer.data.scores.records import ItemScores
from relxfer.data.tables.column import Column
from relxfer.errors import DataError, UnknownName, UsageError
from relxfer.judge import family, intervals, seed_noise, squares
from relxfer.results.records import CellResult, MetricSummary, Row, TargetSummary
from relxfer.results.results import Results
from relxfer.results.systems.judgement import SystemVerdict
from relxfer.results.systems.judging import Asked, judge
from relxfer.results.systems.judging import files as judge_files
from relxfer.store import files
from relxfer.store.run_directory import Store

ITEMS = 300


def system(name, values, groups=None, classes=None, seeds=True):
    """Of values [S, n]."""
    values = np.atleast_2d(values)
    runs, items = values.shape
    again = [i for _ in range(runs) for i in range(items)]
    labels = {"groups": groups, "classes": classes}
    return ItemScores(
        name,
        Path(f"{name}.csv"),
        "accuracy",
        Column.of(f"q{i}" for i in again),
        values.reshape(-1).astype(float),
        np.arange(2, values.size + 2),
        Column.of(str(s) for s in range(runs) for _ in range(items)) if runs > 1 and seeds else None,
        **{key: Column.of(str(of[i]) for i in again) for key, of in labels.items() if of is not None},
    )


def right(rng, share, runs=1, items=ITEMS):
    return (rng.random((runs, items)) < share).astype(float)


def test_two_systems_with_one_run_each_are_judged_as_the_two_that_they_are():
    rng = np.random.default_rng(0)
    ours, theirs = right(rng, 0.5), right(rng, 0.75)
    made = judge([system("A", ours), system("B", theirs)])
    (found,) = made.comparisons
    assert (found.verdict, found.condition, found.seeds) == (
        SystemVerdict.BETTER,
        "these two systems on items like these",
        1,
    )
    row = squares.of(squares.differences(theirs, ours), most=1.0)
    core = intervals.Comparison.alone(row)
    assert found.difference == core.interval()
    assert found.p == pytest.approx(core.p(core.mean))
    assert found.p_adjusted == found.p
    assert made.system("A").mean.estimate == ours.mean()
    (other,) = judge([system("A", ours), system("B", theirs)], Asked(baseline="B")).comparisons
    assert (other.verdict, other.system) == (SystemVerdict.WORSE, "A")


def test_runs_are_paired_by_seed_and_clustered_by_group():
    rng = np.random.default_rng(1)
    groups = np.repeat(np.arange(60), 5)
    ours, theirs = right(rng, 0.5, 4), right(rng, 0.6, 4)
    (found,) = judge([system("A", ours, groups), system("B", theirs)]).comparisons
    core = intervals.Comparison.alone(squares.of(theirs - ours, groups, most=1.0))
    assert found.difference == core.interval()
    assert (found.difference.units, found.seeds, found.condition) == (60, 4, "runs and items like these")


def test_several_systems_hold_at_once_with_the_noise_of_seeds_of_all():
    rng = np.random.default_rng(2)
    values = [right(rng, share, 3) for share in (0.5, 0.5, 0.52, 0.7)]
    made = judge([system(name, each) for name, each in zip("ABCD", values, strict=True)])
    rows = [squares.of(each - values[0], most=1.0) for each in values[1:]]
    core = [intervals.Comparison(row, noise) for row, noise in zip(rows, seed_noise.pooled(rows), strict=True)]
    answers = family.answers([family.Question((each,), 0.05) for each in core])
    assert [each.difference for each in made.comparisons] == [each.interval() for each in core]
    assert [each.p_adjusted for each in made.comparisons] == [answer.p_adjusted for answer in answers]
    assert [each.noise_df for each in made.comparisons] == [each.noise.df for each in core]
    assert all((each.noise_df or 0) > 2 for each in made.comparisons)


def test_a_system_with_one_run_leaves_the_noise_of_the_others_as_it_is():
    """The baseline has 3 runs, as B and C do; D has 1, and is compared with each of them."""
    rng = np.random.default_rng(12)
    several = [system(name, right(rng, 0.5, 3)) for name in "ABC"]
    made = judge([*several, system("D", right(rng, 0.5))])
    assert [each.seeds for each in made.comparisons] == [3, 3, 3]
    assert all((each.noise_df or 0) > 2 for each in made.comparisons)
    alone = judge([system("A", right(rng, 0.5)), several[1], system("D", right(rng, 0.5))])
    assert [each.noise_df for each in alone.comparisons] == [2.0, None]


@pytest.mark.parametrize(
    ("systems", "why"),
    [
        (lambda rng: [system("A", right(rng, 0.5, 2)), system("B", right(rng, 0.9, 2))], "only 2 seeds on both sides"),
        (lambda rng: [system("A", right(rng, 0.5)), system("B", right(rng, 0.9, 2))], "only 2 seeds on both sides"),
        (
            lambda rng: [system("A", right(rng, 0.2), np.arange(ITEMS) % 7), system("B", right(rng, 0.9))],
            "items come in only 7 groups",
        ),
        (lambda rng: [system("A", right(rng, 0, items=9)), system("B", right(rng, 1, items=9))], "only 9 items"),
        (
            lambda rng: [system("A", right(rng, 0.2), classes=["x"] * 4 + ["y"] * 296), system("B", right(rng, 0.9))],
            "4 items of class x: too few",
        ),
    ],
)
def test_numbers_without_a_verdict(systems, why):
    (found,) = judge(systems(np.random.default_rng(3))).comparisons
    assert (found.verdict, found.p_adjusted, found.needed) == (None, None, None)
    assert found.note.startswith(why)
    assert found.difference.estimate > 0


def test_one_run_against_several_says_whose_run_it_is():
    rng = np.random.default_rng(4)
    (found,) = judge([system("A", right(rng, 0.5)), system("B", right(rng, 0.9, 3))]).comparisons
    assert (found.verdict, found.seeds) == (SystemVerdict.BETTER, 3)
    assert found.condition == "the one run of A, on runs of the other and items like these"


def test_every_class_counts_alike():
    classes = np.repeat(["x", "y"], [90, 10])
    ours, theirs = np.ones(100), np.repeat([1.0, 0.0], [90, 10])
    made = judge([system("A", ours, classes=classes), system("B", theirs)])
    assert made.balanced
    assert made.system("B").mean.estimate == pytest.approx(0.5)
    assert made.comparisons[0].difference.estimate == pytest.approx(-0.5)


def test_where_less_is_better_the_smaller_is():
    rng = np.random.default_rng(5)
    values = rng.random(ITEMS) * 100
    made = judge([system("A", values + 50), system("B", values + rng.random(ITEMS))], Asked(less_is_better=True))
    assert made.comparisons[0].verdict is SystemVerdict.BETTER
    assert made.comparisons[0].difference.estimate == pytest.approx(49.5, abs=0.1)
    assert made.minimal_effect is None


def test_the_same_scores_are_no_difference_of_a_size_that_matters():
    values = right(np.random.default_rng(6), 0.5)
    (found,) = judge([system("A", values), system("B", values)]).comparisons
    assert (found.verdict, found.differ, found.p) == (SystemVerdict.NO_DIFFERENCE, 0, 1.0)


def test_what_would_decide_is_said_where_nothing_is_shown():
    rng = np.random.default_rng(7)
    (found,) = judge([system("A", right(rng, 0.5)), system("B", right(rng, 0.5))]).comparisons
    assert found.verdict is SystemVerdict.INCONCLUSIVE
    assert found.needed is not None
    assert found.needed.items is not None
    assert found.needed.items > ITEMS


def test_groups_that_differ_are_counted_whatever_their_sizes():
    """Three differing groups are fewer than the sign test needs, whatever the interval says."""
    sizes = np.random.default_rng(11).integers(1, 9, 40)
    groups = np.repeat(np.arange(40), sizes)
    theirs = (groups < 3).astype(float)
    (found,) = judge(
        [system("A", np.zeros(len(groups)), groups), system("B", theirs)], Asked(minimal_effect=0.01)
    ).comparisons
    assert (found.differ, found.verdict) == (3, SystemVerdict.INCONCLUSIVE)
    assert found.p >= 2 ** (1 - 3)


def test_what_is_left_out_is_counted():
    rng = np.random.default_rng(8)
    short = system("B", right(rng, 0.5, 4))
    made = judge([system("A", right(rng, 0.5, 3, ITEMS + 20)), short])
    assert "A: 20 items left out, which another system or run lacks" in made.notes
    assert "B: 1 seed left out, which the other side lacks: 3" in made.notes
    assert [each.left_out for each in made.systems] == [20, 0]


@pytest.mark.parametrize(
    ("systems", "asked", "error"),
    [
        ([system("A", np.ones(20))], Asked(), UsageError),
        ([system("A", np.ones(20)), system("B", np.ones(20))], Asked(baseline="C"), UnknownName),
        ([system("A", np.ones(20)), system("B", np.ones(20))], Asked(minimal_effect=-0.1), UsageError),
        ([system("A", np.ones(20)), system("B", np.ones(1))], Asked(), DataError),
    ],
)
def test_what_cannot_be_judged(systems, asked, error):
    with pytest.raises(error):
        judge(systems, asked)


def exported(folder, share, rng):
    """A finished run with 4 seeds on 2 queries of each of 90 items in 30 groups, as `Results.items` exports it."""
    pytest.importorskip("pandas")
    answers = rng.integers(0, 3, 180)
    cells = []
    values = []
    row = {"source": "a", "target": "t", "strategy": "s", "role": "candidate", "budget": "all", "setting": "inductive"}
    for seed in range(4):
        values.append(rng.random(180) < share)
        arrays = {"scores": np.eye(3)[np.where(values[-1], answers, (answers + 1) % 3)], "answers": answers,
                  "units": np.arange(180) // 2, "groups": np.arange(180) // 6}  # fmt: skip
        cells.append(CellResult(**row, seed=seed, status="done", labels=True, labels_per="target", seeded=True, n=180,
                                evaluation=f"{seed:016x}"))  # fmt: skip
        files.write_arrays(Store(folder).evaluation(f"{seed:016x}"), arrays, {"kind": "classification"})
    summary = TargetSummary(task="classification", metrics=(MetricSummary(name="accuracy"),), labels_per="target",
                            self_supervised=False)  # fmt: skip
    line = Row(**row, labels_per="target", metric="accuracy", runs=4, planned=4, deterministic=False)
    run = Results(folder, "x", tuple(cells), (line,), targets={"t": summary})
    run.items("s").to_csv(folder / "items.csv", index=False)
    return folder / "items.csv", np.stack(values).astype(float)


def test_exported_items_are_judged_as_the_arrays_that_they_come_from(tmp_path):
    rng = np.random.default_rng(10)
    folders = [tmp_path / name for name in ("old", "new")]
    for folder in folders:
        folder.mkdir()
    (one, ours), (other, theirs) = (
        exported(folder, share, rng) for folder, share in zip(folders, (0.6, 0.7), strict=True)
    )
    made = judge_files([one, other])
    (found,) = made.comparisons
    core = intervals.Comparison.alone(squares.of(theirs - ours, np.arange(180) // 6, most=1.0))
    low, high = core.bounds()
    assert (found.difference.estimate, found.difference.low, found.difference.high) == pytest.approx(
        (core.mean, low, high), rel=1e-9
    )
    assert found.p == pytest.approx(core.p(core.mean), rel=1e-6)
    assert (found.seeds, found.difference.units, made.systems[0].items) == (4, 30, 90)


def test_of_pairs_without_a_difference_about_one_in_twenty_is_called_different():
    """200 pairs of two systems with one run each, right on 60 % of 300 items that are easy or hard for both.

    At 5 % there are 10 of them; at most 16 in 98 % of such simulations.
    """
    rng = np.random.default_rng(9)
    wrong = 0
    for _ in range(200):
        ease = rng.beta(1.2, 0.8, ITEMS)
        ours, theirs = ((rng.random(ITEMS) < ease).astype(float) for _ in range(2))
        (found,) = judge([system("A", ours), system("B", theirs)]).comparisons
        wrong += found.verdict in (SystemVerdict.BETTER, SystemVerdict.WORSE)
    assert wrong <= 16
