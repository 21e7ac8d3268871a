"""Exact locality in numba: balls around sources, backgrounds, and the rows in which a query differs from them.

States are float32 rows of `width` values, padded with zeros to whole vectors, in one flat array, so that a message is
read by a position wherever its sender is: in the background, or among the rows of the query. Every row is computed by
the same operations in the same order, in whichever ball, tile or thread: twins tie exactly, and a row of a ball that no
message of the source changed equals its background bit for bit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import prange

from relxfer_kg.rspmm.kernel_numba import compiled
from relxfer_kg.rspmm.lanes import (
    LANES, PANEL, ROWS, add, load, multiply, multiply_add, product_panel, product_single, rectify, splat, store, total,
)  # fmt: skip

#: Rows gathered before they are multiplied: the tile, the weights and the sums share the innermost cache.
TILE = 4 * ROWS
_OUTSIDE, _TWIN = -1, -2


class Network(NamedTuple):
    """Weights of L layers and of the head, padded and flat (see `relxfer_kg.scorer`).

    Attributes:
        weight: [L, 2 width, width], the rows of x before those of u.
        bias, scale, shift: [L, width].
        epsilon: [L].
        dim: d, the values of a state that are not padding.
        entity: [width, hidden], the half of the head's first layer that reads the state.
        last: [hidden], the head's second layer, and `constant` its bias.
    """

    weight: np.ndarray
    bias: np.ndarray
    scale: np.ndarray
    shift: np.ndarray
    epsilon: np.ndarray
    dim: int
    entity: np.ndarray
    last: np.ndarray
    constant: float


@compiled(parallel=True)
def balls(threads, sources, graph, rows, hops, twin):
    """Classes by distance from each source: ``rows[s, :hops[s, l]]`` are within l hops, the source's own first.

    ``twin[s]`` is the row of the other members of the source's class, beyond all rows if there is none.
    """
    for thread in prange(threads):
        seen = np.zeros(rows.shape[1], np.int32)
        for s in range(len(sources) * thread // threads, len(sources) * (thread + 1) // threads):
            _ball(sources[s], s + 1, graph, seen, rows[s], hops[s], twin[s : s + 1])


@compiled()
def _ball(source, stamp, graph, seen, rows, hops, twin):
    own = graph.of[source]
    if graph.member_indptr[own + 1] - graph.member_indptr[own] == 1:
        seen[own] = stamp
    twin[0] = len(rows)
    rows[0], hops[0] = own, 1
    begin, end = 0, 1
    for layer in range(1, len(hops)):
        count = end
        for i in range(begin, end):
            for p in range(graph.next_indptr[rows[i]], graph.next_indptr[rows[i] + 1]):
                near = graph.next[p]
                if seen[near] != stamp:
                    seen[near] = stamp
                    if near == own:
                        twin[0] = count
                    rows[count] = near
                    count += 1
        begin, end = end, count
        hops[layer] = count


@compiled()
def _multiply(a, first, stride, b, start, width, depth, out):
    """``out[r, c] += sum of a[first + r stride + k] b[start + k width + c]``, for ROWS rows and all columns."""
    column = 0
    while column + PANEL * LANES <= width:
        product_panel(a, first, stride, b, start + column, width, depth, out, column)
        column += PANEL * LANES
    while column < width:
        product_single(a, first, stride, b, start + column, width, depth, out, column)
        column += LANES


@compiled()
def _locate(row, graph, position, source, twin, table, mine, ground, width, scratch):
    """Where the messages into a class are: positions of states, of relation vectors, and weights; their number.

    A sender outside the ball is read from the background, or is zero where `ground` is negative.
    """
    count = 0
    for p in range(graph.indptr[row], graph.indptr[row + 1]):
        sender = graph.sender[p]
        place = position[sender]
        if place == _TWIN:
            place = 0 if graph.node[p] == source else twin
        if place >= 0:
            scratch.state[count] = mine + place * width
        elif ground >= 0:
            scratch.state[count] = ground + sender * width
        else:
            continue
        scratch.relation[count] = table + graph.kind[p] * width
        if len(graph.weight):
            scratch.weight[count] = graph.weight[p]
        count += 1
    return count


@compiled()
def _sum(count, weighted, relation, states, scratch, out, to, width):
    """``out[to + c] += sum of weight * relation * state`` over the messages that were located."""
    column = 0
    while column + 4 * LANES <= width:
        a, b = load(out, to + column), load(out, to + column + LANES)
        c, d = load(out, to + column + 2 * LANES), load(out, to + column + 3 * LANES)
        for p in range(count):
            r, s = scratch.relation[p] + column, scratch.state[p] + column
            ra, rb = load(relation, r), load(relation, r + LANES)
            rc, rd = load(relation, r + 2 * LANES), load(relation, r + 3 * LANES)
            if weighted:
                w = splat(scratch.weight[p])
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
        for p in range(count):
            ra = load(relation, scratch.relation[p] + column)
            if weighted:
                ra = multiply(splat(scratch.weight[p]), ra)
            a = multiply_add(ra, load(states, scratch.state[p] + column), a)
        store(out, to + column, a)
        column += LANES


@compiled()
def _copy(source, start, out, to, width):
    for column in range(0, width, LANES):
        store(out, to + column, load(source, start + column))


@compiled()
def _clear(out, to, width):
    zero = splat(np.float32(0))
    for column in range(0, width, LANES):
        store(out, to + column, zero)


@compiled()
def _finish(sums, start, network, layer, width, x, x_start, out, to):
    """``ReLU(LayerNorm(sums)) + x``. The padding holds zeros and stays out of mean and variance."""
    gathered = splat(np.float32(0))
    for column in range(0, width, LANES):
        gathered = add(gathered, load(sums, start + column))
    dim = np.float32(network.dim)
    mean = total(gathered) / dim
    minus = splat(-mean)
    squares = splat(np.float32(0))
    for column in range(0, width, LANES):
        centred = add(load(sums, start + column), minus)
        squares = multiply_add(centred, centred, squares)
    variance = (total(squares) - (np.float32(width) - dim) * mean * mean) / dim
    norm = splat(np.float32(1) / np.sqrt(variance + network.epsilon[layer]))
    base = layer * width
    for column in range(0, width, LANES):
        centred = multiply(add(load(sums, start + column), minus), norm)
        y = multiply_add(centred, load(network.scale, base + column), load(network.shift, base + column))
        store(out, to + column, add(rectify(y), load(x, x_start + column)))


@compiled()
def _score(hidden, start, query, query_start, last, constant):
    """The head's second layer on ``ReLU(hidden + query)``."""
    gathered = splat(np.float32(0))
    for column in range(0, len(last), LANES):
        value = rectify(add(load(hidden, start + column), load(query, query_start + column)))
        gathered = multiply_add(value, load(last, column), gathered)
    return total(gathered) + constant


class Tile(NamedTuple):
    """Rows gathered and not yet multiplied: [x, u] of each, and where their results go."""

    pairs: np.ndarray  # [TILE, 2 width]
    sums: np.ndarray  # [ROWS, width]
    hidden: np.ndarray  # [ROWS, hidden]
    start: np.ndarray  # [TILE], position in states of the sums so far
    to: np.ndarray  # [TILE], position of the result, in states or in scores
    query: np.ndarray  # [TILE], position of the query's half of the head


class Scratch(NamedTuple):
    """The messages into one row."""

    state: np.ndarray
    relation: np.ndarray
    weight: np.ndarray


@compiled()
def _tile(width, hidden):
    return Tile(
        np.zeros(TILE * 2 * width, np.float32), np.zeros(ROWS * width, np.float32),
        np.zeros(ROWS * hidden, np.float32), np.zeros(TILE, np.int64), np.zeros(TILE, np.int64),
        np.zeros(TILE, np.int64),
    )  # fmt: skip


@compiled()
def _scratch(graph):
    return Scratch(
        np.empty(graph.degree, np.int64), np.empty(graph.degree, np.int64), np.empty(graph.degree, np.float32)
    )


@compiled()
def _flush(tile, count, shell, network, layer, width, states, final, query, scores):
    """Multiply a tile's rows and put their new states into `states`, or their scores into `scores` when `final`.

    Rows of the shell, which the source reaches for the first time, hold the background's x: their half of the
    product is the background's too, and is only continued.
    """
    skipped = width if shell else 0
    weights, bias = layer * 2 * width * width + skipped * width, layer * width
    for first in range(0, count, ROWS):
        here = min(ROWS, count - first)
        for r in range(here):
            if shell:
                _copy(states, tile.start[first + r], tile.sums, r * width, width)
            else:
                _copy(network.bias, bias, tile.sums, r * width, width)
        _multiply(
            tile.pairs, first * 2 * width + skipped, 2 * width, network.weight, weights, width, 2 * width - skipped,
            tile.sums,
        )  # fmt: skip
        for r in range(here):
            x = (first + r) * 2 * width
            if final:
                _finish(tile.sums, r * width, network, layer, width, tile.pairs, x, tile.sums, r * width)
            else:
                _finish(tile.sums, r * width, network, layer, width, tile.pairs, x, states, tile.to[first + r])
        if final:
            _clear(tile.hidden, 0, len(tile.hidden))
            _multiply(tile.sums, 0, width, network.entity, 0, len(network.last), width, tile.hidden)
            for r in range(here):
                scores[tile.to[first + r]] = _score(
                    tile.hidden, r * len(network.last), query, tile.query[first + r], network.last, network.constant
                )


@compiled(parallel=True)
def backgrounds(graph, network, layers, relation, groups, states, query, scores):
    """States without any source, layer by layer, of `groups` query relations, and their scores per direction.

    Args:
        relation: flat [groups, layers, T, width].
        states: flat; gets [groups, layers + 1, K, width], and behind it [groups, layers, K, width]: the halves of
            the products that read x.
        query: flat [groups, 2, hidden].
        scores: [groups, 2, K].
    """
    size, width = len(graph.indptr) - 1, len(network.bias) // layers
    table = len(relation) // max(1, groups * layers)
    parts = (size + 8 * TILE - 1) // (8 * TILE)
    nobody = np.full(size, _OUTSIDE, np.int32)
    halves = groups * (layers + 1) * size * width
    for layer in range(layers):
        for task in prange(groups * parts):
            group, part = task // parts, task % parts
            tile, scratch = _tile(width, len(network.last)), _scratch(graph)
            before = (group * (layers + 1) + layer) * size * width
            after, half = before + size * width, halves + (group * layers + layer) * size * width
            for first in range(part * 8 * TILE, min(size, (part + 1) * 8 * TILE), ROWS):
                here = min(ROWS, size - first)
                for r in range(here):
                    row, to = first + r, r * 2 * width
                    if layer == 0:
                        _clear(states, before + row * width, width)
                    _copy(states, before + row * width, tile.pairs, to, width)
                    _clear(tile.pairs, to + width, width)
                    count = 0 if layer == 0 else _locate(
                        row, graph, nobody, -1, -1, (group * layers + layer) * table, 0, before, width, scratch
                    )  # fmt: skip
                    _sum(count, len(graph.weight) > 0, relation, states, scratch, tile.pairs, to + width, width)
                    _copy(network.bias, layer * width, tile.sums, r * width, width)
                weights = layer * 2 * width * width
                _multiply(tile.pairs, 0, 2 * width, network.weight, weights, width, width, tile.sums)
                for r in range(here):
                    _copy(tile.sums, r * width, states, half + (first + r) * width, width)
                weights += width * width
                _multiply(tile.pairs, width, 2 * width, network.weight, weights, width, width, tile.sums)
                for r in range(here):
                    to = after + (first + r) * width
                    _finish(tile.sums, r * width, network, layer, width, tile.pairs, r * 2 * width, states, to)
                if layer == layers - 1:
                    _background_scores(tile, here, first, group, after, network, width, states, query, scores)


@compiled()
def _background_scores(tile, here, first, group, after, network, width, states, query, scores):
    hidden = len(network.last)
    for r in range(here):
        _copy(states, after + (first + r) * width, tile.sums, r * width, width)
    _clear(tile.hidden, 0, len(tile.hidden))
    _multiply(tile.sums, 0, width, network.entity, 0, hidden, width, tile.hidden)
    for r in range(here):
        for direction in range(2):
            start = (group * 2 + direction) * hidden
            scores[group, direction, first + r] = _score(
                tile.hidden, r * hidden, query, start, network.last, network.constant
            )


class Place(NamedTuple):
    """Where the values of one query, in one layer, are: positions in the flat arrays."""

    ball: int
    source: int
    inner: int  # rows within reach before this layer
    own: int  # states of these rows
    twin: int  # row of the other members of the source's class, or _OUTSIDE
    table: int  # relation vectors
    ground: int  # background states before this layer
    half: int  # what the background's x contributes to the sums
    vector: int  # the query vector
    query: int  # its half of the head
    to: int  # where results go


@compiled()
def _rows(begin, stop, shell, place, tile, count, graph, network, layer, width, relation, states, vectors, query, rows,
          position, scratch, final, scores):  # fmt: skip
    """Gather the rows begin..stop of a ball into the tile, multiplying it whenever it is full; returns its filling."""
    step = 1 if final else width
    for i in range(begin, stop):
        row, pair = rows[place.ball, i], count * 2 * width
        x = place.ground + row * width if shell else place.own + i * width
        _copy(states, x, tile.pairs, pair, width)
        if i == 0:
            _copy(vectors, place.vector, tile.pairs, pair + width, width)
        else:
            _clear(tile.pairs, pair + width, width)
        messages = _locate(
            row, graph, position, place.source, place.twin, place.table, place.own, place.ground if layer else -1,
            width, scratch,
        )  # fmt: skip
        _sum(messages, len(graph.weight) > 0, relation, states, scratch, tile.pairs, pair + width, width)
        tile.start[count] = place.half + row * width
        tile.to[count] = place.to + i * step
        tile.query[count] = place.query
        count += 1
        if count == TILE:
            _flush(tile, count, shell, network, layer, width, states, final, query, scores)
            count = 0
    return count


@compiled(parallel=True)
def propagate(cuts, items, asked, graph, network, layers, relation, groups, states, room, vectors, query, rows, hops,
              twin, scores):  # fmt: skip
    """Scores of the rows of each query's last ball, ``scores[q, :hops[ball, layers]]``.

    Args:
        cuts: [threads + 1], ranges of items, one per thread.
        items: [m + 1], ranges of queries that are computed together; they share a query relation.
        asked: [n, 4]: number of the query's ball, its source, its group and direction.
        states: as `backgrounds` left it, and behind that 2 x `room` rows for each thread.
        vectors: flat [groups, 2, width], the query vectors.
        rows, hops, twin: the balls.
    """
    size, width = len(graph.indptr) - 1, len(network.bias) // layers
    table = len(relation) // max(1, groups * layers)
    for thread in prange(len(cuts) - 1):
        inner, shell = _tile(width, len(network.last)), _tile(width, len(network.last))
        scratch, position = _scratch(graph), np.full(size, _OUTSIDE, np.int32)
        flat = scores.reshape(-1)
        for item in range(cuts[thread], cuts[thread + 1]):
            old = (groups * (2 * layers + 1) * size + 2 * thread * room) * width
            new = old + room * width
            mine = old
            for q in range(items[item], items[item + 1]):
                _copy(vectors, (asked[q, 2] * 2 + asked[q, 3]) * width, states, mine, width)
                mine += hops[asked[q, 0], layers] * width
            for layer in range(layers):
                final = layer == layers - 1
                offset, inside, outside = 0, 0, 0
                for q in range(items[item], items[item + 1]):
                    ball, group, side = asked[q, 0], asked[q, 2], asked[q, 2] * 2 + asked[q, 3]
                    inner_rows, own, other = hops[ball, layer], rows[ball, 0], _OUTSIDE
                    for i in range(inner_rows):
                        position[rows[ball, i]] = i
                    if graph.member_indptr[own + 1] - graph.member_indptr[own] > 1:
                        position[own] = _TWIN
                        other = twin[ball] if twin[ball] < inner_rows else _OUTSIDE
                    place = Place(
                        ball, asked[q, 1], inner_rows, old + offset * width, other, (group * layers + layer) * table,
                        (group * (layers + 1) + layer) * size * width,
                        (groups * (layers + 1) + group * layers + layer) * size * width, side * width,
                        side * len(network.last), q * scores.shape[1] if final else new + offset * width,
                    )  # fmt: skip
                    inside = _rows(
                        0, inner_rows, False, place, inner, inside, graph, network, layer, width, relation, states,
                        vectors, query, rows, position, scratch, final, flat,
                    )  # fmt: skip
                    outside = _rows(
                        inner_rows, hops[ball, layer + 1], True, place, shell, outside, graph, network, layer, width,
                        relation, states, vectors, query, rows, position, scratch, final, flat,
                    )  # fmt: skip
                    for i in range(inner_rows):
                        position[rows[ball, i]] = _OUTSIDE
                    offset += hops[ball, layers]
                _flush(inner, inside, False, network, layer, width, states, final, query, flat)
                _flush(shell, outside, True, network, layer, width, states, final, query, flat)
                old, new = new, old


@compiled(parallel=True)
def spread(threads, asked, graph, ground, rows, hops, twin, scores, out):
    """Scores of all entities: those of the background, and over them those of the ball. ``ground`` [groups, 2, V]."""
    layers = hops.shape[1] - 1
    for thread in prange(threads):
        for q in range(len(asked) * thread // threads, len(asked) * (thread + 1) // threads):
            ball, source = asked[q, 0], asked[q, 1]
            out[q] = ground[asked[q, 2], asked[q, 3]]
            for i in range(1, hops[ball, layers]):
                row = rows[ball, i]
                for p in range(graph.member_indptr[row], graph.member_indptr[row + 1]):
                    out[q, graph.member[p]] = scores[q, i]
            out[q, source] = scores[q, 0]
