"""Messages into a class, products with a layer's weights, new states and scores: row by row in numpy."""

import numpy as np
import pytest
import torch

pytest.importorskip("numba")
from numba import njit
from relxfer_kg.graph.adjacency import adjacency_of
from relxfer_kg.graph.quotient import quotient
from relxfer_kg.kernels import kernel_rows
from relxfer_kg.kernels.kernel_rows import TILE, TWIN, finish, flush, new_tile, positions, receive, score
from relxfer_kg.kernels.lanes import LANES
from relxfer_kg.layers.message_passing import EntityLayer
from relxfer_kg.layers.packed import packed
from relxfer_kg.layers.score_head import ScoreHead

pytestmark = pytest.mark.processor


@njit
def _receive(row, graph, position, source, own, other, relation, table, states, background, out, to, width):
    receive(row, graph, position, source, own, other, relation, table, states, background, out, to, width)


@njit
def _finish(sums, start, network, layer, width, x, x_start, out, to):
    finish(sums, start, network, layer, width, x, x_start, out, to)


@njit
def _score(hidden, start, query, query_start, last, constant):
    return score(hidden, start, query, query_start, last, constant)


@njit
def _flush(tile, shell, network, layer, width, states, final, query, scores):
    flush(tile, shell, network, layer, width, states, final, query, scores)


@pytest.mark.parametrize("width", [LANES, 5 * LANES])
@pytest.mark.parametrize("weighted", [False, True])
def test_messages_are_summed_from_wherever_their_senders_are(random_graph, width, weighted):
    graph, rng = random_graph(entities=9, relations=2, facts=30), np.random.default_rng(0)
    weight = rng.choice([0.5, 1.0, 2.0], 60) if weighted else None
    classes = quotient(adjacency_of(graph), weight)
    size, types = classes.size, graph.num_relations
    relation = rng.standard_normal((2, types, width)).astype(np.float32)
    states = rng.standard_normal((3 * size + 2, width)).astype(np.float32)
    position = (rng.permutation(2 * size)[:size] * width).astype(np.int64)  # background, or rows of a ball behind it
    source = int(classes.member[0])
    own, other = 2 * size * width, (2 * size + 1) * width
    position[classes.of[source]] = TWIN
    background = size // 2 * width
    for row in range(size):
        out = np.ones(width + LANES, np.float32)
        arguments = relation.reshape(-1), types * width, states.reshape(-1), background
        _receive(row, classes, position, source, own, other, *arguments, out, LANES, width)
        expected = np.ones(width)
        for p in range(classes.indptr[row], classes.indptr[row + 1]):
            at = position[classes.sender[p]]
            if at == TWIN:
                at = own if classes.node[p] == source else other
            message = relation[1, classes.kind[p]] * states.reshape(-1)[background + at : background + at + width]
            expected += message * (classes.weight[p] if weighted else 1)
        np.testing.assert_allclose(out[LANES:], expected, rtol=1e-5, atol=1e-5)
        assert (out[:LANES] == 1).all()


@pytest.fixture(params=[5, LANES, 40])
def network(request):
    """Two layers and a head, and their weights as packed."""
    torch.manual_seed(0)
    layers, head = [EntityLayer(request.param) for _ in range(2)], ScoreHead(request.param)
    with torch.no_grad():
        for layer in layers:
            layer.layer_norm.weight.copy_(torch.randn(request.param))
            layer.layer_norm.bias.copy_(torch.randn(request.param))
    return layers, head, packed(layers, head)


def wide(values, width):
    """Rows padded with zeros, [n, width]."""
    rows = np.atleast_2d(values)
    return np.pad(rows, ((0, 0), (0, width - rows.shape[1]))).astype(np.float32)


def test_normalisation_leaves_the_padding_out(network):
    layers, _, weights = network
    dim, rng = weights.dim, np.random.default_rng(0)
    width = len(weights.bias) // 2
    sums, x = rng.standard_normal((2, dim)).astype(np.float32)
    out = np.full(2 * width, 9, np.float32)
    _finish(wide(sums, width).reshape(-1), 0, weights, 1, width, wide(x, width).reshape(-1), 0, out, width)
    with torch.no_grad():
        expected = layers[1].layer_norm(torch.from_numpy(sums)).relu().numpy() + x
    np.testing.assert_allclose(out[width : width + dim], expected, rtol=1e-5, atol=1e-5)
    assert not out[width + dim :].any()
    assert (out[:width] == 9).all()


def test_the_second_layer_of_the_head(network):
    _, head, weights = network
    hidden = len(weights.last)
    rng = np.random.default_rng(0)
    values, query = rng.standard_normal((2, 2 * hidden)).astype(np.float32)
    values[hidden + 2 * weights.dim :] = query[2 * weights.dim :] = 0  # padding
    rectified = np.maximum(values[hidden:] + query[:hidden], 0)
    with torch.no_grad():
        expected = head[2](torch.from_numpy(rectified[: 2 * weights.dim])).item()
    assert _score(values, hidden, query, 0, weights.last, weights.constant) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("shell", [0, 1])
@pytest.mark.parametrize("final", [False, True])
@pytest.mark.parametrize("count", [1, kernel_rows.ROWS + 1, TILE])
def test_a_tile_becomes_states_or_scores(network, shell, final, count):
    """Of the shell, the half of the product that reads x has been computed before, bias included."""
    layers, head, weights = network
    dim, width = weights.dim, len(weights.bias) // 2
    rng, hidden = np.random.default_rng(0), len(weights.last)
    x, u = rng.standard_normal((2, count, dim)).astype(np.float32)
    matrix = layers[1].linear.weight.detach().numpy()
    half = x @ matrix[:, :dim].T + layers[1].linear.bias.detach().numpy()
    states = np.concatenate([wide(x, width), wide(half, width), np.zeros((count, width), np.float32)])
    query = rng.standard_normal((2, hidden)).astype(np.float32)
    tile = new_tile(width, hidden)
    tile.filled[shell] = count
    for row in range(count):
        slot = shell * TILE + row
        tile.x[slot], tile.start[slot] = row * width, (count + row) * width
        tile.to[slot] = count - 1 - row if final else (2 * count + row) * width
        tile.query[slot] = (row % 2) * hidden
        tile.received[slot * width : slot * width + dim] = u[row]
        tile.received[slot * width + dim : (slot + 1) * width] = 0
    scores = np.zeros(count, np.float32)
    _flush(tile, shell, weights, 1, width, states.reshape(-1), final, query.reshape(-1), scores)
    sums = half + u @ matrix[:, dim:].T
    with torch.no_grad():
        expected = layers[1].layer_norm(torch.from_numpy(sums.astype(np.float32))).relu().numpy() + x
        entity = (torch.from_numpy(expected) @ head[0].weight[:, :dim].T).numpy()
    assert tile.filled[shell] == 0
    if not final:
        np.testing.assert_allclose(states[2 * count :, :dim], expected, rtol=1e-4, atol=1e-4)
        return
    for row in range(count):
        rectified = np.maximum(entity[row] + query[row % 2, : 2 * dim], 0)
        value = rectified @ weights.last[: 2 * dim] + weights.constant
        assert scores[count - 1 - row] == pytest.approx(value, rel=1e-3, abs=1e-4)


def test_positions_are_those_of_the_background():
    assert positions(4, 32).tolist() == [0, 32, 64, 96]
