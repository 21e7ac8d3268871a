"""Exact locality in numba: balls around sources, backgrounds, and the rows in which a query differs from them.

States are float32 rows of `width` values, padded with zeros to whole vectors, in one flat array, so that a message is
read by a position wherever its sender is: in the background, or among the rows of the query. Every row is computed by
the same operations in the same order, in whichever ball, tile or thread: twins tie exactly, and a row of a ball that no
message of the source changed equals its background bit for bit.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from relxfer_kg.rspmm.kernel_numba import compiled
from relxfer_kg.rspmm.lanes import (
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
)  # fmt: skip

#: Rows gathered before they are multiplied: the tile, the weights and the sums share the innermost cache.
TILE = 4 * ROWS
#: Rows of a background that one task computes.
_PART = 32 * ROWS
_TWIN = -1
#: Functions that allocate nothing, and so need not count references to the arrays they are lent: counting them for
#: every row would cost more than what is computed.
lent = compiled(_nrt=False, no_cpython_wrapper=True, no_cfunc_wrapper=True)
#: Short ones, called for every row, without handing over their arguments one by one.
inlined = compiled(_nrt=False, forceinline=True, no_cpython_wrapper=True, no_cfunc_wrapper=True)
_aligned = compiled()(aligned)


class Network(NamedTuple):
    """Weights of L layers and of the head, padded and flat (see `relxfer_kg.background`).

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
    constant: np.float32


@compiled(nogil=True)
def balls(thread, begin, end, sources, graph, rows, hops, twin):
    """Classes by distance from each source: ``rows[s, :hops[s, l]]`` are within l hops, the source's own first.

    ``twin[s]`` is the row of the other members of the source's class, beyond all rows if there is none.
    """
    seen = np.zeros(rows.shape[1], np.int32)
    for s in range(begin, end):
        _ball(sources[s], s + 1, graph, seen, rows[s], hops[s], twin[s : s + 1])


@lent
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


@inlined
def _multiply(a, rows, first, b, start, width, depth, out):
    """``out[r, c] += sum of a[rows[first + r] + k] b[start + k width + c]``, for ROWS rows and all columns."""
    column = 0
    while column + PANEL * LANES <= width:
        product_panel(a, rows, first, b, start + column, width, depth, out, column)
        column += PANEL * LANES
    while column < width:
        product_single(a, rows, first, b, start + column, width, depth, out, column)
        column += LANES


@inlined
def _sum(row, graph, position, source, own, other, relation, table, states, ground, out, to, width):
    """``out[to + c] += sum of weight * relation * state`` over the messages into a class.

    ``position`` says of a class where its state is, counted from the background's first; _TWIN stands for the class
    of the source, whose own state is at ``own`` and that of its twins at ``other``.
    """
    begin, stop = item(graph.indptr, row), item(graph.indptr, row + 1)
    weighted = len(graph.weight) > 0
    column = 0
    while column + 4 * LANES <= width:
        a, b = load(out, to + column), load(out, to + column + LANES)
        c, d = load(out, to + column + 2 * LANES), load(out, to + column + 3 * LANES)
        for p in range(begin, stop):
            s = item(position, item(graph.sender, p))
            if s == _TWIN:
                s = own if item(graph.node, p) == source else other
            s += ground + column
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
            if s == _TWIN:
                s = own if item(graph.node, p) == source else other
            ra = load(relation, table + item(graph.kind, p) * width + column)
            if weighted:
                ra = multiply(splat(item(graph.weight, p)), ra)
            a = multiply_add(ra, load(states, ground + s + column), a)
        store(out, to + column, a)
        column += LANES


@inlined
def _copy(source, start, out, to, width):
    for column in range(0, width, LANES):
        store(out, to + column, load(source, start + column))


@inlined
def _announce(values, start, width):
    """A row that will be read: what is outside the ball was last touched long ago."""
    for column in range(0, width, LANES):
        prefetch(values, start + column)


@inlined
def _clear(out, to, width):
    zero = splat(np.float32(0))
    for column in range(0, width, LANES):
        store(out, to + column, zero)


@inlined
def _finish(sums, start, network, layer, width, x, x_start, out, to):
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
def _score(hidden, start, query, query_start, last, constant):
    """The head's second layer on ``ReLU(hidden + query)``."""
    gathered = splat(np.float32(0))
    for column in range(0, len(last), LANES):
        value = rectify(add(load(hidden, start + column), load(query, query_start + column)))
        gathered = multiply_add(value, load(last, column), gathered)
    return total(gathered) + constant


class Tile(NamedTuple):
    """Rows gathered and not yet multiplied, u of each, where x is, and where their results go.

    The first TILE slots are for rows that the source had reached before, the others for those of the shell.
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
def _tile(width, hidden):
    slots = 2 * TILE
    return Tile(
        np.zeros(2, np.int64), _aligned(slots * width), np.arange(slots) * width, np.zeros(slots, np.int64),
        _aligned(ROWS * width), _aligned(ROWS * hidden), np.zeros(slots, np.int64), np.zeros(slots, np.int64),
        np.zeros(slots, np.int64),
    )  # fmt: skip


@compiled()
def _positions(size, width):
    """Where the states of all classes are when there is no ball."""
    position = np.empty(size, np.int64)
    for row in range(size):
        position[row] = row * width
    return position


@lent
def _flush(tile, shell, network, layer, width, states, final, query, scores):
    """Multiply the rows of a tile and put their new states into `states`, or their scores into `scores` when `final`.

    Rows of the shell, which the source reaches for the first time, hold the background's x: their half of the
    product is the background's too, and is only continued.
    """
    weights, hidden = layer * 2 * width * width, len(network.last)
    begin, stop = shell * TILE, shell * TILE + tile.filled[shell]
    for first in range(begin, stop, ROWS):
        here = min(ROWS, stop - first)
        for r in range(here):
            if shell:
                _copy(states, item(tile.start, first + r), tile.sums, r * width, width)
            else:
                _copy(network.bias, layer * width, tile.sums, r * width, width)
        if not shell:
            _multiply(states, tile.x, first, network.weight, weights, width, width, tile.sums)
        _multiply(tile.received, tile.slot, first, network.weight, weights + width * width, width, width, tile.sums)
        if not final:
            for r in range(here):
                _finish(
                    tile.sums, r * width, network, layer, width, states, item(tile.x, first + r), states,
                    item(tile.to, first + r),
                )  # fmt: skip
            continue
        for r in range(here):
            _finish(
                tile.sums, r * width, network, layer, width, states, item(tile.x, first + r), tile.sums, r * width
            )  # fmt: skip
        _clear(tile.hidden, 0, ROWS * hidden)
        _multiply(tile.sums, tile.slot, 0, network.entity, 0, hidden, width, tile.hidden)
        for r in range(here):
            scores[tile.to[first + r]] = _score(
                tile.hidden, r * hidden, query, item(tile.query, first + r), network.last, network.constant
            )
    tile.filled[shell] = 0


@compiled(nogil=True)
def background_layer(thread, begin, end, layer, layers, groups, graph, network, relation, states, query, scores):
    """States after a layer without any source, of the parts begin..end, and their scores after the last layer.

    There are `parts(K)` parts of the classes of the first query relation, then those of the second, and so on.

    Args:
        relation: flat [groups, layers, T, width].
        states: flat; gets [groups, layers + 1, K, width], and behind it [groups, layers, K, width]: the halves of
            the products that read x.
        query: flat [groups, 2, hidden].
        scores: [groups, 2, K].
    """
    size, width = len(graph.indptr) - 1, len(network.bias) // layers
    tile, position = _tile(width, len(network.last)), _positions(size, width)
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
                _clear(states, before + row * width, width)
                _copy(states, half + part * _PART * width, states, half + row * width, width)
                _copy(states, after + part * _PART * width, states, after + row * width, width)
            continue
        known = layer == 1 and first > part * _PART  # all x are still equal
        for r in range(here):
            row, to = first + r, r * width
            tile.x[r] = before + row * width
            if layer == 0:
                _clear(states, before + row * width, width)
            _clear(tile.received, to, width)
            if layer > 0:
                _sum(row, graph, position, -1, 0, 0, relation, table, states, before, tile.received, to, width)
            if known:
                _copy(states, half + part * _PART * width, tile.sums, r * width, width)
            else:
                _copy(network.bias, layer * width, tile.sums, r * width, width)
        if not known:
            _multiply(states, tile.x, 0, network.weight, weights, width, width, tile.sums)
        for r in range(here):
            _copy(tile.sums, r * width, states, half + (first + r) * width, width)
        _multiply(tile.received, tile.slot, 0, network.weight, weights + width * width, width, width, tile.sums)
        for r in range(here):
            to = after + (first + r) * width
            _finish(tile.sums, r * width, network, layer, width, states, item(tile.x, r), states, to)
        if layer == layers - 1:
            _background_scores(tile, here, first, group, after, network, width, states, query, scores)


@lent
def _background_scores(tile, here, first, group, after, network, width, states, query, scores):
    hidden = len(network.last)
    for r in range(here):
        _copy(states, after + (first + r) * width, tile.sums, r * width, width)
    _clear(tile.hidden, 0, len(tile.hidden))
    _multiply(tile.sums, tile.slot, 0, network.entity, 0, hidden, width, tile.hidden)
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
    step = 1 if final else width
    slot = shell * TILE + tile.filled[shell]
    for i in range(begin, stop):
        row, u = np.int64(rows[place.ball, i]), slot * width
        tile.x[slot] = place.ground + row * width if shell else place.own + i * width
        if i == 0:
            _copy(vectors, place.vector, tile.received, u, width)
        else:
            _clear(tile.received, u, width)
        _sum(
            row, graph, position, place.source, place.own - place.ground, place.twin, relation, place.table, states,
            place.ground, tile.received, u, width,
        )  # fmt: skip
        tile.start[slot] = place.half + row * width
        if shell:
            _announce(states, tile.x[slot], width)
            _announce(states, tile.start[slot], width)
        tile.to[slot] = place.to + i * step
        tile.query[slot] = place.query
        slot += 1
        if slot == (shell + 1) * TILE:
            tile.filled[shell] = TILE
            _flush(tile, shell, network, layer, width, states, final, query, scores)
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
    """
    size, width = len(graph.indptr) - 1, len(network.bias) // layers
    tile, position = _tile(width, len(network.last)), _positions(size, width)
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
        _copy(vectors, (asked[q, 2] * 2 + asked[q, 3]) * width, states, mine, width)
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
            _flush(tile, shell, network, layer, width, states, final, query, scores)
        old, new = new, old


@lent
def _enter(ball, reached, own, graph, rows, twin, position, width):
    """Let `position` know the rows of a ball; returns where the source's twins are."""
    for i in range(reached):
        position[rows[ball, i]] = own + i * width
    source = np.int64(rows[ball, 0])
    if graph.member_indptr[source + 1] - graph.member_indptr[source] == 1:
        return source * width
    position[source] = _TWIN
    return own + twin[ball] * width if twin[ball] < reached else source * width


@compiled(nogil=True)
def spread(thread, begin, end, asked, graph, ground, rows, hops, scores, out):
    """Scores of all entities: those of the background, and over them those of the ball. ``ground`` [groups, 2, V]."""
    layers = hops.shape[1] - 1
    for q in range(begin, end):
        ball, source = asked[q, 0], asked[q, 1]
        for entity in range(out.shape[1]):
            out[q, entity] = ground[asked[q, 2], asked[q, 3], entity]
        for i in range(1, hops[ball, layers]):
            row = rows[ball, i]
            for p in range(graph.member_indptr[row], graph.member_indptr[row + 1]):
                out[q, graph.member[p]] = scores[q, i]
        out[q, source] = scores[q, 0]


@compiled(nogil=True)
def ball_sizes(asked, graph, rows, hops, twin):
    """Entities in the last ball of each query, [n]."""
    sizes = np.empty(len(asked), np.int64)
    for q in range(len(asked)):
        ball = asked[q, 0]
        last = hops[ball, hops.shape[1] - 1]
        sizes[q] = 1 - (twin[ball] < last)  # the source is no member of the row of its twins
        for i in range(1, last):
            sizes[q] += graph.member_indptr[rows[ball, i] + 1] - graph.member_indptr[rows[ball, i]]
    return sizes


@compiled(nogil=True)
def list_balls(thread, begin, end, asked, graph, rows, hops, scores, indptr, entities, values):
    """Entities and scores of the last balls, as compressed rows, the source first."""
    for q in range(begin, end):
        ball, source, to = asked[q, 0], asked[q, 1], indptr[q]
        entities[to], values[to] = source, scores[q, 0]
        for i in range(1, hops[ball, hops.shape[1] - 1]):
            for p in range(graph.member_indptr[rows[ball, i]], graph.member_indptr[rows[ball, i] + 1]):
                if graph.member[p] != source:
                    to += 1
                    entities[to], values[to] = graph.member[p], scores[q, i]
