"""The relation graph: which relations meet at an entity, how, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy import sparse

from relxfer_kg.graph.adjacency import Adjacency
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.graph.quotient import Quotient, quotient

#: Edge types, by id: what the receiving and the sending relation are at the entity where they meet.
MEETINGS = ("head-to-head", "tail-to-tail", "head-to-tail", "tail-to-head")


@dataclass(frozen=True, eq=False)
class RelationGraph:
    """R relations as nodes; edges ordered by type, receiver, sender.

    adjacency   of four types (see `MEETINGS`); or eight, of which the last four have weights
    weight      [E] float32, of each edge; None means ones
    """

    adjacency: Adjacency
    weight: np.ndarray | None = None

    @cached_property
    def classes(self) -> Quotient:
        """Its quotient: relations that receive the same messages are one class."""
        return quotient(self.adjacency, self.weight)


def relation_graph(graph: KnowledgeGraph, support: float = 0.0, shares: bool = False) -> RelationGraph:
    """Four kinds of meetings between the R = 2 x direct relations (Galkin et al. 2024, ULTRA, section 4.1).

    With E_h[v, r] = 1 where entity v is head of an edge of relation r, and E_t likewise for tails, the edges
    are the non-zeros of E_h'E_h, E_t'E_t, E_h'E_t and E_t'E_h: one per pair and type, self-loops included;
    the row is the receiver. Since the tail of r is the head of its inverse r*, all follow from the first
    product, hh: tt(r, s) = hh(r*, s*), ht(r, s) = hh(r, s*), th(r, s) = hh(r*, s). Computed once per graph and options.

    In the paper, two relations meet if they have one entity in common. In a graph with many facts nearly all relations
    then meet somewhere, and the relation graph no longer distinguishes them. With `support`, they meet only where
    ``(E_h'E_h)[r, s] >= support * min(|H_r|, |H_s|)``, with H_r the heads of r: a meeting that is rare for both does
    not count. A graph in which every relation has fewer than 1 / support heads is not affected.

    With `shares`, each meeting, rare or not, is added a second time as an edge of a type of its own, weighted by the
    share of the receiver's heads that takes part: |H_r and H_s| / |H_r| for hh(r, s). For r with itself that share is
    always 1; the weight there is the functionality of r instead, |H_r| over its number of facts (Suchanek, Abiteboul
    and Senellart 2011, PARIS, section 3).

    >>> graph = KnowledgeGraph(("ann", "rome"), ("lives_in",), np.array([[0, 0, 1]]))
    >>> edges = relation_graph(graph).adjacency
    >>> edges.type.tolist(), edges.receiver.tolist(), edges.sender.tolist()
    ([0, 0, 1, 1, 2, 2, 3, 3], [0, 1, 0, 1, 0, 1, 0, 1], [0, 1, 0, 1, 1, 0, 1, 0])
    >>> facts = np.array([[0, 0, 2], [0, 0, 3], [1, 0, 2], [1, 0, 3], [1, 1, 3]])
    >>> seen = KnowledgeGraph(("ann", "bob", "rome", "bonn"), ("has_seen", "lives_in"), facts)
    >>> weighted = relation_graph(seen, shares=True)
    >>> edges = weighted.adjacency
    >>> hh = np.flatnonzero(edges.type == len(MEETINGS))[:4]
    >>> edges.receiver[hh].tolist(), edges.sender[hh].tolist(), weighted.weight[hh].tolist()
    ([0, 0, 1, 1], [0, 1, 0, 1], [0.5, 0.5, 1.0, 1.0])
    """
    return graph.kept(("relation graph", support, shares), lambda: _built(graph, support, shares))


def _built(graph: KnowledgeGraph, support: float, shares: bool) -> RelationGraph:
    row, column, common = _head_to_head(graph)
    own = row == column  # every relation with a fact meets itself
    heads = np.bincount(row[own], weights=common[own], minlength=graph.num_relations)
    kept = common >= support * np.minimum(heads[row], heads[column])
    keys = _keys(graph, row, column)
    plain = np.sort(keys[:, kept], axis=1)
    if not shares:
        return RelationGraph(_adjacency(graph, plain))
    facts = np.bincount(graph.edges[2], minlength=graph.num_relations)
    share = np.where(own, heads[row] / facts[row], common / heads[row])
    order = np.argsort(keys, axis=1)
    weight = np.concatenate([np.ones(plain.size), share[order.reshape(-1)]])
    often = np.take_along_axis(keys, order, axis=1)
    return RelationGraph(_adjacency(graph, plain, often), weight.astype(np.float32))


def _keys(graph: KnowledgeGraph, row: np.ndarray, column: np.ndarray) -> np.ndarray:
    """Meetings of the four kinds [4, n], receiver * R + sender, from those head-to-head."""
    size, direct = graph.num_relations, len(graph.relations)
    other_row, other_column = _inverse(row, direct), _inverse(column, direct)
    pairs = ((row, column), (other_row, other_column), (row, other_column), (other_row, column))
    return np.stack([receiver * size + sender for receiver, sender in pairs])


def _adjacency(graph: KnowledgeGraph, *keys: np.ndarray) -> Adjacency:
    """Edges of 4 types from the keys [4, n] of each, then of 4 more, ..."""
    receiver, sender = np.divmod(np.concatenate([each.reshape(-1) for each in keys]), max(graph.num_relations, 1))
    types = len(MEETINGS) * len(keys)
    kind = np.repeat(np.arange(types), np.repeat([each.shape[1] for each in keys], len(MEETINGS)))
    return Adjacency(receiver, sender, kind, num_nodes=graph.num_relations, num_types=types)


def _head_to_head(graph: KnowledgeGraph) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of relations with common heads, and how many: the one sparse product everything follows from."""
    head, _, relation = graph.edges
    shape = (graph.num_entities, graph.num_relations)
    incidence = sparse.csr_array((np.ones(len(head), dtype=np.float32), (head, relation)), shape=shape)
    incidence.sum_duplicates()
    incidence.data[:] = 1  # an entity is head of a relation or is not; how often does not matter
    meetings = (incidence.T @ incidence).tocoo()
    return meetings.row.astype(np.int64), meetings.col.astype(np.int64), meetings.data.astype(np.int64)


def _inverse(relation: np.ndarray, direct: int) -> np.ndarray:
    return np.where(relation < direct, relation + direct, relation - direct)
