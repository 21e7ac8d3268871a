"""The layers of a query, computed for the rows of its ball, are those of the whole network."""

import numpy as np
import pytest
from relxfer_kg.graph.adjacency import adjacency_of
from relxfer_kg.graph.quotient import quotient

pytest.importorskip("numba")
from relxfer_kg.kernels.kernel_background import backgrounds
from relxfer_kg.kernels.kernel_ball import balls
from relxfer_kg.kernels.kernel_propagate import propagate
from relxfer_kg.layers.packed import packed

pytestmark = pytest.mark.processor
GROUPS, LAYERS, THREADS = 2, 3, 2


@pytest.mark.parametrize(("dim", "weighted"), [(5, False), (16, True), (40, False)])
@pytest.mark.parametrize("together", [1, 4])
def test_states_of_the_rows_are_those_of_the_network(
    random_graph, random_layers, dense_states, wide, dim, weighted, together
):
    """Of queries alone and several at a time, on the second of two threads; twins of a source among the rows."""
    graph = random_graph(entities=60, relations=3, facts=50)
    weight = np.random.default_rng(0).choice([0, 1, 2.5], 100).astype(np.float32) if weighted else None
    classes = quotient(adjacency_of(graph), weight)
    modules, edge_vectors = random_layers(graph, dim, LAYERS, GROUPS)
    weights, vectors = packed(modules), np.random.default_rng(1).standard_normal((GROUPS, 2, dim)).astype(np.float32)
    width, size = len(weights.bias) // LAYERS, classes.size
    sources = np.arange(0, 60, 5)
    rows = np.empty((len(sources), size + 1), np.int32)
    hops, twin = np.empty((len(sources), LAYERS + 1), np.int32), np.empty(len(sources), np.int32)
    balls(0, 0, len(sources), sources, classes, rows, hops, twin)
    ball = np.tile(np.arange(len(sources)), GROUPS)
    group = np.repeat(np.arange(GROUPS), len(sources))
    asked = np.stack([ball, sources[ball], group, ball % 2], 1)
    items = np.arange(0, len(asked) + 1, together)
    capacity = int(hops[:, -1].max()) * together
    held = GROUPS * (2 * LAYERS + 1) * size * width
    states = np.empty(held + 2 * THREADS * capacity * width, np.float32)
    no_head = np.zeros(0, np.float32)
    flat = wide(edge_vectors)
    backgrounds(
        0, 0, GROUPS, LAYERS, GROUPS, classes, weights, flat, states, no_head, np.empty((GROUPS, 2, size), np.float32)
    )
    before = states[:held].copy()
    out = np.empty((len(asked), (size + 1) * width), np.float32)
    propagate(
        1, 0, len(items) - 1, items, asked, classes, weights, LAYERS, flat, GROUPS, states, capacity, wide(vectors),
        no_head, rows, hops, twin, out,
    )  # fmt: skip
    np.testing.assert_array_equal(states[:held], before)  # backgrounds serve other queries too
    made = out.reshape(len(asked), size + 1, width)
    for q, (number, source, which, direction) in enumerate(asked):
        vector = vectors[which, direction]
        expected = dense_states(graph, modules, edge_vectors[which], int(source), vector, weight)[-1]
        for i in range(hops[number, -1]):
            others = np.flatnonzero(classes.of == rows[number, i])
            for entity in [source] if i == 0 else others[others != source]:
                np.testing.assert_allclose(made[q, i, :dim], expected[entity], rtol=1e-3, atol=1e-4)
