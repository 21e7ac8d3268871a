"""The table of what came out: what it shows at which width, and that no verdict is ever cut."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relxfer.report.outcome import Outcome
from relxfer.results.records import MetricSummary
from tests.report.answers.conftest import HELPS, HURTS, OPEN, SAME, gain, row

METRICS = tuple(MetricSummary(name=name) for name in ("mrr", "hits@1", "hits@10"))


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def outcome(*rows, **more) -> Outcome:
    return Outcome(
        [replace(each, metrics={"mrr": 0.5, "hits@1": 0.25, "hits@10": 0.75}) for each in rows], METRICS, **more
    )


def rows_of_two_budgets():
    beside = {"over_direct": gain(0.01, SAME, "zero-shot")}
    return (
        row("zero-shot", 10, "direct", gain=gain(0.234)),
        row("finetune", 10, gain=gain(0.245), use=True, **beside),
        row("scratch", 10, "scratch"),
        row("zero-shot", "all", "direct", gain=gain(-0.008, SAME)),
        row("finetune", "all", gain=gain(0.033, OPEN), use=True, **beside),
        row("scratch", "all", "scratch"),
        *(row("counts", budget, "prior") for budget in (10, "all")),
    )


def test_at_80_columns_it_has_what_decides(shown):
    told = lines(shown(outcome(*rows_of_two_budgets()), 80))
    assert "10 zero-shot .500 +.234 [+.184, +.284] HELPS" in told
    assert "▸ finetune .500 +.245 [+.195, +.295] HELPS +.010 same" in told
    assert "all zero-shot .500 -.008 [-.058, +.042] NO DIFFERENCE" in told
    assert "counts .500 (prior)" in told[-1], "what is the same at all budgets stands once, at the end"
    assert sum("counts" in line for line in told) == 1


def test_where_there_is_room_it_has_more(shown):
    wide = shown(outcome(*rows_of_two_budgets()), 160)
    assert "H@10" in wide
    assert ".500 [.450, .550]" in wide
    assert "+.010 same" in wide
    middle = shown(outcome(*rows_of_two_budgets()), 100)
    assert ".500 [.450, .550]" in middle
    assert "H@10" not in middle


@pytest.mark.parametrize("width", [60, 72, 80, 100, 160])
@pytest.mark.parametrize("name", ["f", "a-name-of-thirty-characters-xx", "only the head, logistic, and more"])
def test_no_line_is_wider_and_no_verdict_is_cut(shown, width, name):
    rows = (row(name, 10, gain=gain(-0.1, HURTS)), row(name, "all", gain=gain(0.0, OPEN, "label-propagation")))
    text = shown(outcome(*rows, row("label-propagation", 10, "prior"), row("scratch", 10, "scratch")), width)
    assert all(len(line.rstrip()) <= width for line in text.splitlines())
    for whole in ("HURTS", "INCONCLUSIVE", "-.100", "[-.150, -.050]", "+.000"):
        assert whole in text
    assert "…" not in text


def test_a_baseline_that_differs_is_named_below_its_gain(shown):
    gains = {"f": gain(0.1), "g": gain(0.2), "h": gain(0.3, HELPS, "counts")}
    told = lines(shown(outcome(*(row(name, 10, gain=each) for name, each in gains.items())), 76))
    assert any("over scratch [95 %]" in line for line in told)
    assert told[-2].startswith("h .500")
    assert "+.300 [+.250, +.350] HELPS" in told[-2]
    assert told[-1] == "over counts"


def test_what_a_verdict_holds_under_stands_below_it(shown):
    fails = gain(0.1, conditions=("when it trains", "with this source model"))
    text = shown(outcome(row("f", 10, gain=fails), leak=True), 80)
    assert "when it trains" in text
    assert "(leak)" in text
    assert "with this source model" not in text, "it is told once, beside the answer"


def test_without_gains_or_labels_the_columns_are_left_out(shown):
    text = shown(outcome(row("zero-shot", "all", "direct"), used=False), 80)
    assert "verdict" not in text
    assert lines(text)[-1].startswith("none zero-shot .500")
    unjudged = outcome(row("f", 10, gain=gain(0.1, None)), row("g", 10, gain=gain(0.1, None, asked=False)))
    text = shown(unjudged, 80)
    assert "no verdict" in text
    assert "exploratory" in text
