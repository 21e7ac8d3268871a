"""A stream of jobs in waves, and work that is small."""

from __future__ import annotations

import os

import pytest

from relxfer.testing.jobs import Done, SmallJob, Squares, Waves

ONE, TWO, THREE = map(SmallJob, range(3))


def test_the_next_wave_comes_when_the_one_before_has_ended():
    waves = Waves([ONE, TWO], [THREE])
    assert [next(waves) for _ in range(3)] == [ONE, TWO, None]
    waves.ended(ONE)
    assert next(waves) is None
    waves.ended(TWO)
    assert next(waves) == THREE
    waves.ended(THREE)
    assert list(waves) == []
    assert not waves.misused


def test_to_be_asked_again_and_again_is_a_misuse():
    waves = Waves([ONE], [TWO])
    next(waves)
    with pytest.raises(AssertionError, match="after None"):
        for _ in waves:
            pass
    assert waves.misused


def test_work_squares_and_kills_no_process_of_the_run():
    work = Squares(os.getpid(), frozenset([2]))
    assert work(THREE) == Done(4, os.getpid())
