"""Exact locality in numba: the layers of queries, computed for the rows of their balls."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from relxfer_kg.kernels.kernel_numba import compiled, lent
from relxfer_kg.kernels.kernel_rows import TILE, TWIN, announce, clear, copy, flush, new_tile, positions, receive


class Place(NamedTuple):
    """Where the values of one query, in one layer, are: positions in the flat arrays."""

    ball: int
    source: int
    own: int  # states of the rows within reach before this layer
    twin: int  # state of the other members of the source's class, from the background's first
    table: int  # relation vectors
    ground: int  # background states before this layer
    half: int  # what the background's x contributes to the sums
    vector: int  # the query vector
    query: int  # its half of the head
    to: int  # where results go


@lent
def _rows(begin, stop, shell, place, tile, graph, network, layer, width, relation, states, vectors, query, rows,
          position, final, scores):  # fmt: skip
    """Gather the rows begin..stop of a ball into the tile, multiplying it whenever it is full."""
    step = 1 if final and len(network.last) > 0 else width
    slot = shell * TILE + tile.filled[shell]
    for i in range(begin, stop):
        row, u = np.int64(rows[place.ball, i]), slot * width
        tile.x[slot] = place.ground + row * width if shell else place.own + i * width
        if i == 0:
            copy(vectors, place.vector, tile.received, u, width)
        else:
            clear(tile.received, u, width)
        receive(
            row, graph, position, place.source, place.own - place.ground, place.twin, relation, place.table, states,
            place.ground, tile.received, u, width,
        )  # fmt: skip
        tile.start[slot] = place.half + row * width
        if shell:
            announce(states, tile.x[slot], width)
            announce(states, tile.start[slot], width)
        tile.to[slot] = place.to + i * step
        tile.query[slot] = place.query
        slot += 1
        if slot == (shell + 1) * TILE:
            tile.filled[shell] = TILE
            flush(tile, shell, network, layer, width, states, final, query, scores)
            slot = shell * TILE
    tile.filled[shell] = slot - shell * TILE


@compiled(nogil=True)
def propagate(thread, begin, end, items, asked, graph, network, layers, relation, groups, states, room, vectors, query,
              rows, hops, twin, scores):  # fmt: skip
    """Scores of the rows of each query's last ball, ``scores[q, :hops[ball, layers]]``, for the items begin..end.

    Args:
        items: [m + 1], ranges of queries that are computed together; they share a query relation.
        asked: [n, 4]: number of the query's ball, its source, its group and direction.
        states: as `background_layer` left it, and behind that 2 x `room` rows for each thread.
        vectors: flat [groups, 2, width], the query vectors.
        rows, hops, twin: the balls.
        scores: [n, C]; of a network without a head [n, C width], for the states.
    """
    size, width = len(graph.indptr) - 1, len(network.bias) // layers
    tile, position = new_tile(width, len(network.last)), positions(size, width)
    flat = scores.reshape(-1)
    base = (groups * (2 * layers + 1) * size + 2 * thread * room) * width
    for i in range(begin, end):
        _item(
            items[i], items[i + 1], asked, graph, network, layers, relation, groups, states, base, room, vectors,
            query, rows, hops, twin, scores.shape[1], flat, tile, position,
        )  # fmt: skip


@lent
def _item(first, last, asked, graph, network, layers, relation, groups, states, base, room, vectors, query, rows, hops,
          twin, columns, scores, tile, position):  # fmt: skip
    """All layers of some queries of one relation."""
    size, width = len(graph.indptr) - 1, len(network.bias) // layers
    table = len(relation) // (groups * layers)
    old, new = base, base + room * width
    mine = old
    for q in range(first, last):
        copy(vectors, (asked[q, 2] * 2 + asked[q, 3]) * width, states, mine, width)
        mine += hops[asked[q, 0], layers] * width
    for layer in range(layers):
        final = layer == layers - 1
        offset = 0
        for q in range(first, last):
            ball, group, side = asked[q, 0], asked[q, 2], asked[q, 2] * 2 + asked[q, 3]
            ground = (group * (layers + 1) + layer) * size * width
            own, reached = old + offset * width, hops[ball, layer]
            other = _enter(ball, reached, own - ground, graph, rows, twin, position, width)
            place = Place(
                ball, asked[q, 1], own, other, (group * layers + layer) * table, ground,
                (groups * (layers + 1) + group * layers + layer) * size * width, side * width,
                side * len(network.last), q * columns if final else new + offset * width,
            )  # fmt: skip
            for shell in range(2):
                begin, stop = (reached, hops[ball, layer + 1]) if shell else (0, reached)
                _rows(
                    begin, stop, shell, place, tile, graph, network, layer, width, relation, states, vectors, query,
                    rows, position, final, scores,
                )  # fmt: skip
            for i in range(reached):
                row = np.int64(rows[ball, i])
                position[row] = row * width
            offset += hops[ball, layers]
        for shell in range(2):
            flush(tile, shell, network, layer, width, states, final, query, scores)
        old, new = new, old


@lent
def _enter(ball, reached, own, graph, rows, twin, position, width):
    """Let `position` know the rows of a ball; returns where the source's twins are."""
    for i in range(reached):
        position[rows[ball, i]] = own + i * width
    source = np.int64(rows[ball, 0])
    if graph.member_indptr[source + 1] - graph.member_indptr[source] == 1:
        return source * width
    position[source] = TWIN
    return own + twin[ball] * width if twin[ball] < reached else source * width
