"""Which sources are kept."""

from __future__ import annotations

from dataclasses import replace

from relxfer.choose.recommending.ranking import narrowed, ranked
from relxfer.choose.relatedness import Pair
from relxfer.choose.track_record import Skill, TrackRecord

GOOD, BAD = Skill("network", "good", 0.0, True, 4), Skill("network", "bad", 0.3, False, 4)
KNOWN = TrackRecord((), (GOOD, BAD), (), ("network",))
FIVE = [
    Pair(name, "t", {"good": good, "bad": -good, "new": -good, "size": 1.0}, content="network")
    for name, good in zip("abcde", [0.1, 0.5, 0.2, 0.4, 0.3], strict=True)
]


def test_the_mean_rank_counts_and_size_breaks_ties():
    pairs = [
        Pair("small", "t", {"one": 0.2, "two": 0.9, "size": 3.0}),
        Pair("large", "t", {"one": 0.9, "two": 0.2, "size": 9.0}),
        Pair("best", "t", {"one": 0.9, "two": 0.9, "size": 1.0}),
    ]
    assert ranked(pairs) == ["best", "large", "small"]


def test_a_source_that_nothing_measures_is_last_and_equal_ones_keep_their_order():
    pairs = [Pair("x", "t", {"one": "no names"}), Pair("y", "t", {"one": 0.1}), Pair("z", "t")]
    assert ranked(pairs) == ["y", "x", "z"]
    assert ranked([Pair("x", "t"), Pair("y", "t")]) == ["x", "y"]


def test_a_measure_that_is_equal_everywhere_speaks_for_no_source():
    """Of networks all measures of the data are known to be weak; names, which have no record, do not replace them."""
    pairs = [
        Pair("far", "t", {"names": 1.0, "degrees": -0.9, "size": 9.0}, content="network"),
        Pair("near", "t", {"names": 1.0, "degrees": -0.1, "size": 1.0}, content="network"),
    ]
    assert ranked(pairs) == ["near", "far"]


def test_the_better_half_is_raced_by_the_measures_that_chose_better_than_size():
    assert narrowed(FIVE, KNOWN) == (["b", "d", "e"], ["good"])
    assert narrowed(FIVE[:3], KNOWN) == (["b", "c"], ["good"]), "two at least, and three of five"


def test_all_are_raced_where_nothing_known_tells_a_worse_half():
    everything = ["a", "b", "c", "d", "e"]
    assert narrowed(FIVE, replace(KNOWN, narrows=())) == (everything, [])
    assert narrowed(FIVE, replace(KNOWN, skills=(BAD,))) == (everything, [])
    assert narrowed(FIVE[:2], KNOWN) == (["a", "b"], [])
    alike = [replace(pair, measures={**pair.measures, "good": 1.0}) for pair in FIVE]
    assert narrowed(alike, KNOWN) == (everything, [])
