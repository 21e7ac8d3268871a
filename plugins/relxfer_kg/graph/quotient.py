"""The message graph with nodes of identical neighbourhoods merged into classes."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from relxfer_kg.graph.adjacency import Adjacency, adjacency_of
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph


class Quotient(NamedTuple):
    """The V nodes as K classes of twins: nodes that receive the same messages.

    By induction over the layers, twins have equal states in every query of which none of them is the source, so that
    one row of states per class is enough. Classes are numbered by their first member. It is a tuple of arrays because
    compiled code can take such a tuple as one argument.

    Attributes:
        of: int32 [V], the class of each node.
        indptr, kind, sender, node: in-edges of each class, those of its first member, as compressed rows: the type,
            the sender's class and the sender itself, int32.
        weight: float32, of each of these edges; empty if all are 1.
        member_indptr, member: the nodes of each class, ascending, int32.
        next_indptr, next: the classes that each class sends to, int32, distinct.
    """

    of: np.ndarray
    indptr: np.ndarray
    kind: np.ndarray
    sender: np.ndarray
    node: np.ndarray
    weight: np.ndarray
    member_indptr: np.ndarray
    member: np.ndarray
    next_indptr: np.ndarray
    next: np.ndarray

    @property
    def size(self) -> int:
        """K."""
        return len(self.indptr) - 1


def quotient(adjacency: Adjacency, weight: np.ndarray | None = None) -> Quotient:
    """Merge the twins of a graph into classes.

    Args:
        adjacency: E edges over V nodes.
        weight: [E] in the original order of the edges; edges of weight zero do not exist.

    >>> leaves = Adjacency(np.array([1, 2, 0, 0]), np.array([0, 0, 1, 2]), np.array([0, 0, 1, 1]),
    ...                    num_nodes=3, num_types=2)
    >>> classes = quotient(leaves)
    >>> classes.of.tolist(), classes.indptr.tolist(), classes.sender.tolist(), classes.node.tolist()
    ([0, 1, 1], [0, 2, 3], [1, 1, 0], [1, 2, 0])
    """
    receiver, kind, sender, factor = _sorted_edges(adjacency, weight)
    nodes = adjacency.num_nodes
    starts = _row_pointer(receiver, nodes)
    of, first = _classes(starts, kind, sender, factor)
    lengths = np.diff(starts)[first]
    indptr = np.concatenate([[0], np.cumsum(lengths)])
    kept = np.arange(indptr[-1]) - np.repeat(indptr[:-1] - starts[first], lengths)
    member = np.argsort(of, kind="stable")
    pairs = np.unique(of[sender].astype(np.int64) * len(first) + of[receiver])
    source, target = np.divmod(pairs, max(len(first), 1))
    return Quotient(
        of=_ids(of),
        indptr=_ids(indptr),
        kind=_ids(kind[kept]),
        sender=_ids(of[sender[kept]]),
        node=_ids(sender[kept]),
        weight=np.zeros(0, np.float32) if weight is None else factor[kept].astype(np.float32),
        member_indptr=_ids(_row_pointer(of, len(first))),
        member=_ids(member),
        next_indptr=_ids(_row_pointer(source, len(first))),
        next=_ids(target),
    )


def quotient_of(graph: KnowledgeGraph) -> Quotient:
    """The quotient of the message graph over the entities, every edge weighing 1. Computed once per graph."""
    return graph.kept("quotient", lambda: quotient(adjacency_of(graph)))


def _ids(values: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(values, dtype=np.int32)


def _sorted_edges(adjacency: Adjacency, weight: np.ndarray | None) -> tuple[np.ndarray, ...]:
    """Columns receiver, type, sender, weight, sorted by all of them in turn: equal rows are equal bytes."""
    factor = np.ones(adjacency.num_edges) if weight is None else np.asarray(weight, dtype=np.float64)
    columns = adjacency.receiver, adjacency.sender, adjacency.type, factor
    kept = np.flatnonzero(factor)
    order = kept[np.lexsort([column[kept] for column in columns[::-1]])]
    receiver, sender, kind, factor = (column[order] for column in columns)
    return receiver, kind, sender, factor


def _classes(
    starts: np.ndarray, kind: np.ndarray, sender: np.ndarray, factor: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Class of each node [V] and first member of each class [K]; isolated nodes are one class."""
    rows = np.stack([kind, sender, factor], 1)
    width = rows.itemsize * rows.shape[1]
    content = rows.tobytes()
    class_of_row: dict[bytes, int] = {}
    of = np.empty(len(starts) - 1, np.int64)
    ends = (starts * width).tolist()
    first: list[int] = []
    for node in range(len(of)):
        row = content[ends[node] : ends[node + 1]]
        of[node] = number = class_of_row.setdefault(row, len(class_of_row))
        if number == len(first):
            first.append(node)
    return of, np.array(first, dtype=np.int64)


def _row_pointer(ascending: np.ndarray, groups: int) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(np.bincount(ascending, minlength=groups))])
