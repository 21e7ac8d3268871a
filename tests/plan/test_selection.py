"""Which validator is at work, and what it sees."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relxfer.declare.experiment import Chosen
from relxfer.declare.resolve import options_model
from relxfer.plan.selection import LAST_STEP, Selection, choose
from relxfer.plan.views import source_view, target_view
from relxfer.testing import blobs, harness

TARGET, SOURCE = (load(blobs.BlobsOptions(), {}) for load in (blobs.load_target, blobs.load_source))


@pytest.fixture(scope="module")
def plugins():
    return harness.plugins_with([blobs])


def views(needs, budget=20):
    sources = (source_view(SOURCE, needs),) if {"source-labels", "source-inputs"} & set(needs) else ()
    return target_view(TARGET, needs, budget, 0), sources


def test_with_labels_of_the_target_they_select(plugins):
    chosen = choose((), plugins, ("target-labels",), views)
    assert chosen.rule == "target-val"
    assert len(chosen.target.val) == 4


def test_an_automatic_validator_sees_no_labels_that_the_strategy_may_not_see(plugins):
    chosen = choose((), plugins, (), views)
    needs = chosen.validator.record.needs if chosen.validator else ()
    assert not {need for need in needs if need.endswith("-labels")}


def test_a_budget_too_small_to_validate_selects_by_the_next_rule_or_not_at_all(plugins):
    chosen = choose((), plugins, ("target-labels",), lambda needs: views(needs, budget=3))
    assert chosen.rule != "target-val"


def test_what_is_named_is_taken_where_its_data_is_there_and_nothing_else(plugins):
    offer = plugins.find("validator", "target-val")
    named = Chosen(offer, options_model(offer)())
    assert choose((named,), plugins, (), views).rule == "target-val"
    assert choose((named,), plugins, (), lambda needs: (replace(TARGET, val=None), ())).rule == LAST_STEP


def test_the_last_step_needs_no_selector():
    assert Selection().selector() is None
    assert Selection().card() is None


def test_a_selector_scores_with_its_own_view(plugins, monkeypatch):
    chosen = choose((), plugins, ("target-labels",), views)
    seen = []

    class Rule:
        def score(self, learner, cell):
            seen.append((learner, cell.target, cell.sources))
            return 0.5

    monkeypatch.setattr(Chosen, "build", lambda chosen: Rule())
    assert chosen.selector()("the learner") == 0.5
    assert seen == [("the learner", chosen.target, ())]


def test_what_a_validator_sees_is_in_its_card(plugins):
    small, large = (choose((), plugins, ("target-labels",), lambda n, b=b: views(n, b)).card() for b in (20, 30))
    assert small["use"] == large["use"]
    assert small["views"] != large["views"]


def test_steps_that_are_repeated_are_in_the_fingerprint():
    assert Selection().card() is None
    assert Selection(until={"fit-0": 3}).card() == {"until": {"fit-0": 3}}
    assert Selection(until={"fit-0": 3}).rule == "last-step"


SOURCES = ("source-labels", "target-inputs")
VOTE = ["class-shares", "mixval"]


def named(plugins, *names):
    offers = [plugins.find("validator", name) for name in names]
    return tuple(Chosen(offer, options_model(offer)()) for offer in offers)


def ranked(chosen):
    return [each.rule for each in chosen.raters]


def of_trial(named, plugins, needs, views, lacks=lambda need: False):
    return choose(named, plugins, needs, views, lacks, trial=True)


def unlabelled(needs):
    target, sources = views(needs, budget=0)
    return replace(target, unlabelled=TARGET.unlabelled, val=None), sources


def test_without_labels_of_the_target_finished_models_are_ranked_by_the_rules_that_compare(plugins):
    chosen = of_trial((), plugins, SOURCES, unlabelled)
    assert chosen.rule == "class-shares"
    assert ranked(chosen) == VOTE
    assert [len(each.sources) for each in chosen.raters] == [1, 0], "each sees what it needs"
    assert chosen.card() == replace(chosen, raters=()).card(), "they do not decide what is trained"
    assert choose((), plugins, SOURCES, unlabelled).raters == (), "a cell that is no trial is compared with none"


def test_a_rule_whose_needs_are_not_met_does_not_rank(plugins):
    assert ranked(of_trial((), plugins, SOURCES, unlabelled, lambda need: need == "mixing")) == ["class-shares"]
    chosen = of_trial((), plugins, SOURCES, unlabelled, lambda need: need == "classes")
    assert (chosen.rule, ranked(chosen)) == ("source-val", []), "not the second one alone"


def test_a_strategy_without_source_labels_is_not_ranked_by_rules_that_see_them(plugins):
    assert ranked(of_trial((), plugins, ("target-inputs",), unlabelled)) == []


def test_with_labels_of_the_target_nothing_else_ranks(plugins):
    assert of_trial((), plugins, ("target-labels", *SOURCES), views).raters == ()
    assert of_trial(named(plugins, "target-val"), plugins, (), views).raters == ()


def test_rules_that_are_named_rank_and_the_first_one_selects_steps(plugins):
    chosen = of_trial(named(plugins, "im", "source-val"), plugins, (), unlabelled)
    assert (chosen.rule, ranked(chosen)) == ("im", ["im", "source-val"])
    assert ranked(of_trial(named(plugins, "target-val", "im"), plugins, (), views)) == ["target-val", "im"]
    assert ranked(of_trial(named(plugins, "im"), plugins, (), unlabelled)) == ["im"]


def test_shares_of_classes_need_no_held_out_labels_of_the_sources(plugins):
    def trained_on_all(needs):
        target, sources = unlabelled(needs)
        return target, tuple(replace(source, val=None) for source in sources)

    assert of_trial(named(plugins, "class-shares"), plugins, (), trained_on_all).rule == "class-shares"
    assert of_trial(named(plugins, "source-val"), plugins, (), trained_on_all).rule == LAST_STEP
