"""Ours beside published values, in the terminal."""

from __future__ import annotations

from dataclasses import replace

from relxfer.judge.records import Interval
from relxfer.report import standings
from relxfer.results.standings import (
    Citation,
    FieldAverage,
    GroupAverage,
    MadeBy,
    Overlapping,
    Published,
    Standing,
    SuiteStandings,
    SuiteSummary,
)

RIVAL = Published(model="rival", name="Rival", metrics={"mrr": 0.35}, protocol="p", source="paper", ours={"mrr": 0.4},
                  difference={"mrr": 0.05})  # fmt: skip
FOUND = SuiteStandings(
    suite="toy", folder="runs/x", strategy="zero-shot", metrics=("mrr", "hits@10"), rank_rule="plain", item="facts",
    seen={"world": "source world: pre-trained here on geo-world"},
    targets=(
        Standing(source="world", target="us", seen=Overlapping("25 %", "world", "paper"), items=1234, seconds=3.2,
                 metrics={"mrr": Interval(0.4, 0.35, 0.45, 1, 9), "hits@10": Interval(0.6, 0.5, 0.7, 1, 9)},
                 realistic={"mrr": 0.42}, published=(RIVAL, replace(RIVAL, name="Other", note="another test"))),
        Standing(source="world", target="uk", seen=Overlapping("unknown"), reason="failed: no memory"),
    ),
    averages=(GroupAverage(group="all", source="world", name="Rival", protocol="p", targets=("us",), of=2,
                           metrics={"mrr": 0.35}, ours={"mrr": 0.4}),),
    field=(FieldAverage(model="rival", name="Rival", group="all", graphs=7, metrics={"mrr": 0.3}, protocol="p",
                        source="paper"),),
    sources={"paper": Citation("A paper", "https://example.org", "by hand")},
    protocols={"p": MadeBy("the usual one", "plain")},
)  # fmt: skip


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_theirs_stand_below_ours_with_the_difference(shown):
    text = lines(shown(standings.render(FOUND)))
    assert text[0] == "toy: zero-shot, plain ranks, in runs/x"
    assert "us ours .400 [.350, .450] .600 [.500, .700] .420 1,234 25 % 3.2 s" in text
    assert "Rival [1] .350 (+.050) –" in text
    assert "Other [1], another test .350 –" in text
    assert "uk ours: failed: no memory" in text
    assert "all Rival 1 of 2 .350 (+.050) – .400 –" in text


def test_how_options_were_chosen_stands_above_the_figures(shown):
    text = lines(shown(standings.render(replace(FOUND, chosen="options chosen on target labels"))))
    assert text[0] == "toy: zero-shot, plain ranks, options chosen on target labels, in runs/x"


def test_what_must_be_known_stands_beside_the_tables(shown):
    text = lines(shown(standings.render(FOUND)))
    assert "source world: pre-trained here on geo-world" in text
    assert "[1] A paper, https://example.org: by hand" in text
    assert "protocol: the usual one" in text
    assert any(line.startswith("seen: share of the test facts") for line in text)
    assert any(line.startswith("published averages over 7 all graphs") for line in text)


def test_realistic_ranks_stand_once(shown):
    text = shown(standings.render(replace(FOUND, rank_rule="realistic")))
    assert "realistic MRR" not in text
    assert "realistic MRR" in shown(standings.render(FOUND))


def test_several_sources_are_named(shown):
    other = replace(FOUND.targets[0], source="web")
    text = shown(standings.render(replace(FOUND, targets=(*FOUND.targets, other))))
    assert "world → us" in text
    assert "web → us" in text


def test_the_list_of_suites(shown):
    suites = [SuiteSummary("one", "a [b]", True, ("us", "uk"), ("us",)), SuiteSummary("two", "c", False, ("us",), ())]
    text = lines(shown(standings.render_suites(suites)))
    assert text[1:] == [
        "one a [b]",
        "2 targets, published values for 1; needs --checkpoint FILE",
        "two c",
        "1 target, published values for 0",
    ]
