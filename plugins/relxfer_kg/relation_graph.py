"""The relation graph: which relations meet at an entity, and how."""

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
    """R relations as nodes; edges of four types (see `MEETINGS`), ordered by type, receiver, sender."""

    adjacency: Adjacency

    @cached_property
    def classes(self) -> Quotient:
        """The same with twins taken together."""
        return quotient(self.adjacency)


def relation_graph(graph: KnowledgeGraph, support: float = 0.0) -> RelationGraph:
    """Four kinds of meetings between the R = 2 x direct relations (Galkin et al. 2024, ULTRA, section 4.1).

    With E_h[v, r] = 1 where entity v is head of an edge of relation r, and E_t likewise for tails, the edges
    are the non-zeros of E_h'E_h, E_t'E_t, E_h'E_t and E_t'E_h: one per pair and type, self-loops included;
    the row is the receiver. Since the tail of r is the head of its inverse r*, all follow from the first
    product, hh: tt(r, s) = hh(r*, s*), ht(r, s) = hh(r, s*), th(r, s) = hh(r*, s).

    In the paper one common entity is a meeting. The more facts a graph has, the more relations meet somewhere, until
    all do and the graph tells nothing. With `support` a meeting is one where ``(E_h'E_h)[r, s] >= support * min(|H_r|,
    |H_s|)``, H_r the heads of r: where it is not rare for both. Graphs in which no relation has 1 / support heads or
    more are the same as without.

    >>> from relxfer_kg.graph import KnowledgeGraph
    >>> graph = KnowledgeGraph(("ann", "rome"), ("lives_in",), np.array([[0, 0, 1]]))
    >>> edges = relation_graph(graph).adjacency
    >>> edges.type.tolist(), edges.receiver.tolist(), edges.sender.tolist()
    ([0, 0, 1, 1, 2, 2, 3, 3], [0, 1, 0, 1, 0, 1, 0, 1], [0, 1, 0, 1, 1, 0, 1, 0])
    """
    size, direct = graph.num_relations, len(graph.relations)
    row, column = _head_to_head(graph, support)
    row_inverse, column_inverse = _inverse(row, direct), _inverse(column, direct)
    pairs = ((row, column), (row_inverse, column_inverse), (row, column_inverse), (row_inverse, column))
    keys = np.concatenate([np.sort(first * size + second) for first, second in pairs])
    receiver, sender = np.divmod(keys, max(size, 1))
    kind = np.repeat(np.arange(len(MEETINGS)), len(row))
    return RelationGraph(Adjacency(receiver, sender, kind, num_nodes=size, num_types=len(MEETINGS)))


def _head_to_head(graph: KnowledgeGraph, support: float) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of relations with common heads: the one sparse product everything follows from."""
    head, _, relation = graph.edges
    shape = (graph.num_entities, graph.num_relations)
    incidence = sparse.csr_array((np.ones(len(head), dtype=np.float32), (head, relation)), shape=shape)
    incidence.sum_duplicates()
    incidence.data[:] = 1  # an entity is head of a relation or is not; how often does not matter
    meetings = (incidence.T @ incidence).tocoo()
    row, column, common = meetings.row.astype(np.int64), meetings.col.astype(np.int64), meetings.data
    heads = np.bincount(incidence.indices, minlength=graph.num_relations)
    kept = common >= support * np.minimum(heads[row], heads[column])
    return row[kept], column[kept]


def _inverse(relation: np.ndarray, direct: int) -> np.ndarray:
    return np.where(relation < direct, relation + direct, relation - direct)
