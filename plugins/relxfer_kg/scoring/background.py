"""The background: states and scores of all entities for a query relation when there is no source."""

from __future__ import annotations

import numpy as np

from relxfer_kg.graph.quotient import Quotient
from relxfer_kg.kernels.kernel_background import background_layer, backgrounds, pieces
from relxfer_kg.kernels.kernel_rows import LayerWeights
from relxfer_kg.kernels.lanes import aligned
from relxfer_kg.scoring.team import Team

#: Each thread computes whole groups where that keeps the threads busy for at least this share of the time.
_EVEN = 0.8


class Workspace:
    """One flat array of states that grows on demand and is reused: allocating it anew costs more than the computation.

    >>> workspace = Workspace()
    >>> workspace.of(3)[:3] = 1
    >>> workspace.of(100, keep=3)[:3].tolist()
    [1.0, 1.0, 1.0]
    """

    def __init__(self) -> None:
        self._values = aligned(0)

    def of(self, size: int, keep: int = 0) -> np.ndarray:
        """At least `size` values, the first `keep` as they were."""
        if len(self._values) < size:
            grown = aligned(size + size // 4)
            grown[:keep] = self._values[:keep]
            self._values = grown
        return self._values


class Background:
    """States of all classes, in every layer, without a source, for G groups of edge vectors.

    A group is a query relation, with one query vector per direction; where edge vectors depend on no query there is
    one group for all of them.

    Args:
        edge_vectors: flat [G, L, T, width], the vectors of the edge types in every layer.
        query_vectors: flat [G, 2, width], the query vectors of both directions.
        query_halves: flat [G, 2, hidden], the half of the head's first layer that reads the query vector.
        network: weights of its layers and head.
        classes: the graph, K classes.
        workspace: its first values become the states.

    Attributes:
        edge_vectors, query_vectors, query_halves: as given.
        vectors: [G, 2, d], the query vectors without padding.
        count: G.
        scores: [G, 2, K], of every class; undefined without a head.
        size: values of `workspace` that hold the states.
    """

    def __init__(
        self,
        edge_vectors: np.ndarray,
        query_vectors: np.ndarray,
        query_halves: np.ndarray,
        network: LayerWeights,
        classes: Quotient,
        workspace: Workspace,
        team: Team,
    ) -> None:
        layers = len(network.epsilon)
        width = len(network.bias) // layers
        count = self.count = len(query_vectors) // (2 * width)
        self.edge_vectors, self.query_vectors, self.query_halves = edge_vectors, query_vectors, query_halves
        self.vectors = query_vectors[: 2 * count * width].reshape(count, 2, width)[..., : network.dim]
        self.size = count * (2 * layers + 1) * classes.size * width
        self.scores = np.empty((count, 2, classes.size), np.float32)
        states = workspace.of(self.size)
        arguments = layers, count, classes, network, edge_vectors, states, query_halves, self.scores
        if count >= _EVEN * team.size * -(-count // team.size):
            team.run(backgrounds, count, *arguments)
            return
        for layer in range(layers):
            team.run(background_layer, count * pieces(classes.size), layer, *arguments)


def groups_within(limit: int, network: LayerWeights, classes: Quotient) -> int:
    """How many groups have backgrounds that together fit `limit` bytes; at least one."""
    layers = len(network.epsilon)
    width = len(network.bias) // layers
    return max(1, limit // (4 * (2 * layers + 1) * max(1, classes.size) * width))
