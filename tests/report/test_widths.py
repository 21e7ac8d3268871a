"""Every verb's tables at 80, 100 and 160 columns: no line is wider, and nothing that decides is cut."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from relxfer.choose.relatedness import Gains, Pair
from relxfer.execute.forecast import Forecast, RowCost
from relxfer.judge.records import Interval
from relxfer.plugins.finder import Plugins
from relxfer.report import datasets, forecast, offers, pairing, relatedness, standings, terminal
from relxfer.report.sections import views
from relxfer.report.systems import terminal as systems
from relxfer.results.comparing.pairing import Compared, ComparedRow, ComparedRuns
from relxfer.results.systems.judgement import Judgement, System
from tests.report.systems.conftest import BETTER, REFUSED, UNDECIDED
from tests.report.test_standings import FOUND

LONG = "a-strategy-with-a-rather-long-name"
MEASURES = ("names", "degrees", "clustering", "homophily", "subtrees", "proxy-a", "neighbours", "classes", "size")
PAIRS = [
    Pair(f"a-source-with-a-long-name-{source}", "us", {name: float(i + j) for j, name in enumerate(MEASURES)},
         {"nodes": 12_345, "edges": 1_234_567, "features": 16})
    for i, source in enumerate("abc")
]  # fmt: skip
DIFFERS = Compared(0.5, 0.4, Interval(-0.1, -0.15, -0.05, 3, 24), "no difference", 0.01)
COMPARED = ComparedRuns("runs/a", "runs/b", None, (
    ComparedRow("geo-world", "geo-us", LONG, "all", seeds=6, items=305, metrics={"mrr": DIFFERS, "hits@10": DIFFERS}),
), (), ())  # fmt: skip


def loaded():
    return Plugins.load(third_party=False)


def ranked(**_):
    gained = Gains("finetune", "scratch", "mrr", {(pair.source, "us"): 0.1 for pair in PAIRS})
    return relatedness.render_foretold(PAIRS, gained, 10)


def judged(**_):
    longer = replace(BETTER, system=LONG)
    named = [System(name, Interval(0.5, 0.4, 0.6, 4, 60), 1200, 60, 4) for name in ("A", "B", "C", "D", LONG)]
    compared = (longer, BETTER, UNDECIDED, REFUSED)
    return systems.render(Judgement("accuracy", False, False, 0.05, "A", tuple(named), compared))


def planned(**_):
    row = RowCost("geo-world", "geo-us", LONG, cells=24, runs=18, steps=120_000, queries=19_000_000, seconds=7500.0)
    return forecast.render(Forecast("x", Path("runs/x"), 24, (), (row,), (), at_most=True))


#: Verb -> what it shows, and what must be whole in it.
VERBS = {
    "report": (lambda sample, **_: terminal.render(sample, wanted=views.names(None)), ["HELPS", "[+.060, +.140]"]),
    "bench": (lambda **_: standings.render(FOUND), [".400 [.350, .450]", ".350 (+.050)"]),
    "compare": (lambda **_: pairing.render(COMPARED), ["no difference", "-.100 [-.150, -.050]"]),
    "rank-sources": (lambda **_: relatedness.render(PAIRS), ["2.000 (1)", "homophily", "1,234,567", "Try"]),
    "rank-sources --run": (ranked, ["measure"]),
    "judge": (judged, ["better", "inconclusive", "+.100 [+.050, +.150]"]),
    "plugins": (lambda **_: offers.render_all(offers.listing(loaded())), ["serial", "options: jobs, devices"]),
    "plugins show": (lambda **_: offers.render(offers.describe(loaded(), "processes")), ["executor processes"]),
    "data list": (lambda **_: datasets.render_listing(datasets.listing(loaded())), ["geo-world", "embedded"]),
    "run --dry-run": (planned, ["at most 24 cells", "19,000,000", "2 h 05 min"]),
}  # fmt: skip


@pytest.mark.parametrize("width", [80, 100, 160])
@pytest.mark.parametrize("verb", VERBS)
def test_no_line_is_wider_and_what_decides_is_whole(verb, width, shown, sample):
    made, whole = VERBS[verb]
    text = shown(made(sample=sample), width)
    assert [line for line in text.splitlines() if len(line.rstrip()) > width] == []
    assert [part for part in whole if part not in text] == []
    assert "…" not in text
