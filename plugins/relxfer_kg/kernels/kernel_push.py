"""Balls of bounded size in numba: the classes that a random walk from the source visits most.

Personalised PageRank of a source s is the distribution pi = alpha e_s + (1 - alpha) pi W of a walk that starts in s,
steps to a neighbour chosen evenly (W), and before every step ends with probability alpha. It is approximated by pushing
(Andersen, Chung, Lang 2006), which touches the surroundings of the source only, however large the graph is.
"""

from __future__ import annotations

import numpy as np

from relxfer_kg.kernels.kernel_ball import grow
from relxfer_kg.kernels.kernel_numba import compiled


@compiled(nogil=True)
def bounded_balls(thread, begin, end, sources, graph, alpha, epsilon, rows, hops, twin):
    """What `kernel_ball.balls` gives, of as many classes as there are columns in `rows`.

    A ball that fits is whole. Of a larger one the classes of highest PageRank are kept, and their distances are those
    of paths through kept ones: every row has a neighbour among the rows of one hop less. What is not within reach over
    kept ones is dropped, so that rows may stay empty.

    Args:
        alpha, epsilon: as for `push`.
    """
    size, room = len(graph.next_indptr) - 1, rows.shape[1]
    mass, rest = np.zeros(size), np.zeros(size)
    touched, queue, waiting = np.empty(size, np.int32), np.empty(size, np.int32), np.zeros(size, np.bool_)
    seen, kept = np.zeros(size, np.int32), np.zeros(size, np.int32)
    for s in range(begin, end):
        own, stamp = graph.of[sources[s]], 2 * (s - begin) + 1
        twins = graph.member_indptr[own + 1] - graph.member_indptr[own] > 1
        if grow(own, stamp, False, graph, seen, kept, rows[s], hops[s], twin[s : s + 1]):
            continue
        count = push(own, graph, alpha, epsilon, mass, rest, touched, queue, waiting)
        mass[own] -= alpha if twins else np.inf  # of the source itself, which has its row anyway
        _keep(room - 1, count, alpha, mass, rest, touched, stamp + 1, kept)
        grow(own, stamp + 1, True, graph, seen, kept, rows[s], hops[s], twin[s : s + 1])
        for i in range(count):
            mass[touched[i]] = rest[touched[i]] = 0


@compiled(nogil=True)
def push(source, graph, alpha, epsilon, mass, rest, touched, queue, waiting):
    """Approximate PageRank from a class: ``mass`` is at most pi, and falls short by what ``rest`` still has to give.

    pi(v) = mass(v) + sum_u rest(u) pi_u(v). The source, and then every class u with ``rest[u] >= epsilon degree(u)``,
    settles alpha of its rest and hands the others on to its neighbours. So no more neighbours are looked at than those
    of the source and 1 / (alpha epsilon); where neighbours are mutual, mass falls short by at most epsilon degree(v).

    Args:
        mass, rest: [K], zeros; changed at `touched` only.
        touched, queue, waiting: [K], room; `waiting` all false.

    Returns:
        how many classes were touched.
    """
    rest[source], waiting[source] = 1, True
    touched[0] = queue[0] = source
    count, first, length = 1, 0, 1
    while length:
        u = queue[first]
        first, length = (first + 1) % len(queue), length - 1  # no class waits twice: as many places as classes
        begin, stop = graph.next_indptr[u], graph.next_indptr[u + 1]
        share = (1 - alpha) * rest[u] / max(stop - begin, 1)
        mass[u] += alpha * rest[u]
        rest[u], waiting[u] = 0, False
        for p in range(begin, stop):
            v = graph.next[p]
            if mass[v] == 0 and rest[v] == 0:
                touched[count] = v
                count += 1
            rest[v] += share
            if not waiting[v] and rest[v] >= epsilon * (graph.next_indptr[v + 1] - graph.next_indptr[v]):
                waiting[v] = True
                queue[(first + length) % len(queue)] = v
                length += 1
    return count


@compiled(nogil=True)
def _keep(room, count, alpha, mass, rest, touched, stamp, kept):
    """Mark the `room` best of the touched classes; of equal ones those that were touched first."""
    if room == 0:
        return
    value = np.empty(count)
    for i in range(count):
        value[i] = mass[touched[i]] + alpha * rest[touched[i]]  # a class settles at least alpha of its own rest
    bound = -np.inf if count <= room else np.partition(value, count - room)[count - room]
    for i in range(count):
        if value[i] > bound:
            kept[touched[i]] = stamp
            room -= 1
    for i in range(count):
        if value[i] == bound and room > 0:
            kept[touched[i]] = stamp
            room -= 1
