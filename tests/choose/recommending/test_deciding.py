"""What follows from the scores of a race."""

from __future__ import annotations

import pytest

from relxfer.choose.recommending.arms import Arm
from relxfer.choose.recommending.deciding import decided
from relxfer.choose.recommending.recommendation import Raced, Spent
from relxfer.errors import UsageError

FACTS = {
    "target": "t", "budget": "all", "labels": 30, "validation": 6, "rule": "target-val", "not_tried": (),
    "spent": Spent(1.0, 1.0, 1.0, 1.0, 1),
}  # fmt: skip
NAMES = {"direct": "zero-shot", "scratch": "scratch", "candidate": "finetune"}


class Race:
    stopped = "early"

    def __init__(self, *arms):
        self.arms = [
            Arm(Raced(source, NAMES[role], role, None, 1.0), (), list(scores)) for source, role, *scores in arms
        ]


def of(*arms, written=None):
    race = Race(*arms)
    return decided(race, lambda arm: written is not None and arm is race.arms[written], FACTS)


def test_the_best_transfer_is_used_against_the_better_of_scratch_and_the_source_unchanged():
    made = of(("a", "direct", 0.5, 0.4), (None, "scratch", 0.6, 0.5), ("a", "candidate", 0.9, 0.7), written=2)
    assert (made.use, made.tested, made.against) == (2, 2, 1)
    assert (made.scratch, made.unchanged, made.written) == (1, 0, 2)
    assert made.expected.mean == pytest.approx(0.25)
    assert made.stopped == "early"


def test_scratch_is_used_where_it_is_better_and_the_test_is_made_with_the_best_transfer():
    made = of((None, "scratch", 0.9), ("a", "candidate", 0.7), ("b", "candidate", 0.8), ("a", "direct", 0.1))
    assert (made.use, made.tested, made.against) == (0, 2, 2)
    assert made.chosen.kind == "scratch"


def test_a_source_is_left_as_it_is_and_the_test_is_made_with_that_source():
    made = of(("a", "direct", 0.9), ("a", "candidate", 0.2), ("b", "candidate", 0.8), (None, "scratch", 0.3))
    assert (made.use, made.tested, made.against) == (0, 1, 2)


def test_of_equal_scores_the_simpler_is_used():
    made = of(("a", "direct", 0.5), (None, "scratch", 0.5), ("a", "candidate", 0.5))
    assert made.use == 0


def test_more_seeds_count_before_a_better_mean():
    made = of((None, "scratch", 0.1, 0.1), ("a", "candidate", 0.5, 0.5), ("b", "candidate", 0.9))
    assert made.use == 1


def test_without_an_alternative_nothing_is_expected():
    made = of(("a", "candidate", 0.5))
    assert (made.against, made.expected, made.scratch, made.unchanged) == (None, None, None, None)


def test_where_no_transfer_was_scored_it_says_why():
    race = Race((None, "scratch", 0.5), ("a", "candidate"))
    race.arms[1].reason = "it broke"
    with pytest.raises(UsageError, match=r"expected a strategy that trains and can be scored.*finetune: it broke"):
        decided(race, lambda arm: False, FACTS)
