"""Queries are put together by relation until tiles are full, which changes no score."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from relxfer_kg.graph.quotient import quotient_of

pytest.importorskip("numba")
from relxfer_kg.layers.packed import packed
from relxfer_kg.scoring import propagation
from relxfer_kg.scoring.background import Background, Workspace
from relxfer_kg.scoring.balls import Balls
from relxfer_kg.scoring.propagation import propagated
from relxfer_kg.scoring.team import Team

pytestmark = pytest.mark.processor


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 300)), min_size=1, max_size=30))
def test_items_are_queries_of_one_group_with_about_so_many_rows(queries):
    queries = sorted(queries, key=lambda query: query[0])
    group, rows = np.array(queries).T
    items = propagation._items(group, rows)
    assert (items[0], items[-1]) == (0, len(queries))
    assert (np.diff(items) > 0).all()
    for begin, end in pairwise(items):
        assert len(set(group[begin:end].tolist())) == 1
        assert rows[begin : end - 1].sum() < propagation._TOGETHER
    for number in set(group.tolist()):
        assert (group[items[:-1]] == number).sum() <= 1 + rows[group == number].sum() // propagation._TOGETHER


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("together", [1, 40, 10**6])
def test_how_queries_are_put_together_changes_no_state(
    random_graph, random_layers, dense_states, wide, threads, together, monkeypatch
):
    monkeypatch.setattr(propagation, "_TOGETHER", together)
    graph = random_graph(entities=40, relations=3, facts=60)
    modules, edge_vectors = random_layers(graph, 16, 3, 2)
    vectors = np.random.default_rng(1).standard_normal((2, 2, 16)).astype(np.float32)
    network, classes, workspace = packed(modules), quotient_of(graph), Workspace()
    group = np.repeat([0, 1], 20)
    asked = np.stack([np.tile(np.arange(20), 2), np.tile(np.arange(20), 2), group, group * 0], 1)
    with Team(threads) as team:
        made = Background(wide(edge_vectors), wide(vectors), np.zeros(0, np.float32), network, classes, workspace, team)
        balls = Balls.around(np.arange(20), 3, classes, team)
        states = propagated(asked, balls, classes, network, made, workspace, team).reshape(40, -1, 16)
    for q, (ball, source, which, _) in enumerate(asked):
        expected = dense_states(graph, modules, edge_vectors[which], int(source), vectors[which, 0])[-1]
        np.testing.assert_allclose(states[q, 0], expected[source], rtol=1e-3, atol=1e-4)
        for i in range(1, balls.hops[ball, -1]):
            others = np.flatnonzero(classes.of == balls.rows[ball, i])
            np.testing.assert_allclose(states[q, i], expected[others[others != source][0]], rtol=1e-3, atol=1e-4)
