"""Balls in numba: the classes of entities around a source, and their scores written to the entities."""

from __future__ import annotations

import numpy as np

from relxfer_kg.kernels.kernel_numba import compiled, uncounted
from relxfer_kg.kernels.kernel_rows import copy


@compiled(nogil=True)
def balls(thread, begin, end, sources, graph, rows, hops, twin):
    """Classes by distance from each source: ``rows[s, :hops[s, l]]`` are within l hops, the source's own first.

    ``twin[s]`` is the row of the other members of the source's class, beyond all rows if there is none.
    """
    visited = np.zeros(rows.shape[1], np.int32)
    for s in range(begin, end):
        own, stamp = graph.of[sources[s]], s - begin + 1
        breadth_first(own, stamp, False, graph, visited, visited, rows[s], hops[s], twin[s : s + 1])


@uncounted
def breadth_first(own, stamp, only, graph, visited, kept, rows, hops, twin):
    """Search breadth first from a class; False if `rows` is too short, and then nothing written is of use.

    Args:
        stamp: the value that marks a class as visited by this search; ``visited`` must not hold it before.
        only: visit only the classes c with ``kept[c] == stamp``.
    """
    if graph.member_indptr[own + 1] - graph.member_indptr[own] == 1:
        visited[own] = stamp
    twin[0] = len(rows)
    rows[0], hops[0] = own, 1
    begin, end = 0, 1
    for layer in range(1, len(hops)):
        count = end
        for i in range(begin, end):
            for p in range(graph.next_indptr[rows[i]], graph.next_indptr[rows[i] + 1]):
                near = graph.next[p]
                if visited[near] == stamp or (only and kept[near] != stamp):
                    continue
                if count == len(rows):
                    return False
                visited[near] = stamp
                if near == own:
                    twin[0] = count
                rows[count] = near
                count += 1
        begin, end = end, count
        hops[layer] = count
    return True


@compiled(nogil=True)
def fill_scores(thread, begin, end, asked, graph, background, rows, hops, scores, out):
    """Scores of all entities: the background's, replaced by the ball's inside it. ``background`` [groups, 2, V]."""
    layers = hops.shape[1] - 1
    for q in range(begin, end):
        ball, source = asked[q, 0], asked[q, 1]
        for entity in range(out.shape[1]):
            out[q, entity] = background[asked[q, 2], asked[q, 3], entity]
        for i in range(1, hops[ball, layers]):
            row = rows[ball, i]
            for p in range(graph.member_indptr[row], graph.member_indptr[row + 1]):
                out[q, graph.member[p]] = scores[q, i]
        out[q, source] = scores[q, 0]


@compiled(nogil=True)
def fill_states(thread, begin, end, asked, graph, width, background, rows, hops, states, out):
    """The same for states: flat ``background`` [K, width], ``states`` [n, C, width] and ``out`` [n, V, width]."""
    layers, nodes, columns = hops.shape[1] - 1, len(graph.of), rows.shape[1]
    for q in range(begin, end):
        ball, first, mine = asked[q, 0], q * nodes * width, q * columns * width
        for node in range(nodes):
            copy(background, graph.of[node] * width, out, first + node * width, width)
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
