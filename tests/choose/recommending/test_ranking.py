"""Which sources are kept."""

from __future__ import annotations

from relxfer.choose.recommending.ranking import ranked
from relxfer.choose.relatedness import Pair


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
