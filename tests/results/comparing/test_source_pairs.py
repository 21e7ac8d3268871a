"""Sources for one target beside each other: what is paired, what the verdict is about, and the family."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from relxfer.judge.intervals import gain as paired_gain
from relxfer.judge.records import Verdict
from relxfer.judge.scoring import Measured
from relxfer.results.comparing import source_pairs
from relxfer.results.records import CellResult, MetricSummary
from relxfer.results.rows import Judge
from relxfer.results.values import Evaluated

BASE = CellResult(
    source="far", target="t", strategy="finetune", role="candidate", budget=10, seed=0, status="done", n=200,
    setting="inductive", labels=True, labels_per="target", seeded=True, source_model=True,
)  # fmt: skip
LEVELS = {"far": 0.4, "near": 0.6, "alike": 0.4}
ITEMS = np.random.default_rng(7).normal(size=200) / 10


def cells(source, strategy="finetune", seeds=range(6), budgets=(10,), shared=False, fixed=False, **more):
    """From a pre-training for each seed, or from a shared one; `fixed`: the same run for all seeds and budgets."""
    return [
        replace(BASE, source=source, strategy=strategy, seed=seed, source_seed=0 if shared else seed, budget=budget,
                seeded=not fixed, evaluation=f"{source}/{strategy}/{0 if fixed else budget}/{0 if fixed else seed}",
                **more)
        for budget in budgets for seed in seeds
    ]  # fmt: skip


def values(evaluation: str):
    source, _, _, seed = evaluation.split("/")
    rng = np.random.default_rng([sum(map(ord, evaluation)), int(seed)])
    return Evaluated(Measured({"score": LEVELS[source] + ITEMS + rng.normal(size=200) / 10}), np.arange(200))


def compared(*made, direction="higher", **more):
    metric = MetricSummary(name="score", direction=direction, minimal_effect=0.05)
    judge = Judge(values, {name: [metric] for name in "tu"}, dict.fromkeys("tu", False), **more)
    return source_pairs.compared(judge, [cell for group in made for cell in group])


def test_two_sources_are_paired_by_seed_and_query():
    (pair,) = compared(cells("far"), cells("near"))
    assert (pair.sources, pair.target, pair.strategy, pair.budgets) == (("far", "near"), "t", "finetune", (10,))
    ours, theirs = (
        np.stack([values(f"{name}/finetune/10/{seed}").measured.of("score") for seed in range(6)])
        for name in ("far", "near")
    )
    expected = paired_gain(ours, theirs, np.arange(200))
    made = pair.difference
    assert (made.estimate, made.low, made.high) == (expected.estimate, expected.low, expected.high)
    assert (pair.word, made.conditions, made.baseline) == ("worse", (), "near")
    assert (made.p, made.p_adjusted) == (made.p, made.p)


def test_less_is_better_in_an_error():
    assert compared(cells("far"), cells("near"), direction="lower")[0].word == "better"


def test_equal_sources_make_no_difference():
    (pair,) = compared(cells("far"), cells("alike"))
    assert pair.word == "no difference"


@pytest.mark.parametrize("few", [{"shared": True}, {"seeds": range(2)}])
def test_with_fewer_than_three_pretrainings_of_either_the_verdict_is_about_these_models(few):
    (pair,) = compared(cells("far"), cells("near", **few))
    if "shared" in few:
        assert (pair.word, pair.difference.conditions) == ("worse", ("between these source models",))
    else:
        assert (pair.word, pair.difference.conditions) == ("no verdict", ())
        assert "2 seeds" in pair.difference.note


def test_verdicts_hold_for_all_pairs_of_the_run():
    alone = compared(cells("far"), cells("near"))[0].difference
    made = compared(cells("far"), cells("near"), cells("alike"), cells("far", target="u"), cells("near", target="u"))
    assert [pair.sources for pair in made if pair.target == "t"] == [
        ("far", "near"),
        ("far", "alike"),
        ("near", "alike"),
    ]
    assert len(made) == 4
    least = min(pair.difference.p for pair in made)
    assert min(pair.difference.p_adjusted for pair in made) == pytest.approx(4 * least)
    assert alone.p_adjusted == alone.p


def test_runs_that_are_the_same_at_each_budget_are_asked_about_once():
    free = [cells(name, "zero-shot", budgets=(10, 100), fixed=True, labels=False) for name in ("far", "near")]
    (pair,) = compared(*free)
    assert pair.budgets == (10, 100)
    assert pair.difference.verdict is Verdict.HURTS, "two given models are judged over items"
    assert len(compared(*[cells(name, budgets=(10, 100)) for name in ("far", "near")])) == 2


def test_only_what_starts_from_a_source_is_compared():
    scratch = [cells(name, "scratch", source_model=False) for name in ("far", "near")]
    assert compared(*scratch) == ()
    assert compared(cells("far")) == ()
    assert compared(cells("far"), cells("near", status="failed")) == ()
    assert compared(cells("far", seeds=range(3)), cells("near", seeds=range(3, 6))) == ()


def test_where_a_run_asks_about_some_strategies_pairs_of_others_are_exploratory():
    groups = [cells(name, strategy) for name in ("far", "near") for strategy in ("finetune", "other")]
    made = {pair.strategy: pair for pair in compared(*groups, questions=frozenset({"finetune"}))}
    assert made["finetune"].word == "worse"
    assert (made["other"].word, made["other"].difference.p_adjusted) == ("no verdict", None)
