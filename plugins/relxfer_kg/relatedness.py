"""How related two knowledge graphs are, from their observed facts alone.

Three profiles describe a graph without reading a name: how relations meet, which patterns their facts follow, and how
many facts entities have. Models add the inverse of every fact, so every relation enters the profiles in both
directions, and reversing a relation changes nothing. Entities and relations without an observed fact do not count.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.graph.relation_graph import MEETINGS, relation_graph

#: Distinct points [m, k] and their shares [m], which sum to 1.
Profile = tuple[np.ndarray, np.ndarray]
#: Points whose distances to all others are in memory at once.
_ROWS = 512


def measures(source: KnowledgeGraph, target: KnowledgeGraph) -> dict[str, float | str]:
    """Measures of relatedness; 0 is the most, or a reason where a measure does not apply.

    frequencies  - JSD of relation frequencies, where relation names are shared (see `divergence`)
    meetings     - energy distance of `meetings`
    patterns     - energy distance of `patterns`
    degrees      - energy distance of `degrees`

    >>> graph = KnowledgeGraph(("a", "b"), ("r",), np.array([[0, 0, 1]]))
    >>> measures(graph, graph)
    {'frequencies': 0.0, 'meetings': 0.0, 'patterns': 0.0, 'degrees': 0.0}
    """
    first, second = frequencies(source), frequencies(target)
    shared = first.keys() & second.keys()
    measured: dict[str, float | str] = {
        "frequencies": 0.0 - divergence(first, second) if shared else "no relation name is shared"
    }
    for profile in (meetings, patterns, degrees):
        measured[profile.__name__] = 0.0 - energy_distance(profile(source), profile(target))
    return measured


def frequencies(graph: KnowledgeGraph) -> dict[str, float]:
    """Relation name -> its share of the facts."""
    counts = np.bincount(_distinct(graph)[:, 1], minlength=len(graph.relations))
    return {graph.relations[r]: float(counts[r] / counts.sum()) for r in np.flatnonzero(counts)}


def meetings(graph: KnowledgeGraph) -> Profile:
    """For every relation, log2 of how many relations meet it at its heads, and at its tails; [., 2].

    These are the degrees of the relation graph (`relation_graph`). With inverses among the relations the four types
    of meetings have two degrees only: each relation s that is head-to-head with r has an inverse that is head-to-tail.
    """
    edges = relation_graph(graph).adjacency
    heads = np.bincount(edges.receiver[edges.type == MEETINGS.index("head-to-head")], minlength=graph.num_relations)
    tails = np.roll(heads, len(graph.relations))
    present = heads > 0
    return _profile(np.log2(np.stack([heads, tails], 1)[present]), np.ones(present.sum(), dtype=int))


def patterns(graph: KnowledgeGraph) -> Profile:
    """For every relation r, weighted by its facts, four shares in [0, 1]; [., 4].

    - functionality, #{h : r(h, t)} / #{(h, t) : r(h, t)}: 1 over the mean number of tails of a head, and
      functionality of the inverse (Suchanek, Abiteboul and Senellart 2011, PARIS, section 3); both 1 is one-to-one,
      both small is many-to-many
    - symmetry: the facts r(h, t) for which r(t, h) is a fact too
    - company: the facts whose two entities are also linked by another relation, in either direction
    """
    head, relation, tail = _distinct(graph).T
    size, count = graph.num_entities, len(graph.relations)
    facts, heads, tails = (
        np.bincount(kinds, minlength=count)
        for kinds in (relation, np.unique(relation * size + head) // size, np.unique(relation * size + tail) // size)
    )
    keys, reversals = (head * count + relation) * size + tail, (tail * count + relation) * size + head
    symmetric = np.bincount(relation[np.isin(reversals, keys)], minlength=count)
    ends = np.minimum(head, tail) * size + np.maximum(head, tail)
    linked, kinds = np.unique(np.unique(ends * count + relation) // count, return_counts=True)
    accompanied = np.bincount(relation[kinds[np.searchsorted(linked, ends)] > 1], minlength=count)
    present = facts > 0
    rows = np.stack([heads, tails, symmetric, accompanied], 1)[present] / facts[present, None]
    return _profile(np.concatenate([rows, rows[:, [1, 0, 2, 3]]]), np.tile(facts[present], 2))


def degrees(graph: KnowledgeGraph) -> Profile:
    """For every entity, log2 of the number of facts that it is an end of; [., 1]."""
    counts = np.bincount(_distinct(graph)[:, [0, 2]].ravel())
    present = counts > 0
    return _profile(np.log2(counts[present])[:, None], np.ones(present.sum(), dtype=int))


def divergence(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    """Jensen-Shannon divergence in bits, in [0, 1]: (KL(p | m) + KL(q | m)) / 2 with m = (p + q) / 2 (Lin 1991).

    >>> divergence({"a": 1.0}, {"a": 1.0}), divergence({"a": 1.0}, {"b": 1.0})
    (0.0, 1.0)
    """
    total = 0.0
    for name in sorted(first.keys() | second.keys()):
        pair = first.get(name, 0.0), second.get(name, 0.0)
        total += sum(share * math.log2(2 * share / sum(pair)) for share in pair if share) / 2
    return max(0.0, total)


def energy_distance(first: Profile, second: Profile) -> float:
    """sqrt(2 E|X - Y| - E|X - X'| - E|Y - Y'|), Euclidean; 0 for equal distributions only (Szekely and Rizzo 2013).

    >>> here, there = (np.array([[0.0]]), np.ones(1)), (np.array([[2.0]]), np.ones(1))
    >>> energy_distance(here, here), energy_distance(here, there)
    (0.0, 2.0)
    """
    across, within, beyond = _mean_distance(first, second), _mean_distance(first, first), _mean_distance(second, second)
    return math.sqrt(max(0.0, 2 * across - within - beyond))


def _mean_distance(first: Profile, second: Profile) -> float:
    from scipy.spatial.distance import cdist

    starts = range(0, len(first[0]), _ROWS)  # a graph can have thousands of points, and all pairs would not fit
    rows = (first[1][at : at + _ROWS] @ cdist(first[0][at : at + _ROWS], second[0]) for at in starts)
    return float(sum(rows, np.zeros(len(second[0]))) @ second[1])


def _profile(points: np.ndarray, weights: np.ndarray) -> Profile:
    """Equal points merged, in an order that does not depend on ids."""
    distinct, place = np.unique(points, axis=0, return_inverse=True)
    summed = np.bincount(place.reshape(-1), weights=weights)
    return distinct, summed / summed.sum()


def _distinct(graph: KnowledgeGraph) -> np.ndarray:
    """[n, 3]: the facts, each once."""
    return np.unique(graph.facts, axis=0)
