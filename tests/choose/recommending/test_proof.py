"""The experiment of the honest test."""

from __future__ import annotations

from dataclasses import replace

from relxfer.choose.recommending.candidates import candidates
from relxfer.choose.recommending.plan import HonestTest
from relxfer.choose.recommending.proof import label_budgets, proof
from relxfer.choose.recommending.recommendation import Raced

from .conftest import CONFIG
from .test_recommendation import made as recommended

ARMS = (
    Raced(None, "scratch", "scratch", 0.03, 3.0, (0.5,)),
    Raced(None, "scratch", "scratch", 0.01, 1.0, (0.4,)),
    Raced("other", "finetune", "candidate", 0.00333, 1 / 3, (0.6,)),
    Raced("other", "finetune", "candidate", 0.01, 1.0, (0.2,)),
)


def of(experiment, plugins, arms=ARMS, count=3, **changes):
    race = candidates(experiment(**changes), plugins)[0]
    made = recommended(arms=arms, use=2, tested=2, scratch=0, target="blobs-target", budget=24)
    return proof(race, made, HonestTest((12, 24), count, 1.0), plugins)


def test_it_has_the_chosen_source_the_chosen_row_scratch_and_the_source_unchanged(experiment, plugins):
    made = of(experiment, plugins, strategy=["l2-sp", "finetune"])
    assert [source.name for source in made.sources] == ["other"]
    assert [m.name for m in made.methods if m.role != "prior"] == ["finetune", "zero-shot", "scratch"]
    assert made.targets[0].config.label_budgets == (12, 24)


def test_rows_have_the_rates_that_were_chosen_and_say_among_how_many(experiment, plugins):
    made = of(experiment, plugins)
    for name, lr in (("finetune", 0.00333), ("scratch", 0.03)):
        row = next(method for method in made.methods if method.name == name)
        for budget in (12, 24):
            there = row.at("other", "blobs-target", budget)
            assert made.training(there).lr == lr
            assert (there.choice.trials, there.choice.selected_by) == (2, "target-val")


def test_a_row_that_trains_nothing_has_no_rate(experiment, plugins):
    arms = (*ARMS[:2], replace(ARMS[2], lr=None), ARMS[3])
    row = next(method for method in of(experiment, plugins, arms).methods if method.name == "finetune")
    assert not row.tuned


def test_options_that_act_on_other_sources_alone_are_left_out(experiment, plugins):
    network = {"use": "blocks", "nodes": 60}
    sources = [{"name": "other", "datasets": [network]}, {"name": "links", "datasets": ["les-miserables"]}]
    target = {"name": "blobs-target", "dataset": {**network, "seed": 1}, "label_budgets": [24]}
    made = of(experiment, plugins, source=sources, target=target)
    assert [source.name for source in made.sources] == ["other"]


def test_fewer_seeds_are_the_first_ones(experiment, plugins):
    assert of(experiment, plugins, count=2, seeds=[7, 5, 9]).config.seeds == (7, 5)
    until = of(experiment, plugins, count=6, seeds={"max": 6, "stop": "decided"})
    assert until.config.seeds.max == 6


def test_the_budgets_of_the_test():
    assert label_budgets([0, 10, 100, "all"], "all", 60, False) == [10, "all"]
    assert label_budgets([0, "all"], "all", 60, False) == [15, 30, "all"]
    assert label_budgets([60], 60, 60, False) == [15, 30, 60]
    assert label_budgets([5], 5, 5, False) == [5]
    assert label_budgets(["all"], "all", 60, per_class=True) == ["all"]
    assert label_budgets([3, 12], 12, 90, per_class=True) == [3, 12]
    assert label_budgets([0], 0, 0, False) == [0]
    assert CONFIG["target"]["label_budgets"] == [24]
