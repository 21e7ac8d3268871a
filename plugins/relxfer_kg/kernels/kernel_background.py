"""Backgrounds in numba: the states of all classes when there is no source."""

from __future__ import annotations

from relxfer_kg.kernels.kernel_numba import compiled, lent
from relxfer_kg.kernels.kernel_rows import clear, copy, finish, new_tile, positions, product, receive, score
from relxfer_kg.kernels.lanes import ROWS, item

#: Rows of a background that one task computes.
_PART = 32 * ROWS


@compiled(nogil=True)
def backgrounds(thread, begin, end, layers, groups, graph, network, relation, states, query, scores):
    """The backgrounds of the query relations begin..end, one after the other: a layer finds the last one in the cache.

    Args:
        relation: flat [groups, layers, T, width].
        states: flat; gets [groups, layers + 1, K, width], and behind it [groups, layers, K, width]: the halves of
            the products that read x.
        query: flat [groups, 2, hidden].
        scores: [groups, 2, K].
    """
    size, width = len(graph.indptr) - 1, len(network.bias) // layers
    tile, position = new_tile(width, len(network.last)), positions(size, width)
    for group in range(begin, end):
        for layer in range(layers):
            for part in range(parts(size)):
                _background_part(
                    group, part, layer, layers, groups, graph, network, relation, states, query, position, tile, scores
                )  # fmt: skip


@compiled(nogil=True)
def background_layer(thread, begin, end, layer, layers, groups, graph, network, relation, states, query, scores):
    """One layer of them, for the parts begin..end: there are `parts(K)` of the first relation, then of the second ...

    Layer after layer it gives what `backgrounds` gives, and shares out the work where there are few relations.
    """
    size, width = len(graph.indptr) - 1, len(network.bias) // layers
    tile, position = new_tile(width, len(network.last)), positions(size, width)
    for task in range(begin, end):
        group, part = task // parts(size), task % parts(size)
        _background_part(
            group, part, layer, layers, groups, graph, network, relation, states, query, position, tile, scores
        )  # fmt: skip


@compiled()
def parts(size):
    """How many pieces of work a layer of a background is."""
    return (size + _PART - 1) // _PART


@lent
def _background_part(group, part, layer, layers, groups, graph, network, relation, states, query, position, tile,
                     scores):  # fmt: skip
    size, width = len(graph.indptr) - 1, len(network.bias) // layers
    table = (group * layers + layer) * (len(relation) // (groups * layers))
    before = (group * (layers + 1) + layer) * size * width
    after = before + size * width
    half = (groups * (layers + 1) + group * layers + layer) * size * width
    weights = layer * 2 * width * width
    for first in range(part * _PART, min(size, (part + 1) * _PART), ROWS):
        here = min(ROWS, size - first)
        if layer == 0 and layers > 1 and first > part * _PART:  # nobody has heard anything: all rows are equal
            for row in range(first, first + here):
                clear(states, before + row * width, width)
                copy(states, half + part * _PART * width, states, half + row * width, width)
                copy(states, after + part * _PART * width, states, after + row * width, width)
            continue
        known = layer == 1 and first > part * _PART  # all x are still equal
        for r in range(here):
            row, to = first + r, r * width
            tile.x[r] = before + row * width
            if layer == 0:
                clear(states, before + row * width, width)
            clear(tile.received, to, width)
            if layer > 0:
                receive(row, graph, position, -1, 0, 0, relation, table, states, before, tile.received, to, width)
            if known:
                copy(states, half + part * _PART * width, tile.sums, r * width, width)
            else:
                copy(network.bias, layer * width, tile.sums, r * width, width)
        if not known:
            product(states, tile.x, 0, network.weight, weights, width, width, tile.sums)
        for r in range(here):
            copy(tile.sums, r * width, states, half + (first + r) * width, width)
        product(tile.received, tile.slot, 0, network.weight, weights + width * width, width, width, tile.sums)
        for r in range(here):
            to = after + (first + r) * width
            finish(tile.sums, r * width, network, layer, width, states, item(tile.x, r), states, to)
        if layer == layers - 1 and len(network.last) > 0:
            _background_scores(tile, here, first, group, after, network, width, states, query, scores)


@lent
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
