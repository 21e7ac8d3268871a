"""Backgrounds in numba: the states of all classes when no query has a source."""

from __future__ import annotations

from relxfer_kg.kernels.kernel_numba import compiled, uncounted
from relxfer_kg.kernels.kernel_rows import clear, copy, finish, new_tile, positions, product, receive, score
from relxfer_kg.kernels.lanes import ROWS, item

#: Rows of a background that one piece of work computes.
_PIECE = 32 * ROWS


@compiled(nogil=True)
def backgrounds(thread, begin, end, layers, groups, graph, network, relation, states, query, scores):
    """The backgrounds of the query relations begin..end, one after the other: a layer reads the one before from cache.

    Args:
        relation: flat [groups, layers, T, width].
        states: flat; written are [groups, layers + 1, K, width], and after it [groups, layers, K, width], the halves
            of the products that read x.
        query: flat [groups, 2, hidden].
        scores: [groups, 2, K].
    """
    size, width = len(graph.indptr) - 1, len(network.bias) // layers
    tile, position = new_tile(width, len(network.last)), positions(size, width)
    for group in range(begin, end):
        for layer in range(layers):
            for piece in range(pieces(size)):
                _background_piece(
                    group, piece, layer, layers, groups, graph, network, relation, states, query, position, tile, scores
                )  # fmt: skip


@compiled(nogil=True)
def background_layer(thread, begin, end, layer, layers, groups, graph, network, relation, states, query, scores):
    """One layer of all backgrounds, for the pieces begin..end: `pieces(K)` of the first relation, then of the next.

    Called for each layer in turn it computes what `backgrounds` computes; it divides the work among threads where
    there are fewer relations than threads.
    """
    size, width = len(graph.indptr) - 1, len(network.bias) // layers
    tile, position = new_tile(width, len(network.last)), positions(size, width)
    for task in range(begin, end):
        group, piece = task // pieces(size), task % pieces(size)
        _background_piece(
            group, piece, layer, layers, groups, graph, network, relation, states, query, position, tile, scores
        )  # fmt: skip


@compiled()
def pieces(size):
    """The number of pieces of work that a layer of one background is divided into."""
    return (size + _PIECE - 1) // _PIECE


@uncounted
def _background_piece(group, piece, layer, layers, groups, graph, network, relation, states, query, position, tile,
                     scores):  # fmt: skip
    size, width = len(graph.indptr) - 1, len(network.bias) // layers
    table = (group * layers + layer) * (len(relation) // (groups * layers))
    before = (group * (layers + 1) + layer) * size * width
    after = before + size * width
    half = (groups * (layers + 1) + group * layers + layer) * size * width
    weights = layer * 2 * width * width
    for first in range(piece * _PIECE, min(size, (piece + 1) * _PIECE), ROWS):
        here = min(ROWS, size - first)
        if layer == 0 and layers > 1 and first > piece * _PIECE:  # no message has arrived yet: all rows are equal
            for row in range(first, first + here):
                clear(states, before + row * width, width)
                copy(states, half + piece * _PIECE * width, states, half + row * width, width)
                copy(states, after + piece * _PIECE * width, states, after + row * width, width)
            continue
        same_x = layer == 1 and first > piece * _PIECE  # all x are still equal
        for r in range(here):
            row, to = first + r, r * width
            tile.x[r] = before + row * width
            if layer == 0:
                clear(states, before + row * width, width)
            clear(tile.received, to, width)
            if layer > 0:
                receive(row, graph, position, -1, 0, 0, relation, table, states, before, tile.received, to, width)
            if same_x:
                copy(states, half + piece * _PIECE * width, tile.sums, r * width, width)
            else:
                copy(network.bias, layer * width, tile.sums, r * width, width)
        if not same_x:
            product(states, tile.x, 0, network.weight, weights, width, width, tile.sums)
        for r in range(here):
            copy(tile.sums, r * width, states, half + (first + r) * width, width)
        product(tile.received, tile.slot, 0, network.weight, weights + width * width, width, width, tile.sums)
        for r in range(here):
            to = after + (first + r) * width
            finish(tile.sums, r * width, network, layer, width, states, item(tile.x, r), states, to)
        if layer == layers - 1 and len(network.last) > 0:
            _background_scores(tile, here, first, group, after, network, width, states, query, scores)


@uncounted
def _background_scores(tile, here, first, group, after, network, width, states, query, scores):
    hidden = len(network.last)
    for r in range(here):
        copy(states, after + (first + r) * width, tile.sums, r * width, width)
    clear(tile.hidden, 0, len(tile.hidden))
    product(tile.sums, tile.slot, 0, network.entity, 0, hidden, width, tile.hidden)
    for r in range(here):
        for direction in range(2):
            start = (group * 2 + direction) * hidden
            scores[group, direction, first + r] = score(
                tile.hidden, r * hidden, query, start, network.last, network.constant
            )
