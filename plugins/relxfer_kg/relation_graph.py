"""The relation graph: which relations meet at an entity, how, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from relxfer_kg.adjacency import Adjacency
from relxfer_kg.quotient import Quotient, quotient

if TYPE_CHECKING:
    from relxfer_kg.graph import KnowledgeGraph

#: Edge types, by id: what the receiving and the sending relation are at the entity where they meet.
MEETINGS = ("head-to-head", "tail-to-tail", "head-to-tail", "tail-to-head")


@dataclass(frozen=True, eq=False)
class RelationGraph:
    """Relations as nodes; what a relation network passes messages along.

    Attributes:
        adjacency: R nodes, edges ordered by type, receiver, sender.
        weight: float32 [E], of each edge; None means ones.
    """

    adjacency: Adjacency
    weight: np.ndarray | None = None

    @cached_property
    def classes(self) -> Quotient:
        """The same with twins taken together."""
        return quotient(self.adjacency, self.weight)


def relation_graph(graph: KnowledgeGraph) -> RelationGraph:
    """Four kinds of meetings between the R = 2 x direct relations (Galkin et al. 2024, ULTRA, section 4.1).

    With E_h[v, r] = 1 where entity v is head of an edge of relation r, and E_t likewise for tails, the edges
    are the non-zeros of E_h'E_h, E_t'E_t, E_h'E_t and E_t'E_h: one per pair and type, self-loops included;
    the row is the receiver. Since the tail of r is the head of its inverse r*, all follow from the first
    product, hh: tt(r, s) = hh(r*, s*), ht(r, s) = hh(r, s*), th(r, s) = hh(r*, s).

    Returns:
        R nodes and 4 types (see `MEETINGS`), without weights.

    >>> from relxfer_kg.graph import KnowledgeGraph
    >>> graph = KnowledgeGraph(("ann", "rome"), ("lives_in",), np.array([[0, 0, 1]]))
    >>> edges = relation_graph(graph).adjacency
    >>> edges.type.tolist(), edges.receiver.tolist(), edges.sender.tolist()
    ([0, 0, 1, 1, 2, 2, 3, 3], [0, 1, 0, 1, 0, 1, 0, 1], [0, 1, 0, 1, 1, 0, 1, 0])
    """
    receiver, sender, _ = _head_to_head(graph)
    adjacency, _ = _of_all_kinds(graph, receiver, sender)
    return RelationGraph(adjacency)


def weighted_relation_graph(graph: KnowledgeGraph) -> RelationGraph:
    """The same meetings, and each once more as a type of its own, weighted by the share of the receiver that meets.

    ULTRA's meetings do not say how often: one common entity counts as much as all of them, so that in a large graph of
    few relations nearly all meet, and little is left to tell them apart. With H_r the heads of r, hh(r, s) weighs
    |H_r and H_s| / |H_r|. Of r with itself that is 1 and says nothing: |H_r| over the number of its facts stands
    there, its functionality (Suchanek, Abiteboul and Senellart 2011, PARIS, section 3). The other kinds follow from hh
    as in `relation_graph`.

    Returns:
        R nodes and 8 types: those of `MEETINGS`, of weight 1, and then the same by shares.

    >>> from relxfer_kg.graph import KnowledgeGraph
    >>> facts = np.array([[0, 0, 2], [0, 0, 3], [1, 0, 2], [1, 0, 3], [1, 1, 3]])
    >>> graph = KnowledgeGraph(("ann", "bob", "rome", "bonn"), ("has_seen", "lives_in"), facts)
    >>> found = weighted_relation_graph(graph)
    >>> hh = np.flatnonzero(found.adjacency.type == 4)[:4]
    >>> found.adjacency.receiver[hh].tolist(), found.adjacency.sender[hh].tolist(), found.weight[hh].tolist()
    ([0, 0, 1, 1], [0, 1, 0, 1], [0.5, 0.5, 1.0, 1.0])
    """
    receiver, sender, common = _head_to_head(graph)
    own = receiver == sender
    heads = np.zeros(graph.num_relations)
    heads[receiver[own]] = common[own]
    facts = np.bincount(graph.edges[2], minlength=graph.num_relations)
    share = np.where(own, heads[receiver] / facts[receiver], common / heads[receiver])
    once, order = _of_all_kinds(graph, receiver, sender)
    kinds = len(MEETINGS)
    twice = Adjacency(
        np.tile(once.receiver, 2), np.tile(once.sender, 2), np.concatenate([once.type, once.type + kinds]),
        num_nodes=once.num_nodes, num_types=2 * kinds,
    )  # fmt: skip
    weight = np.concatenate([np.ones(len(order)), share[order]])
    return RelationGraph(twice, weight.astype(np.float32))


def _head_to_head(graph: KnowledgeGraph) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of relations with a common head, and how many: the one sparse product everything follows from."""
    head, _, relation = graph.edges
    shape = (graph.num_entities, graph.num_relations)
    incidence = sparse.csr_array((np.ones(len(head), dtype=np.float32), (head, relation)), shape=shape)
    incidence.sum_duplicates()
    incidence.data[:] = 1  # an entity is head of a relation or is not; how often does not matter
    meetings = (incidence.T @ incidence).tocoo()
    return meetings.row.astype(np.int64), meetings.col.astype(np.int64), meetings.data.astype(np.int64)


def _of_all_kinds(graph: KnowledgeGraph, row: np.ndarray, column: np.ndarray) -> tuple[Adjacency, np.ndarray]:
    """The four kinds from the first, and for each edge the pair that it comes from."""
    size, direct = graph.num_relations, len(graph.relations)
    row_inverse, column_inverse = _inverse(row, direct), _inverse(column, direct)
    pairs = ((row, column), (row_inverse, column_inverse), (row, column_inverse), (row_inverse, column))
    keys = [first * size + second for first, second in pairs]
    orders = [np.argsort(key) for key in keys]
    receiver, sender = np.divmod(
        np.concatenate([key[order] for key, order in zip(keys, orders, strict=True)]), max(size, 1)
    )
    kind = np.repeat(np.arange(len(MEETINGS)), len(row))
    return Adjacency(receiver, sender, kind, num_nodes=size, num_types=len(MEETINGS)), np.concatenate(orders)


def _inverse(relation: np.ndarray, direct: int) -> np.ndarray:
    return np.where(relation < direct, relation + direct, relation - direct)
