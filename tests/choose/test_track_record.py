"""What past pairs say of a new one, and which measures chose better than size did."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relxfer.choose.recommending import ranking
from relxfer.choose.relatedness import Pair
from relxfer.choose.track_record import PastPair, record, skills, track_record
from relxfer.report import relatedness


def pairs(content="network", targets="abcd"):
    """Of each target, four sources: `good` orders them by their gains, `bad` the other way round, `size` by chance."""
    gains = [0.2, 0.1, 0.0, -0.1]
    sizes = {"a": [1, 2, 3, 4], "b": [4, 3, 2, 1], "c": [2, 4, 1, 3], "d": [3, 1, 4, 2]}
    return [
        PastPair(
            content, target, f"s{n}", 10, gain, gain > 0.05, {"good": gain, "bad": -gain, "size": sizes[target][n]}
        )
        for target in targets
        for n, gain in enumerate(gains)
    ]


def test_a_measure_beats_size_only_if_it_does_so_whichever_target_is_left_out():
    found = record(pairs()).skill("network")
    assert (found["good"].regret, found["good"].beats) == (0.0, True)
    assert found["bad"].regret == pytest.approx(0.3)
    assert not found["bad"].beats
    assert found["size"].regret == pytest.approx((0.3 + 0.0 + 0.1 + 0.2) / 4)
    once = [
        PastPair("network", t, s, 10, g, False, {"lucky": m, "size": z})
        for t, s, g, m, z in [
            ("a", "x", 0.5, 1.0, 1.0), ("a", "y", 0.0, 0.0, 2.0),  # a great gain of one target
            ("b", "x", 0.1, 0.0, 2.0), ("b", "y", 0.0, 1.0, 1.0),
            ("c", "x", 0.1, 0.0, 2.0), ("c", "y", 0.0, 1.0, 1.0),
        ]
    ]  # fmt: skip
    lucky = record(once).skill("network")["lucky"]
    assert lucky.regret < record(once).skill("network")["size"].regret
    assert not lucky.beats, "without the first target it is worse than size"


def test_equal_values_choose_by_chance_and_a_measure_that_tells_nothing_apart_is_none():
    of = [PastPair("network", "a", s, 10, g, False, {"names": 1.0, "half": h, "size": 1.0}) for s, g, h in
          [("x", 0.4, 1.0), ("y", 0.0, 1.0), ("z", -0.2, 0.0)]]  # fmt: skip
    found = record(of).skill("network")
    assert set(found) == {"half"}
    assert found["half"].regret == pytest.approx(0.2)


def test_where_likeness_foretells_nothing_all_pairs_of_the_kind_are_told():
    """The measure chooses well within a target, and is on another scale in each."""
    of = [replace(p, measures={**p.measures, "good": p.gain + 10 * "abcd".index(p.target)}) for p in pairs()]
    made = record(of)
    assert made.skill("network")["good"].beats
    assert made.foretells == ()
    assert (made.like("network", {"good": 0.2}).by, made.like("network", {"good": 0.2}).pairs) == ((), 16)
    assert record(pairs()).foretells == ("network",)


def test_a_pair_is_like_those_with_similar_values_of_measures_that_count():
    made = record(pairs())
    near = made.like("network", {"good": 0.19, "bad": -0.2, "size": 4})
    far = made.like("network", {"good": -0.1, "bad": 0.2, "size": 1})
    assert near.by == far.by == ("good",), "neither size nor what is worse than size"
    assert near.gain > 0.1 > 0.0 > far.gain
    assert (near.helped, far.helped) == (1.0, 0.0)
    assert near.low <= near.gain <= near.high
    assert near.pairs == 6, "a third would be fewer"


def test_without_values_all_of_the_kind_are_alike_and_other_kinds_never():
    made = record([*pairs(), *pairs("pictures", "ab")])
    everything = made.like("network", {"good": "not measured"})
    assert (everything.pairs, everything.by) == (16, ())
    assert everything.gain == pytest.approx(0.05)
    assert made.like("knowledge-graph", {"good": 0.1}) is None
    assert record(pairs(targets="a")).like("network", {"good": 0.1}) is None, "four are too few"


def test_measures_that_are_no_better_than_size_do_not_count_unless_none_is():
    made = record(pairs())
    assert made.counting("network", ["bad", "good", "unknown"]) == ["good", "unknown"]
    assert made.counting("network", ["bad"]) == ["bad"]
    assert made.counting("pictures", ["bad", "good"]) == ["bad", "good"], "nothing is known of them"


def test_sources_are_ranked_by_measures_that_count(monkeypatch):
    of = [
        Pair("x", "t", {"good": 1.0, "bad": 0.0, "size": 1.0}, content="network"),
        Pair("y", "t", {"good": 0.0, "bad": 1.0, "size": 2.0}, content="network"),
    ]
    monkeypatch.setattr(ranking, "track_record", lambda: record(pairs()))
    assert ranking.ranked(of) == ["x", "y"]
    monkeypatch.setattr(ranking, "track_record", lambda: record(pairs("pictures")))
    assert ranking.ranked(of) == ["y", "x"], "as related as each other, and larger"


def test_the_one_that_ships_is_whole():
    made = track_record()
    assert {pair.content for pair in made.pairs} <= {"network", "pictures", "knowledge-graph"}
    for content in {pair.content for pair in made.pairs}:
        own = [pair for pair in made.pairs if pair.content == content]
        assert {skill.measure: skill for skill in skills(own, content)} == made.skill(content)
        assert made.skill(content)["size"].targets >= 1


def test_what_it_narrows_is_told_to_it_and_of_kinds_that_it_has():
    made = record(pairs(), narrows=("network",))
    assert made.narrows == ("network",)
    assert made.better_than_size("network") == ["good"]
    shipped = track_record()
    assert shipped.narrows, "otherwise the code that narrows is never used"
    assert all(shipped.better_than_size(content) for content in shipped.narrows)


def test_advice_counts_no_measure_that_is_no_better_than_size(monkeypatch):
    monkeypatch.setattr(relatedness, "track_record", lambda: record(pairs()))
    of = [
        Pair("x", "t", {"good": 1.0, "bad": 0.0, "size": 1.0}, content="network"),
        Pair("y", "t", {"good": 0.0, "bad": 1.0, "size": 2.0}, content="network"),
    ]
    (card,) = relatedness.card(of)
    assert card["no_better_than_size"] == ["bad"]
    assert card["advice"].startswith("Try x first: the only measure that tells them apart (good)")
    assert card["candidates"][0]["past_pairs"]["by"] == ("good",)
