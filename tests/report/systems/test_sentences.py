"""The words of a judgement."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relxfer.judge.needed import Needed
from relxfer.report.systems import sentences
from relxfer.results.systems.judgement import SystemVerdict


def test_claims(judged):
    claims = [sentences.claim(each, judged) for each in judged.comparisons]
    assert claims == [
        "B is better than A (runs and items like these)",
        "C and A: inconclusive (runs and items like these)",
        "D and A: no verdict, only 2 seeds on both sides",
    ]
    first = judged.comparisons[0]
    assert sentences.claim(replace(first, verdict=SystemVerdict.WORSE), judged).startswith("B is worse than A")
    assert "no difference of .05 or more" in sentences.claim(
        replace(first, verdict=SystemVerdict.NO_DIFFERENCE), judged
    )


@pytest.mark.parametrize(
    ("needed", "expected"),
    [
        (Needed(140, None), "about 140 groups in place of 60."),
        (Needed(1400, 9), "about 1,400 groups in place of 60, or about 9 seeds in place of 4."),
        (Needed(None, None), "more groups and more seeds together"),
        (None, "Name the smallest difference that matters: --minimal-effect."),
    ],
)
def test_what_would_decide(judged, needed, expected):
    assert expected in sentences.further(replace(judged.comparisons[1], needed=needed), judged)


def test_what_is_decided_needs_nothing_more(judged):
    alone = replace(judged.comparisons[0], noise_df=3.0)
    assert sentences.further(alone, judged) == "The smallest effect that could have been excluded: .142."
    pooled = sentences.further(judged.comparisons[0], judged)
    assert pooled.endswith("Seed noise from all comparisons: 7.2 df in place of 3.")
    assert sentences.further(replace(judged.comparisons[0], differ=0), judged).startswith("No groups differ.")


def test_how_differences_are_meant(judged):
    assert sentences.how(judged).startswith("difference: system - A, paired by item and run; better or worse at 5 %")
    assert "Holm" in sentences.how(judged)
    alone = replace(judged, comparisons=judged.comparisons[:1], less_is_better=True, minimal_effect=None)
    assert (
        sentences.how(alone)
        == "difference: A - system, since less is better, paired by item and run; better or worse at 5 %"
    )


def test_a_column_only_where_it_says_something(judged):
    (_, head, rows), (_, compared, _) = sentences.tables(judged)
    assert head == ("system", "mean [95 %]", "items", "groups", "seeds")
    assert rows[0] == ["A", ".500 [.400, .600]", "1,200", "60", "4"]
    assert compared == ("against A", "difference [95 %]", "p", "p over all", "verdict")
    alone = replace(
        judged,
        comparisons=judged.comparisons[:1],
        systems=tuple(replace(each, groups=None) for each in judged.systems),
        less_is_better=True,
    )
    (title, head, _), (_, compared, _) = sentences.tables(alone)
    assert (title, "groups" in head, "p over all" in compared) == ("accuracy ↓", False, False)
