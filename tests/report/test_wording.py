"""Numbers and sentences of the report."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relxfer.judge.records import Interval
from relxfer.report import wording
from relxfer.results.origins import SourceSummary


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (wording.share(-0.05), "-.050"),
        (wording.share(None), "–"),
        (wording.signed(0.0), "+.000"),
        (wording.interval(None), "–"),
        (wording.interval(Interval(-0.1, -0.2, 0.0, 1, 1), wording.signed), "-.100 [-.200, +.000]"),
        (wording.probability(0.0009), "<.001"),
        (wording.seconds(None), "–"),
        (wording.seconds(59.94), "59.9 s"),
        (wording.seconds(3599.0), "59 min 59 s"),
        (wording.count(None), "–"),
        (wording.budget(0), "0 labels"),
        (wording.metric_name("hits@10"), "H@10"),
        (wording.metric_name("nmi"), "nmi"),
    ],
)
def test_numbers(made, expected):
    assert made == expected


def test_runs_and_items(sample):
    assert wording.runs(sample.rows[0], "deterministic") == "6 × 1234"
    assert wording.runs(sample.rows[1], "deterministic") == "deterministic × 1234"


def test_what_must_be_known_of_sources_and_targets(sample):
    found = wording.of_data(sample)
    assert "source world: pre-trained for 1 seed, in 1 h 06 min; its weights were selected by source-val" in found
    assert "target us: items: 100 to train on, 1,234 in the test" in found
    assert "target us from world: shares 3 of 9 relations" in found
    assert "target us: leak audit of 3 same" in found
    given = replace(sample, sources={"w": SourceSummary(path="ultra.pth")})
    assert "source w: ultra.pth" in wording.of_data(given)


def test_what_gives_answers_away_is_told_of_how_many(sample):
    leaking = replace(sample.targets["us"], audit={"test facts": 20, "also observed": 3}, given_away=("also observed",))
    (told,) = wording.leaks("us", leaking)
    assert told.startswith("leak in us: the answers of 3 of 20 test facts are given away (also observed)")
    assert wording.leaks("us", sample.targets["us"]) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({}, "a label budget is how many of the observed items may be trained on"),
        ({"self_supervised": False}, "a label budget includes the validation labels"),
        (
            {"self_supervised": False, "labels_per": "class", "smallest_class": 4},
            "a budget of 10 is more than the 4 labels",
        ),
        ({"budgeted": "the number of observed links"}, "a label budget is the number of observed links"),
        ({"counts": {}}, "a budget of 10 is more than the 0 items that the target has"),
    ],
)
def test_what_a_budget_counts(sample, change, told):
    target = replace(sample.targets["us"], **change)
    assert any(told in line for line in wording.of_data(replace(sample, targets={"us": target})))


def test_budgets_that_are_the_same_work_stand_once(sample):
    same = tuple(replace(cell, id="c" * 16, status="done") for cell in sample.cells if cell.strategy == "finetune")
    same = (replace(same[0], seed=0), replace(same[2], seed=0))
    found = wording.distinct(replace(sample, cells=same))
    assert {row.budget for row in found.rows} == {"all"}
    assert {cell.budget for cell in found.cells} == {"all"}
    assert wording.distinct(sample) is sample
