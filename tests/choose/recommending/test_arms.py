"""Arms: which there are, at which rates, and how they take note of trials."""

from __future__ import annotations

import pytest

from relxfer.choose.recommending.arms import RATES, Arm, arms
from relxfer.choose.recommending.recommendation import Raced
from relxfer.choose.tuning.rows import Rows
from relxfer.execute.engine import Engine
from relxfer.store.run_directory import Store

from .conftest import SOURCE


@pytest.fixture
def of(experiment, plugins, tmp_path):
    def made(rates=RATES, **changes):
        what = experiment(**changes)
        plan = Engine(what, plugins, Store(tmp_path)).plan()
        return arms(plan, what, Rows(what, plugins).varied, 2, rates)

    return made


def names(found):
    return [(arm.made.source, arm.made.strategy, arm.made.lr) for arm in found]


def test_sources_unchanged_come_first_then_scratch_once_then_every_source_at_every_rate(of):
    found, refused = of()
    rates = [0.01, 0.00333, 0.03]
    assert names(found) == [
        ("blobs-source", "zero-shot", None),
        ("other", "zero-shot", None),
        *((None, "scratch", lr) for lr in rates),
        *(("blobs-source", "finetune", lr) for lr in rates),
        *(("other", "finetune", lr) for lr in rates),
    ]
    assert not refused


def test_a_trial_has_the_rate_of_its_arm_and_all_arms_have_the_same_seeds(of, experiment):
    found, _ = of()
    for arm in found:
        assert [cell.seed for cell in arm.cells] == [0, 1]
        assert all(cell.trial for cell in arm.cells)
        if arm.made.lr is not None:
            assert experiment().training(arm.cells[0].method).lr == arm.made.lr


def test_a_rate_of_the_row_counts(of):
    found, _ = of(rates=(1.0,), strategy=[{"use": "finetune", "training": {"lr": 0.5}}])
    assert {lr for _, name, lr in names(found) if name == "finetune"} == {0.5}


def test_scratch_of_another_architecture_is_another_arm(of):
    network = {"use": "blocks", "nodes": 60}
    sources = [{"name": model, "datasets": [network], "model": model} for model in ("gcn", "gcn-2", "graphsage")]
    sources[1]["model"] = "gcn"
    found, _ = of(rates=(1.0,), source=sources, target={"dataset": {**network, "seed": 1}, "label_budgets": [20]})
    assert [name for _, name, _ in names(found)].count("scratch") == 2


def test_priors_are_arms_without_a_rate(of):
    target = {"dataset": {"use": "blocks", "nodes": 60}, "label_budgets": [20]}
    source = {"name": "web", "datasets": [{"use": "blocks", "nodes": 60, "seed": 3}]}
    found, refused = of(source=[source, {**source, "name": "other"}], target=target)
    priors = [(source, name, lr) for source, name, lr in names(found) if name == "label-propagation"]
    assert priors == [(None, "label-propagation", None)]
    assert next(arm for arm in found if arm.made.strategy == "label-propagation").made.kind == "prior"
    assert not refused


def test_what_is_refused_is_told_with_its_reason(of):
    found, refused = of(strategy=[{"use": "finetune"}, {"use": "lora"}], source=[{**SOURCE, "model": "blobs-closed"}])
    assert "finetune from blobs-source" in [each.what for each in refused]
    assert all("does not offer it" in each.reason for each in refused)
    assert not [arm for arm in found if arm.made.kind == "transfer"]


def test_an_arm_that_failed_with_a_seed_has_no_scores():
    arm = Arm(Raced("a", "finetune", "candidate", 0.1, 1.0), ())
    arm.ended({"status": "done", "trained_parameters": 7}, 0.5)
    assert (arm.raced().scores, arm.raced().trained) == ((0.5,), 7)
    arm.ended({"status": "failed", "reason": "it broke"}, None)
    arm.ended({"status": "done"}, 0.75)
    assert (arm.raced().scores, arm.raced().reason) == ((), "it broke")


def test_an_arm_that_nothing_scores_says_so():
    arm = Arm(Raced("a", "finetune", "candidate", 0.1, 1.0), ())
    arm.ended({"status": "done"}, None)
    assert "nothing scores it" in arm.raced().reason
