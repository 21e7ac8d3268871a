"""Pushing approximates personalised PageRank from below, within its bound."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from relxfer_kg.graph.quotient import quotient_of

pytest.importorskip("numba")
from relxfer_kg.kernels.kernel_push import bounded_balls, push

pytestmark = pytest.mark.processor


def neighbours(classes, row):
    return set(classes.next[classes.next_indptr[row] : classes.next_indptr[row + 1]].tolist())


def dense_pagerank(classes, source, alpha):
    walk = np.zeros((classes.size, classes.size))
    for row in range(classes.size):
        for near in neighbours(classes, row):
            walk[row, near] = 1 / len(neighbours(classes, row))
    found, step = np.zeros(classes.size), np.eye(classes.size)[source]
    for _ in range(400):
        found, step = found + alpha * step, (1 - alpha) * step @ walk
    return found


@given(st.sampled_from([0.3, 0.01, 0.0001]), st.sampled_from([0.15, 0.5]), st.integers(3, 40), st.integers(0, 999))
@settings(max_examples=30)
def test_what_is_pushed_falls_short_of_pagerank_by_less_than_the_bound(random_graph, epsilon, alpha, entities, seed):
    classes = quotient_of(random_graph(entities=entities, facts=2 * entities, seed=seed))
    degrees = np.diff(classes.next_indptr)
    source = int(np.argmax(degrees))  # of an entity with neighbours
    mass, rest = np.zeros(classes.size), np.zeros(classes.size)
    touched, queue, waiting = (np.zeros(classes.size, kind) for kind in (np.int32, np.int32, bool))
    count = push(source, classes, alpha, epsilon, mass, rest, touched, queue, waiting)
    missing = dense_pagerank(classes, source, alpha) - mass
    assert (missing >= -1e-12).all()
    assert (missing <= epsilon * degrees + 1e-12).all()
    assert mass.sum() + rest.sum() == pytest.approx(1)
    assert set(np.flatnonzero(mass + rest)) == set(touched[:count])
    assert not waiting.any()
    assert degrees[mass > 0].sum() <= degrees[source] + 1 / (alpha * epsilon)  # more were not even looked at


def test_of_a_ball_too_large_the_classes_of_highest_pagerank_are_kept(graph_of):
    """Three neighbours of the source: what is behind two of them returns more of the walk than many leaves do."""
    leaves = [(3, 0, 10 + i) for i in range(8)]
    graph = graph_of(20, 2, [(0, 0, 1), (0, 1, 2), (0, 0, 3), (1, 0, 2), *leaves])
    classes = quotient_of(graph)
    rows, hops, twin = np.empty((1, 3), np.int32), np.empty((1, 3), np.int32), np.empty(1, np.int32)
    bounded_balls(0, 0, 1, np.array([0]), classes, 0.15, 1e-4, rows, hops, twin)
    rank = dense_pagerank(classes, int(classes.of[0]), 0.15)
    others = sorted((number for number in range(classes.size) if number != classes.of[0]), key=lambda n: -rank[n])
    assert set(rows[0].tolist()) == {int(classes.of[0]), *others[:2]}
    assert hops[0].tolist() == [1, 3, 3]
