"""Balls of bounded size in numba: the classes that a random walk from the source visits most.

Personalised PageRank of a source s is the distribution pi = alpha e_s + (1 - alpha) pi W of a walk that starts in s,
steps to a neighbour chosen evenly (W), and before every step ends with probability alpha. It is approximated by pushing
(Andersen, Chung, Lang 2006), which touches the surroundings of the source only, however large the graph is.
"""

from __future__ import annotations

import numpy as np

from relxfer_kg.kernels.kernel_ball import breadth_first
from relxfer_kg.kernels.kernel_numba import compiled


@compiled(nogil=True)
def bounded_balls(thread, begin, end, sources, graph, alpha, epsilon, rows, hops, twin):
    """The output of `kernel_ball.balls`, with at most as many classes per ball as `rows` has columns.

    A ball that fits is complete. Of a larger one the classes of highest PageRank are kept, and distances are counted
    along paths through kept classes: every row has a neighbour among the rows of one hop less. A class that no such
    path reaches is dropped, so that some rows may stay empty.

    Args:
        alpha, epsilon: as for `push`.
    """
    size, capacity = len(graph.next_indptr) - 1, rows.shape[1]
    mass, rest = np.zeros(size), np.zeros(size)
    touched, queue, waiting = np.empty(size, np.int32), np.empty(size, np.int32), np.zeros(size, np.bool_)
    visited, kept = np.zeros(size, np.int32), np.zeros(size, np.int32)
    for s in range(begin, end):
        own, stamp = graph.of[sources[s]], 2 * (s - begin) + 1
        twins = graph.member_indptr[own + 1] - graph.member_indptr[own] > 1
        if breadth_first(own, stamp, False, graph, visited, kept, rows[s], hops[s], twin[s : s + 1]):
            continue
        count = push(own, graph, alpha, epsilon, mass, rest, touched, queue, waiting)
        mass[own] -= alpha if twins else np.inf  # the source itself has its row in any case
        _keep(capacity - 1, count, alpha, mass, rest, touched, stamp + 1, kept)
        breadth_first(own, stamp + 1, True, graph, visited, kept, rows[s], hops[s], twin[s : s + 1])
        for i in range(count):
            mass[touched[i]] = rest[touched[i]] = 0


@compiled(nogil=True)
def push(source, graph, alpha, epsilon, mass, rest, touched, queue, waiting):
    """Approximate PageRank from a class: ``mass`` is at most pi, and falls short by what ``rest`` still has to give.

    pi(v) = mass(v) + sum_u rest(u) pi_u(v). The source, and then every class u with ``rest[u] >= epsilon degree(u)``,
    moves alpha of its rest to its mass and passes what remains on to its neighbours. At most 1 / (alpha epsilon)
    neighbours are visited beside those of the source; where neighbours are mutual, mass falls short by at most
    epsilon degree(v).

    Args:
        mass, rest: [K], zeros; changed at `touched` only.
        touched, queue, waiting: [K], working memory; `waiting` all false.

    Returns:
        how many classes were touched.
    """
    rest[source], waiting[source] = 1, True
    touched[0] = queue[0] = source
    count, first, length = 1, 0, 1
    while length:
        u = queue[first]
        first, length = (first + 1) % len(queue), length - 1  # a class is queued once, so K places are enough
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
def _keep(capacity, count, alpha, mass, rest, touched, stamp, kept):
    """Mark the `capacity` best of the touched classes; of equal ones those that were touched first."""
    if capacity == 0:
        return
    value = np.empty(count)
    for i in range(count):
        value[i] = mass[touched[i]] + alpha * rest[touched[i]]  # what the walk still leaves in the class itself
    bound = -np.inf if count <= capacity else np.partition(value, count - capacity)[count - capacity]
    for i in range(count):
        if value[i] > bound:
            kept[touched[i]] = stamp
            capacity -= 1
    for i in range(count):
        if value[i] == bound and capacity > 0:
            kept[touched[i]] = stamp
            capacity -= 1
