"""Rounds of a race: who is given which seeds, and who is left."""

from __future__ import annotations

from types import SimpleNamespace as Cell

import pytest

from relxfer.choose.recommending.arms import Arm
from relxfer.choose.recommending.racing import Race
from relxfer.choose.recommending.recommendation import Raced
from relxfer.choose.recommending.rounds import rounds


def arm(name, role="candidate", seeds=6):
    return Arm(Raced(name, name, role, None, 1.0), tuple(Cell(name=name, seed=seed) for seed in range(seeds)))


def held(race, fails=()):
    """The waves of a race, as (name, seed)."""
    waves = []
    while wave := race.wave():
        waves.append([(cell.name, cell.seed) for cell in wave])
        for cell in wave:
            broken = (cell.name, cell.seed) in fails
            ended = {"status": "failed", "reason": "it broke"} if broken else {"status": "done"}
            race.ended(cell, {**ended, "id": f"{cell.name}{cell.seed}"})
    return waves


def race_of(scores, count=6, **more):
    """A race of arms a, b, c ... with these means; the noise of a seed is the same for all."""
    made = [arm(name) for name in scores]
    return Race(made, rounds(len(made), count), lambda cell, _: scores[cell.name] + 0.1 * cell.seed, **more)


def left(race):
    return [each.made.source for each in race.left]


def test_the_better_part_gets_twice_the_seeds_until_three_are_left():
    scores = {chr(97 + number): number / 100 for number in range(12)}
    waves = held(race_of(scores))
    assert [len({name for name, _ in wave}) for wave in waves] == [12, 8, 5, 3]
    assert [{seed for _, seed in wave} for wave in waves] == [{0}, {1}, {2, 3}, {4, 5}]
    assert {name for name, _ in waves[-1]} == {"j", "k", "l"}


def test_means_over_all_seeds_decide_and_not_the_last_ones():
    scores = {"a": [1.0, 0.0], "b": [0.6, 0.6], "c": [0.0, 1.0], "d": [0.1, 0.1]}
    made = [arm(name, seeds=4) for name in scores]
    race = Race(made, rounds(4, 4), lambda cell, _: (scores[cell.name] * 2)[cell.seed])
    held(race)
    assert [each.raced().mean for each in race.arms[:2]] == [0.5, 0.6]
    assert left(race) == ["a", "b", "c"]


def test_the_best_from_scratch_of_the_priors_and_of_the_sources_unchanged_stay_to_the_end():
    scores = {
        "poor": 0.1,
        "bare": 0.0,
        "kept": 0.05,
        "counts": 0.04,
        **{f"t{number}": 0.5 + number / 100 for number in range(9)},
    }
    roles = {"poor": "scratch", "bare": "scratch", "kept": "direct", "counts": "prior"}
    made = [arm(name, roles.get(name, "candidate")) for name in scores]
    race = Race(made, rounds(len(made), 6), lambda cell, _: scores[cell.name])
    waves = held(race)
    assert {name for name, _ in waves[-1]} == {"poor", "kept", "counts", "t6", "t7", "t8"}
    assert sum(map(len, waves)) <= race.at_most


def test_the_best_transfer_stays_where_three_from_scratch_are_better():
    scores = {"a": 0.9, "b": 0.8, "c": 0.7, "d": 0.6, "e": 0.5}
    made = [arm(name, "scratch" if name in "abc" else "candidate") for name in scores]
    race = Race(made, rounds(len(made), 6), lambda cell, _: scores[cell.name])
    held(race)
    assert left(race) == ["a", "b", "c", "d"]


def test_an_arm_that_stays_is_trained_with_all_seeds():
    scores = {chr(97 + number): number / 100 for number in range(12)}
    race = race_of(scores, stays=lambda arm: arm.made.source == "a")
    held(race)
    assert len(race.arms[0].raced().scores) == 6
    assert len(race.arms[1].raced().scores) == 1


def test_an_arm_that_fails_is_out():
    race = race_of({"a": 0.9, "b": 0.5, "c": 0.4})
    waves = held(race, fails={("a", 1)})
    assert [name for name, _ in waves[2]] == ["b", "b", "c", "c"]
    assert left(race) == ["b", "c"]
    assert race.arms[0].raced().reason == "it broke"


def test_where_all_fail_it_ends():
    race = race_of({"a": 0.9, "b": 0.5})
    assert len(held(race, fails={("a", 0), ("b", 0)})) == 1
    assert left(race) == []


def test_it_ends_early_where_the_next_round_does_not_fit():
    asked = []
    race = race_of({"a": 0.9, "b": 0.5}, goes_on=lambda number: asked.append(number) or number < 2)
    assert len(held(race)) == 2
    assert asked == [1, 2]
    assert "no more than 2 seed(s)" in race.stopped
    assert race.held == 2


def test_the_order_in_which_trials_end_changes_nothing():
    def backwards(race):
        while wave := race.wave():
            for cell in reversed(wave):
                race.ended(cell, {"status": "done", "id": f"{cell.name}{cell.seed}"})

    scores = {"a": 0.3, "b": 0.9, "c": 0.6, "d": 0.2, "e": 0.1}
    one, other = race_of(scores), race_of(scores)
    held(one)
    backwards(other)
    assert [each.raced() for each in one.arms] == [each.raced() for each in other.arms]


def test_trials_that_share_their_training_count_once():
    race = race_of({"a": 0.9, "b": 0.5}, count=2)
    while wave := race.wave():
        for cell in wave:
            race.ended(cell, {"status": "done", "id": cell.name})
    assert [cell.name for cell, _ in race.trained()] == ["a", "b"]


@pytest.mark.parametrize("seed", range(3))
def test_equal_arms_are_kept_in_their_order(seed):
    race = race_of(dict.fromkeys("abcde", 0.5))
    held(race)
    assert left(race) == ["a", "b", "c"]
