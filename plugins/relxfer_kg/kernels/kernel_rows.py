"""Rows of states in numba: the messages a class receives, the product with a layer's weights, and the new state.

States are float32 rows of `width` values, padded with zeros to whole vectors, in one flat array, so that the state of a
sender is read by its position alone, whether it belongs to the background or to the ball of a query. Every row is
computed by the same operations in the same order, whatever ball, tile or thread it is in: on one processor, with the
same weights and vectors, a row of a ball that no message of the source changed equals its background. No code relies on
that.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from relxfer_kg.kernels.kernel_numba import compiled, inlined, uncounted
from relxfer_kg.kernels.lanes import (  # fmt: skip
    LANES,
    PANEL,
    ROWS,
    add,
    aligned,
    item,
    load,
    multiply,
    multiply_add,
    prefetch,
    product_panel,
    product_single,
    rectify,
    splat,
    store,
    total,
)

#: Rows gathered before they are multiplied: so many that tile, weights and sums fit the innermost cache together.
TILE = 4 * ROWS
#: Stands for the position of the source's class, whose members have two states: the source's, and its twins'.
TWIN = -1
_aligned = compiled()(aligned)


class LayerWeights(NamedTuple):
    """Weights of L layers and of the head, padded and flat (see `relxfer_kg.layers.packed`).

    Attributes:
        weight: [L, 2 width, width], the rows of x before those of u.
        bias, scale, shift: [L, width].
        epsilon: [L].
        dim: d, the values of a state that are not padding.
        entity: [width, hidden], the half of the head's first layer that reads the state.
        last: [hidden], the head's second layer, and `constant` its bias; hidden is 0 where there is no head.
    """

    weight: np.ndarray
    bias: np.ndarray
    scale: np.ndarray
    shift: np.ndarray
    epsilon: np.ndarray
    dim: int
    entity: np.ndarray
    last: np.ndarray
    constant: np.float32


@inlined
def product(a, rows, first, b, start, width, depth, out):
    """``out[r, c] += sum of a[rows[first + r] + k] b[start + k width + c]``, for ROWS rows and all columns."""
    column = 0
    while column + PANEL * LANES <= width:
        product_panel(a, rows, first, b, start + column, width, depth, out, column)
        column += PANEL * LANES
    while column < width:
        product_single(a, rows, first, b, start + column, width, depth, out, column)
        column += LANES


@inlined
def receive(row, graph, position, source, own, other, relation, table, states, background, out, to, width):
    """``out[to + c] += sum of weight * relation * state`` over the messages into a class.

    ``position`` holds for each class the position of its state, counted from the first state of the background; TWIN
    stands for the class of the source, whose own state is at ``own`` and that of its twins at ``other``.
    """
    begin, stop = item(graph.indptr, row), item(graph.indptr, row + 1)
    weighted = len(graph.weight) > 0
    column = 0
    while column + 4 * LANES <= width:
        a, b = load(out, to + column), load(out, to + column + LANES)
        c, d = load(out, to + column + 2 * LANES), load(out, to + column + 3 * LANES)
        for p in range(begin, stop):
            s = item(position, item(graph.sender, p))
            if s == TWIN:
                s = own if item(graph.node, p) == source else other
            s += background + column
            r = table + item(graph.kind, p) * width + column
            ra, rb = load(relation, r), load(relation, r + LANES)
            rc, rd = load(relation, r + 2 * LANES), load(relation, r + 3 * LANES)
            if weighted:
                w = splat(item(graph.weight, p))
                ra, rb, rc, rd = multiply(w, ra), multiply(w, rb), multiply(w, rc), multiply(w, rd)
            a, b = multiply_add(ra, load(states, s), a), multiply_add(rb, load(states, s + LANES), b)
            c = multiply_add(rc, load(states, s + 2 * LANES), c)
            d = multiply_add(rd, load(states, s + 3 * LANES), d)
        store(out, to + column, a)
        store(out, to + column + LANES, b)
        store(out, to + column + 2 * LANES, c)
        store(out, to + column + 3 * LANES, d)
        column += 4 * LANES
    while column < width:
        a = load(out, to + column)
        for p in range(begin, stop):
            s = item(position, item(graph.sender, p))
            if s == TWIN:
                s = own if item(graph.node, p) == source else other
            ra = load(relation, table + item(graph.kind, p) * width + column)
            if weighted:
                ra = multiply(splat(item(graph.weight, p)), ra)
            a = multiply_add(ra, load(states, background + s + column), a)
        store(out, to + column, a)
        column += LANES


@inlined
def copy(source, start, out, to, width):
    for column in range(0, width, LANES):
        store(out, to + column, load(source, start + column))


@inlined
def prefetch_row(values, start, width):
    """Prefetch a row that will be read: rows of the background have often left the cache."""
    for column in range(0, width, LANES):
        prefetch(values, start + column)


@inlined
def clear(out, to, width):
    zero = splat(np.float32(0))
    for column in range(0, width, LANES):
        store(out, to + column, zero)


@inlined
def finish(sums, start, network, layer, width, x, x_start, out, to):
    """``ReLU(LayerNorm(sums)) + x``. The padding holds zeros and stays out of mean and variance."""
    gathered = splat(np.float32(0))
    for column in range(0, width, LANES):
        gathered = add(gathered, load(sums, start + column))
    dim = np.float32(network.dim)
    mean = total(gathered) / dim
    minus = splat(-mean)
    squares, rest, whole = splat(np.float32(0)), np.float32(0), network.dim // LANES * LANES
    for column in range(0, whole, LANES):
        centred = add(load(sums, start + column), minus)
        squares = multiply_add(centred, centred, squares)
    for column in range(whole, network.dim):
        rest += (item(sums, start + column) - mean) ** 2
    variance = (total(squares) + rest) / dim
    norm = splat(np.float32(1) / np.sqrt(variance + network.epsilon[layer]))
    base = layer * width
    for column in range(0, width, LANES):
        centred = multiply(add(load(sums, start + column), minus), norm)
        y = multiply_add(centred, load(network.scale, base + column), load(network.shift, base + column))
        store(out, to + column, add(rectify(y), load(x, x_start + column)))


@inlined
def score(hidden, start, query, query_start, last, constant):
    """The head's second layer on ``ReLU(hidden + query)``."""
    gathered = splat(np.float32(0))
    for column in range(0, len(last), LANES):
        value = rectify(add(load(hidden, start + column), load(query, query_start + column)))
        gathered = multiply_add(value, load(last, column), gathered)
    return total(gathered) + constant


class Tile(NamedTuple):
    """Rows gathered and not yet multiplied: the messages u of each, the position of x, and that of the result.

    The first TILE slots are for rows that the source had reached in an earlier layer; the others for the shell, the
    rows that it reaches in this layer for the first time.
    """

    filled: np.ndarray  # [2]
    received: np.ndarray  # [2 TILE, width]
    slot: np.ndarray  # [2 TILE], position of the row in `received`, or in `sums`
    x: np.ndarray  # [2 TILE], position of x in states
    sums: np.ndarray  # [ROWS, width]
    hidden: np.ndarray  # [ROWS, hidden]
    start: np.ndarray  # [2 TILE], position in states of the sums so far
    to: np.ndarray  # [2 TILE], position of the result, in states or in scores
    query: np.ndarray  # [2 TILE], position of the query's half of the head


@compiled()
def new_tile(width, hidden):
    slots = 2 * TILE
    return Tile(
        np.zeros(2, np.int64), _aligned(slots * width), np.arange(slots) * width, np.zeros(slots, np.int64),
        _aligned(ROWS * width), _aligned(ROWS * hidden), np.zeros(slots, np.int64), np.zeros(slots, np.int64),
        np.zeros(slots, np.int64),
    )  # fmt: skip


@compiled()
def positions(size, width):
    """Positions of the states of all classes in the background."""
    position = np.empty(size, np.int64)
    for row in range(size):
        position[row] = row * width
    return position


@uncounted
def flush(tile, shell, network, layer, width, states, final, query, scores):
    """Multiply the rows of a tile and write their new states to `states`, or their scores to `scores` if `final`.

    A network without a head has no scores: the last states are written there instead. Rows of the shell, which the
    source reaches for the first time, still have the background's x: the half of their product that reads x is copied
    from the background.
    """
    weights, hidden = layer * 2 * width * width, len(network.last)
    begin, stop = shell * TILE, shell * TILE + tile.filled[shell]
    for first in range(begin, stop, ROWS):
        here = min(ROWS, stop - first)
        for r in range(here):
            if shell:
                copy(states, item(tile.start, first + r), tile.sums, r * width, width)
            else:
                copy(network.bias, layer * width, tile.sums, r * width, width)
        if not shell:
            product(states, tile.x, first, network.weight, weights, width, width, tile.sums)
        product(tile.received, tile.slot, first, network.weight, weights + width * width, width, width, tile.sums)
        if not final:
            for r in range(here):
                finish(
                    tile.sums, r * width, network, layer, width, states, item(tile.x, first + r), states,
                    item(tile.to, first + r),
                )  # fmt: skip
            continue
        for r in range(here):
            finish(
                tile.sums, r * width, network, layer, width, states, item(tile.x, first + r), tile.sums, r * width
            )  # fmt: skip
        if hidden == 0:
            for r in range(here):
                copy(tile.sums, r * width, scores, item(tile.to, first + r), width)
            continue
        clear(tile.hidden, 0, ROWS * hidden)
        product(tile.sums, tile.slot, 0, network.entity, 0, hidden, width, tile.hidden)
        for r in range(here):
            scores[tile.to[first + r]] = score(
                tile.hidden, r * hidden, query, item(tile.query, first + r), network.last, network.constant
            )
    tile.filled[shell] = 0
