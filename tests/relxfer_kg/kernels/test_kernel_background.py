"""Backgrounds are the states of a network without a source, class by class."""

import numpy as np
import pytest
import torch
from relxfer_kg.graph.adjacency import adjacency_of
from relxfer_kg.graph.quotient import quotient

pytest.importorskip("numba")
from relxfer_kg.kernels import kernel_background
from relxfer_kg.kernels.kernel_background import background_layer, backgrounds, pieces
from relxfer_kg.layers.packed import packed
from relxfer_kg.layers.score_head import ScoreHead

pytestmark = pytest.mark.processor
GROUPS = 2


def computed(way, classes, weights, edge_vectors, query, layers):
    """States, halves of the products and scores by one of the two kernels."""
    size, width = classes.size, len(weights.bias) // layers
    states = np.full(GROUPS * (2 * layers + 1) * size * width, np.nan, np.float32)
    scores = np.zeros((GROUPS, 2, size), np.float32)
    arguments = layers, GROUPS, classes, weights, edge_vectors, states, query, scores
    if way == "whole":
        backgrounds(0, 0, GROUPS, *arguments)
    else:
        for layer in range(layers):
            tasks = GROUPS * pieces(size)
            for begin in reversed(range(0, tasks, 2)):  # pieces in any order
                background_layer(0, begin, min(begin + 2, tasks), layer, *arguments)
    cut = GROUPS * (layers + 1) * size * width
    return (
        states[:cut].reshape(GROUPS, layers + 1, size, width),
        states[cut:].reshape(GROUPS, layers, size, width),
        scores,
    )


@pytest.mark.parametrize("way", ["whole", "layer by layer"])
@pytest.mark.parametrize(("dim", "weighted"), [(5, False), (16, True), (40, False)])
@pytest.mark.parametrize("layers", [1, 3])
def test_states_halves_and_scores_are_those_of_the_network(
    random_graph, random_layers, dense_states, wide, way, dim, weighted, layers
):
    graph = random_graph(entities=300, relations=3, facts=400)
    weight = np.random.default_rng(0).choice([0, 1, 2.5], 800).astype(np.float32) if weighted else None
    classes, head = quotient(adjacency_of(graph), weight), ScoreHead(dim)
    modules, edge_vectors = random_layers(graph, dim, layers, GROUPS)
    weights = packed(modules, head)
    assert pieces(classes.size) > 1
    vectors = torch.randn(GROUPS, 2, dim)
    with torch.no_grad():
        query = torch.nn.functional.linear(vectors, head[0].weight[:, dim:], head[0].bias).numpy()
    states, halves, scores = computed(way, classes, weights, wide(edge_vectors), wide(query), layers)
    first = classes.member[classes.member_indptr[:-1]]
    for group in range(GROUPS):
        expected = dense_states(graph, modules, edge_vectors[group], weight=weight)[:, first]
        np.testing.assert_allclose(states[group, :, :, :dim], expected, rtol=1e-4, atol=1e-4)
        assert not states[group, :, :, dim:].any()
        with torch.no_grad():
            for layer, module in enumerate(modules):
                half = torch.from_numpy(expected[layer]) @ module.linear.weight[:, :dim].T + module.linear.bias
                np.testing.assert_allclose(halves[group, layer, :, :dim], half.numpy(), rtol=1e-4, atol=1e-4)
            for direction in range(2):
                told = torch.from_numpy(expected[-1])[None], vectors[group, direction][None]
                np.testing.assert_allclose(scores[group, direction], head.score(*told)[0], rtol=1e-3, atol=1e-4)


def test_a_piece_is_a_whole_number_of_tiles():
    assert kernel_background._PIECE % kernel_background.ROWS == 0
    assert pieces(0) == 0
    assert pieces(1) == pieces(kernel_background._PIECE) == 1
    assert pieces(kernel_background._PIECE + 1) == 2
