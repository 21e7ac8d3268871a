"""The batches of a phase are a function of seed, phase, stream and number."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import numpy as np
import pytest

from relxfer.contract.data import Examples
from relxfer.train.batches import Streams


class Recorder:
    """Its batch is the queries that it holds, with the first random number that it is given."""

    def batch(self, examples, rows, rng):
        return SimpleNamespace(rows=examples.queries[rows].tolist(), noise=float(rng.random()))


def streams(*sizes: int, place=(0, "fit-0"), turns: bool = False) -> Streams:
    """Streams of so many examples, numbered on; four rows a batch."""
    offsets = np.cumsum([0, *sizes])
    examples = [Examples("inputs", np.arange(n) + start) for n, start in zip(sizes, offsets, strict=False)]
    return Streams(Recorder(), examples, 4, place, turns)


def rows(made: Streams, number: int) -> list[list[int]]:
    return [batch.rows for batch in made.at(number)]


def test_an_epoch_has_no_row_twice_and_drops_its_short_end():
    made = streams(11)
    first = [row for number in (0, 1) for row in rows(made, number)[0]]
    second = [row for number in (2, 3) for row in rows(made, number)[0]]
    assert len(set(first)) == len(set(second)) == 8
    assert first != second


def test_fewer_rows_than_a_batch_are_one_batch():
    made = streams(3)
    assert [sorted(rows(made, number)[0]) for number in range(3)] == [[0, 1, 2]] * 3


def test_a_batch_is_the_same_whichever_were_asked_before():
    made = streams(40)
    straight = [made.at(number)[0] for number in range(25)]
    assert streams(40).at(17)[0] == straight[17]
    backwards = streams(40)
    assert [backwards.at(number)[0] for number in reversed(range(25))] == straight[::-1]


@pytest.mark.parametrize("place", [(1, "fit-0"), (0, "fit-1")])
def test_seed_and_phase_decide(place):
    assert rows(streams(40), 0) != rows(streams(40, place=place), 0)
    assert streams(40).at(0)[0].noise != streams(40, place=place).at(0)[0].noise


def test_every_step_has_a_batch_of_each_stream():
    first, second = rows(streams(8, 40), 5)
    assert max(first) < 8 <= min(second)


def test_streams_take_turns_in_proportion_to_their_examples():
    made = streams(30, 10, turns=True)
    counts = Counter(batch.rows[0] >= 30 for number in range(400) for batch in made.at(number))
    assert sum(counts.values()) == 400
    assert 60 < counts[True] < 140
