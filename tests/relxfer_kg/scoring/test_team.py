"""Threads that share work: all of it, once, whatever becomes of one piece."""

import threading
import time

import pytest
from relxfer_kg.scoring.team import Team


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("work", [0, 1, 7, 100])
def test_every_piece_is_done_once(size, work):
    done = []
    with Team(size) as team:
        team.run(lambda thread, begin, end: done.extend(range(begin, end)), work)
    assert sorted(done) == list(range(work))


def test_pieces_that_are_given_are_kept_and_empty_ones_left_out():
    pieces = []
    with Team(2) as team:
        team.run(lambda thread, begin, end: pieces.append((begin, end)), [0, 3, 3, 4, 9])
    assert sorted(pieces) == [(0, 3), (3, 4), (4, 9)]


def test_arguments_are_passed_on_and_each_thread_has_a_number():
    calls = []
    with Team(2) as team:
        team.run(lambda thread, begin, end, *rest: calls.append((thread, rest)), 50, "a", 1)
    assert {rest for _, rest in calls} == {("a", 1)}
    assert {thread for thread, _ in calls} <= {0, 1}


def test_a_slow_piece_does_not_hold_up_the_rest():
    """While one thread sleeps over the first piece the other does all others."""
    by_thread = {0: 0, 1: 0}

    def piece(thread, begin, end):
        if begin == 0:
            time.sleep(0.5)
        by_thread[thread] += 1

    with Team(2) as team:
        team.run(piece, 100)
        assert sum(by_thread.values()) == team.pieces
    assert min(by_thread.values()) == 1


def test_a_team_of_one_runs_where_it_is_called():
    threads = set()
    with Team(1) as team:
        team.run(lambda thread, begin, end: threads.add(threading.current_thread()), 10)
        assert team.pieces == 1
    assert threads == {threading.current_thread()}


@pytest.mark.parametrize("size", [1, 2])
def test_an_error_in_a_piece_is_raised(size):
    def piece(thread, begin, end):
        raise ValueError("broken")

    with Team(size) as team, pytest.raises(ValueError, match="broken"):
        team.run(piece, 10)
