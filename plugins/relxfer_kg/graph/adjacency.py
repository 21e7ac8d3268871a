"""A typed directed multigraph, grouped the three ways the relational kernel reads it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from relxfer_kg.graph.knowledge_graph import KnowledgeGraph

# Work units of a parallel pass over one grouping: more than a machine has cores, so that equal shares of
# edges become equal shares of time; fixed, so that nothing depends on the number of threads.
BLOCKS = 64


@dataclass(frozen=True, eq=False)
class Grouped:
    """Edges sorted (stably) by one of their three columns, with the compressed row pointer of that column.

    Attributes:
        indptr: int32 [groups + 1]; the edges of group g are ``indptr[g]:indptr[g + 1]``.
        receiver, sender, type: int32 [E], in the sorted order.
        edge: int32 [E], the position of each edge in the original order: ``weight[edge]`` sorts a weight.
        blocks: int32 [BLOCKS + 1]; consecutive ranges of groups with about equal numbers of edges.
    """

    indptr: np.ndarray
    receiver: np.ndarray
    sender: np.ndarray
    type: np.ndarray
    edge: np.ndarray
    blocks: np.ndarray


class Adjacency:
    """E typed edges sender -> receiver over N nodes; each grouping is built once, when first asked for.

    Args:
        receiver, sender, type: integers [E]; node ids below `num_nodes`, types below `num_types`.
        num_nodes: N.
        num_types: T.

    Raises:
        ValueError: the columns differ in length, an id is out of range, or E does not fit 32 bits.

    >>> columns = np.array([2, 0, 2]), np.array([0, 1, 1]), np.array([0, 0, 1])
    >>> graph = Adjacency(*columns, num_nodes=3, num_types=2)
    >>> rows = graph.by_receiver
    >>> rows.indptr.tolist(), rows.sender.tolist(), rows.edge.tolist()
    ([0, 1, 1, 3], [1, 0, 1], [1, 0, 2])
    >>> graph.by_type.indptr.tolist()
    [0, 2, 3]
    """

    def __init__(
        self, receiver: np.ndarray, sender: np.ndarray, type: np.ndarray, *, num_nodes: int, num_types: int
    ) -> None:
        self.num_nodes = int(num_nodes)
        self.num_types = int(num_types)
        self.receiver = _column("receiver", receiver, self.num_nodes)
        self.sender = _column("sender", sender, self.num_nodes)
        self.type = _column("type", type, self.num_types)
        lengths = [len(self.receiver), len(self.sender), len(self.type)]
        if len(set(lengths)) != 1 or lengths[0] >= 2**31:
            raise ValueError(f"Expected receiver, sender and type of one length below 2^31 (got {lengths})")

    @property
    def num_edges(self) -> int:
        """E, duplicates included."""
        return len(self.receiver)

    @cached_property
    def by_receiver(self) -> Grouped:
        """The adjacency in CSR form: what each node receives."""
        return self._grouped(self.receiver, self.num_nodes)

    @cached_property
    def by_sender(self) -> Grouped:
        """The transposed adjacency in CSR form: what each node sends."""
        return self._grouped(self.sender, self.num_nodes)

    @cached_property
    def by_type(self) -> Grouped:
        """The edges of each type."""
        return self._grouped(self.type, self.num_types)

    def _grouped(self, column: np.ndarray, groups: int) -> Grouped:
        edge = np.argsort(column, kind="stable").astype(np.int32)
        indptr = np.zeros(groups + 1, dtype=np.int32)
        np.cumsum(np.bincount(column, minlength=groups), out=indptr[1:])
        return Grouped(indptr, self.receiver[edge], self.sender[edge], self.type[edge], edge, _blocks(indptr))


def adjacency_of(graph: KnowledgeGraph) -> Adjacency:
    """The message graph over the entities: V nodes, R edge types, 2n edges in the order of ``graph.edges``.

    Built once per graph.

    >>> graph = KnowledgeGraph(("ann", "bob"), ("knows",), np.array([[0, 0, 1]]))
    >>> adjacency_of(graph).num_edges, adjacency_of(graph) is adjacency_of(graph)
    (2, True)
    """

    def make() -> Adjacency:
        return Adjacency(*graph.edges, num_nodes=graph.num_entities, num_types=graph.num_relations)

    return graph.kept("adjacency", make)


def _blocks(indptr: np.ndarray) -> np.ndarray:
    """Cut the groups into equal shares of edges plus groups: a group without edges still writes a row."""
    cost = indptr.astype(np.int64) + np.arange(len(indptr))
    cuts = np.searchsorted(cost, np.arange(BLOCKS + 1) * cost[-1] / BLOCKS)
    return cuts.astype(np.int32)


def _column(name: str, values: np.ndarray, limit: int) -> np.ndarray:
    values = np.asarray(values)
    if values.ndim != 1 or not (np.issubdtype(values.dtype, np.integer) or not values.size):
        raise ValueError(f"Expected {name} as integers [E] (got {values.dtype} {list(values.shape)})")
    if values.size and (values.min() < 0 or values.max() >= limit):
        raise ValueError(f"Expected {name} in 0..{limit - 1} (got {values.min()}..{values.max()})")
    return values.astype(np.int32)
