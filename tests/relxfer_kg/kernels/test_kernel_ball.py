"""What the rows of balls become: scores and states of all entities, and lists of the entities of a ball."""

import numpy as np
import pytest
from relxfer_kg.graph.quotient import quotient_of

pytest.importorskip("numba")
from relxfer_kg.kernels.kernel_ball import ball_sizes, balls, fill_scores, fill_states, list_balls
from relxfer_kg.kernels.lanes import LANES

pytestmark = pytest.mark.processor


@pytest.fixture(params=range(3))
def case(request, random_graph):
    """Balls around every entity of a graph, and queries (ball, source, group, direction) in any order."""
    graph, layers = random_graph(entities=25, relations=3, facts=30, seed=request.param), 2
    classes, count = quotient_of(graph), 25
    rows = np.empty((count, classes.size + 1), np.int32)
    hops, twin = np.empty((count, layers + 1), np.int32), np.empty(count, np.int32)
    balls(0, 0, count, np.arange(count), classes, rows, hops, twin)
    rng = np.random.default_rng(request.param)
    source = rng.permutation(count)
    asked = np.stack([source, source, rng.integers(0, 2, count), rng.integers(0, 2, count)], 1)
    return classes, asked, rows, hops, twin, rng


def members(classes, rows, hops, query) -> list[tuple[int, int]]:
    """(entity, row of the ball) of a query's last ball; the source has row 0, whatever its class has."""
    ball, source = query[:2]
    found = {}
    for i in range(1, hops[ball, -1]):
        for entity in np.flatnonzero(classes.of == rows[ball, i]):
            found[int(entity)] = i
    return sorted((found | {int(source): 0}).items())


def test_scores_of_the_ball_replace_those_of_the_background(case):
    classes, asked, rows, hops, _, rng = case
    background = rng.standard_normal((2, 2, 25)).astype(np.float32)
    scores, out = rng.standard_normal(rows.shape).astype(np.float32), np.empty((25, 25), np.float32)
    fill_scores(0, 0, 25, asked, classes, background, rows, hops, scores, out)
    for q, query in enumerate(asked):
        expected = background[query[2], query[3]].copy()
        for entity, row in members(classes, rows, hops, query):
            expected[entity] = scores[q, row]
        np.testing.assert_array_equal(out[q], expected)


def test_states_of_the_ball_replace_those_of_the_background(case):
    classes, asked, rows, hops, _, rng = case
    background = rng.standard_normal((classes.size, LANES)).astype(np.float32)
    states = rng.standard_normal((*rows.shape, LANES)).astype(np.float32)
    out = np.empty((25, 25, LANES), np.float32)
    flat = background.reshape(-1), rows, hops, states.reshape(-1), out.reshape(-1)
    fill_states(0, 0, 25, asked, classes, LANES, *flat)
    for q, query in enumerate(asked):
        expected = background[classes.of]
        for entity, row in members(classes, rows, hops, query):
            expected[entity] = states[q, row]
        np.testing.assert_array_equal(out[q], expected)


def test_entities_of_the_ball_are_counted_and_listed_with_the_source_first(case):
    classes, asked, rows, hops, twin, rng = case
    scores = rng.standard_normal(rows.shape).astype(np.float32)
    sizes = ball_sizes(asked, classes, rows, hops, twin)
    indptr = np.append(0, np.cumsum(sizes))
    entities, values = np.empty(indptr[-1], np.int32), np.empty(indptr[-1], np.float32)
    list_balls(0, 0, 25, asked, classes, rows, hops, scores, indptr, entities, values)
    for q, query in enumerate(asked):
        row = slice(*indptr[q : q + 2])
        assert entities[row][0] == query[1]
        expected = [(entity, scores[q, i]) for entity, i in members(classes, rows, hops, query)]
        assert sorted(zip(entities[row].tolist(), values[row], strict=True)) == expected


def test_a_search_stops_where_rows_are_too_few(random_graph):
    """Bounded balls begin with such a search, and must learn that it was not complete."""
    from numba import njit
    from relxfer_kg.kernels.kernel_ball import breadth_first

    @njit
    def search(own, graph, visited, rows, hops, twin):
        return breadth_first(own, 1, False, graph, visited, visited, rows, hops, twin)

    classes = quotient_of(random_graph(entities=25, facts=60))
    own, whole = int(classes.of[0]), np.empty(classes.size + 1, np.int32)
    hops, twin = np.empty(4, np.int32), np.empty(1, np.int32)
    assert search(own, classes, np.zeros(classes.size, np.int32), whole, hops, twin)
    needed = int(hops[-1])
    for room in (needed, needed - 1):
        complete = search(own, classes, np.zeros(classes.size, np.int32), np.empty(room, np.int32), hops, twin)
        assert complete == (room == needed)
