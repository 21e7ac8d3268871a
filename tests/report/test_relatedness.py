"""Candidate sources by target, and what the measures foretold."""

from __future__ import annotations

import json

from relxfer.choose.relatedness import Gains, Pair
from relxfer.report import relatedness

PAIRS = [
    Pair("world", "us", {"close": 0.25, "size": 3.0}, {"facts": 1200}),
    Pair("[web]", "us", {"close": "no name is shared", "size": 5.0}, {"facts": 7}, "another kind"),
    Pair("world", "uk", {"close": 0.5}),
]


def test_every_target_has_its_candidates_with_ranks(shown):
    lines = [" ".join(line.split()) for line in shown(relatedness.render(PAIRS)).splitlines()]
    assert lines[0] == "sources for us"
    assert "world .250 (1) 3.000 (2) 1,200" in lines
    assert "[web] – 5.000 (1) 7" in lines
    assert "[web]: another kind" in lines
    assert "[web]: no close: no name is shared" in lines
    assert lines[-1].startswith("higher is more related")


def test_as_json():
    us, uk = relatedness.card(PAIRS)
    json.dumps([us, uk])
    assert (us["target"], uk["target"]) == ("us", "uk")
    first, second = us["candidates"]
    assert first["measures"]["close"] == {"value": 0.25, "rank": 1}
    assert second["measures"]["close"] == {"reason": "no name is shared"}
    assert (second["note"], second["counts"]) == ("another kind", {"facts": 7})


def test_what_was_foretold(shown):
    gained = Gains("finetune", "scratch", "mrr", {("world", "us"): 0.1})
    text = shown(relatedness.render_foretold(PAIRS, gained, 10))
    assert "gain of finetune over scratch (MRR, 10 labels): 1 of 3 pairs have one" in text
    assert "close: too few pairs: 1, at least 6 are needed" in text
    card = relatedness.foretold_card(PAIRS, gained, 10)
    assert card["gains"] == [{"source": "world", "target": "us", "gain": 0.1}]
    assert "too few pairs" in card["correlations"]["size"]["overall"]["reason"]


def test_correlations_are_shown_with_how_to_read_them(shown):
    pairs = [Pair(s, t, {"close": float(i)}) for t in "xy" for i, s in enumerate("abcd")]
    gained = Gains("finetune", "scratch", "mrr", {(p.source, p.target): p.measures["close"] for p in pairs})
    text = shown(relatedness.render_foretold(pairs, gained, "all"))
    assert "+1.000" in text
    assert "read the columns within targets" in text


def advice(*pairs):
    columns = {name: relatedness.ranks([p.measures.get(name, "") for p in pairs]) for name in ("a", "b", "c", "size")}
    return relatedness.advice(pairs, [{name: columns[name][i] for name in columns} for i in range(len(pairs))])


def test_it_ends_with_which_source_to_try_first_and_how_weak_the_grounds_are(shown):
    one, two = {"a": 2.0, "b": 1.0, "c": 0.0, "size": 9.0}, {"a": 1.0, "b": 2.0, "c": 5.0, "size": 1.0}
    said = advice(Pair("x", "t", one), Pair("y z", "t", two))
    assert said.startswith('Try "y z" first: 2 of 3 measures that tell them apart (b, c) rank it first.')
    assert "no measure of a gain: relxfer run compares the candidates" in said
    alike = advice(Pair("x", "t", {"a": 2.0, "b": 1.0, "size": 1.0}), Pair("y", "t", {"a": 1.0, "b": 2.0, "size": 9.0}))
    assert (
        "Try y first: 1 of 2 measures that tell them apart (b) ranks it first, as many as put x first; it has" in alike
    )


def test_where_nothing_tells_candidates_apart_it_says_so():
    assert advice(Pair("x", "t", {"a": 1.0})).startswith("There is one candidate for t")
    assert advice(Pair("x", "t", {"a": 1.0}), Pair("y", "t", {"a": 1.0})).startswith("No measure tells the candidates")
    assert advice(Pair("x", "t", {"a": "why"}), Pair("y", "t", {"a": 1.0})).startswith("No measure tells")
