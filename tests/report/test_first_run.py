"""The cost of a first configuration in sentences."""

from __future__ import annotations

from relxfer.choose.affordable import Affordable
from relxfer.report.first_run import sentences


def tables(seeds, strategies, budgets=(10, "all"), steps=200):
    made = [{"use": name} for name in strategies]
    return {"seeds": seeds, "target": {"label_budgets": list(budgets)}, "training": {"steps": steps}, "strategy": made}


def test_what_was_left_out_for_time_is_told_with_what_it_would_take():
    whole, chosen = tables(6, ["finetune", "feature-extraction"]), tables(3, ["feature-extraction"])
    cost, why = sentences(Affordable(chosen, whole, 600, 500, 9000))
    assert cost == "the run will take about 8 min 20 s of CPU time: 3 seeds, label budgets 10, all, 200 steps"
    assert why == (
        "chosen to take at most 10 min 00 s: 6 seeds, label budgets 10, all, 200 steps would take 2 h 30 min; "
        "left out: finetune"
    )


def test_the_source_unchanged_and_what_takes_even_longer_are_told():
    chosen = tables(6, ["zero-shot"], budgets=[0])
    cost, why = sentences(Affordable(chosen, tables(6, ["zero-shot", "finetune"]), 600, 60, 9000, more=True))
    assert cost == "the run will take about 1 min 00 s of CPU time: the source unchanged, without labels"
    assert why.endswith("would take more than 2 h 30 min; left out: finetune")


def test_what_takes_too_long_however_little_is_done_is_told():
    told = list(sentences(Affordable(tables(3, ["a"], steps=50), tables(6, ["a"]), 600, 700, 9000)))
    assert told[-1] == "that is more than 10 min 00 s; fewer seeds or steps would decide nothing"


def test_an_unknown_cost_and_data_that_cannot_be_used_are_told():
    whole = tables(6, ["a"])
    (unknown,) = sentences(Affordable(whole, whole, 600, unknown="no weights"))
    (lacking,) = sentences(Affordable(whole, whole, 600, lacking="add facts"))
    assert (unknown, lacking) == ("no estimate of its cost: no weights", "it cannot run yet: add facts")
