"""Balls in numba: the classes around a source, and what becomes of their scores."""

from __future__ import annotations

import numpy as np

from relxfer_kg.kernels.kernel_numba import compiled, lent
from relxfer_kg.kernels.kernel_rows import copy


@compiled(nogil=True)
def balls(thread, begin, end, sources, graph, rows, hops, twin):
    """Classes by distance from each source: ``rows[s, :hops[s, l]]`` are within l hops, the source's own first.

    ``twin[s]`` is the row of the other members of the source's class, beyond all rows if there is none.
    """
    seen = np.zeros(rows.shape[1], np.int32)
    for s in range(begin, end):
        grow(graph.of[sources[s]], s - begin + 1, False, graph, seen, seen, rows[s], hops[s], twin[s : s + 1])


@lent
def grow(own, stamp, only, graph, seen, kept, rows, hops, twin):
    """Breadth first from a class; False, and nothing of use, where `rows` is full.

    Args:
        stamp: of this search; ``seen`` has no such value before.
        only: go through the classes c with ``kept[c] == stamp`` only.
    """
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
                if seen[near] == stamp or (only and kept[near] != stamp):
                    continue
                if count == len(rows):
                    return False
                seen[near] = stamp
                if near == own:
                    twin[0] = count
                rows[count] = near
                count += 1
        begin, end = end, count
        hops[layer] = count
    return True


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
def spread_states(thread, begin, end, asked, graph, width, ground, rows, hops, states, out):
    """The same of states: flat ``ground`` [K, width], ``states`` [n, C, width] and ``out`` [n, V, width]."""
    layers, nodes, columns = hops.shape[1] - 1, len(graph.of), rows.shape[1]
    for q in range(begin, end):
        ball, first, mine = asked[q, 0], q * nodes * width, q * columns * width
        for node in range(nodes):
            copy(ground, graph.of[node] * width, out, first + node * width, width)
        for i in range(1, hops[ball, layers]):
            row = rows[ball, i]
            for p in range(graph.member_indptr[row], graph.member_indptr[row + 1]):
                copy(states, mine + i * width, out, first + graph.member[p] * width, width)
        copy(states, mine, out, first + asked[q, 1] * width, width)


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
