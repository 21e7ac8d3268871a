"""Exact locality in numba: all layers of a query, computed for the rows of its ball only."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from relxfer_kg.kernels.kernel_numba import compiled, uncounted
from relxfer_kg.kernels.kernel_rows import TILE, TWIN, clear, copy, flush, new_tile, positions, prefetch_row, receive


class Offsets(NamedTuple):
    """Positions of the values of one query in one layer, in the flat arrays."""

    ball: int
    source: int
    own: int  # states of the rows that the source had reached before this layer
    twin: int  # state of the other members of the source's class, from the background's first
    table: int  # relation vectors
    background: int  # background states before this layer
    half: int  # the half of the background's products that reads x
    vector: int  # the query vector
    query: int  # the half of the head's first layer that reads the query vector
    to: int  # where results are written


@uncounted
def _rows(begin, stop, shell, at, tile, graph, network, layer, width, relation, states, vectors, query, rows,
          position, final, scores):  # fmt: skip
    """Gather the rows begin..stop of a ball into the tile, multiplying it whenever it is full."""
    step = 1 if final and len(network.last) > 0 else width
    slot = shell * TILE + tile.filled[shell]
    for i in range(begin, stop):
        row, u = np.int64(rows[at.ball, i]), slot * width
        tile.x[slot] = at.background + row * width if shell else at.own + i * width
        if i == 0:
            copy(vectors, at.vector, tile.received, u, width)
        else:
            clear(tile.received, u, width)
        receive(
            row, graph, position, at.source, at.own - at.background, at.twin, relation, at.table, states,
            at.background, tile.received, u, width,
        )  # fmt: skip
        tile.start[slot] = at.half + row * width
        if shell:
            prefetch_row(states, tile.x[slot], width)
            prefetch_row(states, tile.start[slot], width)
        tile.to[slot] = at.to + i * step
        tile.query[slot] = at.query
        slot += 1
        if slot == (shell + 1) * TILE:
            tile.filled[shell] = TILE
            flush(tile, shell, network, layer, width, states, final, query, scores)
            slot = shell * TILE
    tile.filled[shell] = slot - shell * TILE


@compiled(nogil=True)
def propagate(thread, begin, end, items, asked, graph, network, layers, relation, groups, states, capacity, vectors,
              query, rows, hops, twin, scores):  # fmt: skip
    """Scores of the rows of each query's last ball, ``scores[q, :hops[ball, layers]]``, for the items begin..end.

    Args:
        items: [m + 1], ranges of queries that are computed together; they share a query relation.
        asked: [n, 4]: number of the query's ball, its source, its group and direction.
        states: as `background_layer` left it, followed by 2 x `capacity` rows for each thread.
        vectors: flat [groups, 2, width], the query vectors.
        rows, hops, twin: the balls.
        scores: [n, C]; of a network without a head [n, C width], for the states.
    """
    size, width = len(graph.indptr) - 1, len(network.bias) // layers
    tile, position = new_tile(width, len(network.last)), positions(size, width)
    flat = scores.reshape(-1)
    base = (groups * (2 * layers + 1) * size + 2 * thread * capacity) * width
    for i in range(begin, end):
        _item(
            items[i], items[i + 1], asked, graph, network, layers, relation, groups, states, base, capacity, vectors,
            query, rows, hops, twin, scores.shape[1], flat, tile, position,
        )  # fmt: skip


@uncounted
def _item(first, last, asked, graph, network, layers, relation, groups, states, base, capacity, vectors, query, rows,
          hops, twin, columns, scores, tile, position):  # fmt: skip
    """All layers of some queries of one relation."""
    size, width = len(graph.indptr) - 1, len(network.bias) // layers
    table = len(relation) // (groups * layers)
    old, new = base, base + capacity * width
    mine = old
    for q in range(first, last):
        copy(vectors, (asked[q, 2] * 2 + asked[q, 3]) * width, states, mine, width)
        mine += hops[asked[q, 0], layers] * width
    for layer in range(layers):
        final = layer == layers - 1
        offset = 0
        for q in range(first, last):
            ball, group, side = asked[q, 0], asked[q, 2], asked[q, 2] * 2 + asked[q, 3]
            background = (group * (layers + 1) + layer) * size * width
            own, reached = old + offset * width, hops[ball, layer]
            other = _set_positions(ball, reached, own - background, graph, rows, twin, position, width)
            at = Offsets(
                ball, asked[q, 1], own, other, (group * layers + layer) * table, background,
                (groups * (layers + 1) + group * layers + layer) * size * width, side * width,
                side * len(network.last), q * columns if final else new + offset * width,
            )  # fmt: skip
            for shell in range(2):
                begin, stop = (reached, hops[ball, layer + 1]) if shell else (0, reached)
                _rows(
                    begin, stop, shell, at, tile, graph, network, layer, width, relation, states, vectors, query,
                    rows, position, final, scores,
                )  # fmt: skip
            for i in range(reached):
                row = np.int64(rows[ball, i])
                position[row] = row * width
            offset += hops[ball, layers]
        for shell in range(2):
            flush(tile, shell, network, layer, width, states, final, query, scores)
        old, new = new, old


@uncounted
def _set_positions(ball, reached, own, graph, rows, twin, position, width):
    """Enter the rows of a ball into `position`; returns the position of the source's twins."""
    for i in range(reached):
        position[rows[ball, i]] = own + i * width
    source = np.int64(rows[ball, 0])
    if graph.member_indptr[source + 1] - graph.member_indptr[source] == 1:
        return source * width
    position[source] = TWIN
    return own + twin[ball] * width if twin[ball] < reached else source * width
