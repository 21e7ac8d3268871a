"""Balls around sources: by brute force, and of bounded size."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from relxfer_kg.graph.quotient import quotient_of

pytest.importorskip("numba")
from relxfer_kg.scoring.balls import Balls, most_rows
from relxfer_kg.scoring.team import Team

pytestmark = pytest.mark.processor

drawn = {
    "entities": st.integers(3, 40),
    "facts": st.integers(2, 80),
    "layers": st.integers(1, 4),
    "seed": st.integers(0, 999),
}


@pytest.fixture(scope="session")
def pairs_of(graph_of):
    """A graph of one relation."""
    return lambda entities, *pairs: graph_of(entities, 1, [(a, 0, b) for a, b in pairs])


def balls(classes, sources, layers, most=None):
    with Team(1) as team:
        return Balls.around(np.asarray(sources), layers, classes, team, most)


def neighbours(classes, row):
    return set(classes.next[classes.next_indptr[row] : classes.next_indptr[row + 1]].tolist())


def within(classes, own, hops):
    """Classes that a walk of 1 to `hops` steps from a class ends in."""
    ends, at = set(), {own}
    for _ in range(hops):
        at = set().union(*(neighbours(classes, row) for row in at))
        ends |= at
    return ends


@given(**drawn)
@settings(max_examples=40)
def test_a_ball_holds_the_classes_within_so_many_hops(random_graph, entities, facts, layers, seed):
    """A source without twins has one row; a source with twins has one beside theirs."""
    classes = quotient_of(random_graph(entities=entities, facts=facts, seed=seed))
    found = balls(classes, np.arange(entities), layers)
    for source in range(entities):
        own = int(classes.of[source])
        alone = {own} if np.count_nonzero(classes.of == own) == 1 else set()
        assert found.rows[source, 0] == own
        for hops in range(layers + 1):
            rows = found.rows[source, 1 : found.hops[source, hops]].tolist()
            assert set(rows) == within(classes, own, hops) - alone
            assert len(set(rows)) == len(rows)


@given(**drawn, most=st.integers(1, 12))
@settings(max_examples=40)
def test_a_bounded_ball(random_graph, entities, facts, layers, seed, most):
    classes = quotient_of(random_graph(entities=entities, facts=facts, seed=seed))
    whole, found = (balls(classes, np.arange(entities), layers, bound) for bound in (None, most))
    for source in range(entities):
        rows, hops, twin = found.rows[source], found.hops[source], found.twin[source]
        all_rows, all_hops = whole.rows[source], whole.hops[source]
        assert rows[0] == classes.of[source]
        assert hops[0] == 1
        assert (np.diff(hops) >= 0).all()
        assert hops[-1] <= most
        if all_hops[-1] <= most:
            np.testing.assert_array_equal(hops, all_hops)
            np.testing.assert_array_equal(rows[: hops[-1]], all_rows[: hops[-1]])
        kept, own = rows[: hops[-1]].tolist(), int(rows[0])
        twins = [row for row in range(1, len(kept)) if kept[row] == own]
        assert twins == ([twin] if twin < hops[-1] else [])
        assert twins == [] or np.count_nonzero(classes.of == own) > 1
        assert len(set(kept[1:])) == len(kept) - 1
        for before, now in pairwise(hops):
            near = set().union(*(neighbours(classes, row) for row in kept[:before]))
            assert set(kept[before:now]) <= near


def test_a_larger_ball_keeps_the_classes_that_the_walk_visits_most(pairs_of):
    """A triangle with a tail, and a hub of leaves that are no twins at the other side of the source."""
    leaves = [(9, 20 + i) for i in range(12)] + [(20 + i, 40 + i) for i in range(12)]
    graph = pairs_of(60, (0, 1), (1, 2), (2, 0), (0, 9), *leaves)
    classes = quotient_of(graph)
    found = balls(classes, [0], 4, 4)
    assert sorted(found.rows[0, : found.hops[0, -1]]) == sorted(classes.of[[0, 1, 2, 9]])
    assert found.hops[0].tolist() == [1, 4, 4, 4, 4]


def test_the_source_and_its_twins_are_two_rows(pairs_of):
    star = pairs_of(
        30, *((0, i) for i in range(1, 6)), *((0, i) for i in range(6, 16)), *((i, i + 10) for i in range(6, 16))
    )
    classes = quotient_of(star)
    assert classes.of[1:6].tolist() == [classes.of[1]] * 5
    found = balls(classes, [3], 3, 13)
    assert found.rows[0, 0] == classes.of[3]
    assert found.twin[0] < found.hops[0, -1] == 13
    assert found.rows[0, found.twin[0]] == classes.of[3]


def test_an_isolated_source_is_alone(pairs_of):
    classes = quotient_of(pairs_of(5, (0, 1), (1, 2)))
    for most in (1, 2, 9):
        found = balls(classes, [4, 3], 2, most)
        assert found.hops.tolist() == [[1, 1, 1]] * 2
        assert (found.twin >= 1).all()


def test_threads_share_the_sources_and_change_nothing(random_graph):
    classes = quotient_of(random_graph(entities=200, facts=500))
    made = []
    for threads in (1, 2):
        with Team(threads) as team:
            made.append(Balls.around(np.arange(200), 4, classes, team, 20))
    np.testing.assert_array_equal(made[0].hops, made[1].hops)
    for one, two, hops in zip(made[0].rows, made[1].rows, made[0].hops, strict=True):
        np.testing.assert_array_equal(one[: hops[-1]], two[: hops[-1]])


def test_no_ball_has_more_rows_than_there_are_classes_and_a_source(random_graph):
    classes = quotient_of(random_graph())
    assert most_rows(classes, None) == classes.size + 1 == most_rows(classes, 10**6)
    assert most_rows(classes, 5) == 5
