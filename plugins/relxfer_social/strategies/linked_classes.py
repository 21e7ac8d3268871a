"""How often nodes of two classes are linked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relxfer_social.network import Network

#: Weights of edges stay within this factor, up or down.
MOST = 10.0


@dataclass(frozen=True)
class LinkedClasses:
    """Of a network whose nodes belong to classes with probabilities.

    network  its edges count from edges[0] to edges[1]
    classes  [V, C] probabilities
    """

    network: Network
    classes: np.ndarray

    def counts(self) -> np.ndarray:
        """[C, C]: expected number of edges from a class to a class."""
        source, to = self.network.edges
        return self.classes[source].T @ self.classes[to]

    def shares(self) -> np.ndarray:
        """[C, C]: of the pairs of nodes of two classes, the share that is linked.

        >>> network = Network(("a", "b", "c"), np.array([[0, 1], [1, 0]]))
        >>> LinkedClasses(network, np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])).shares().tolist()
        [[0.5, 0.0], [0.0, 0.0]]
        """
        sizes = self.classes.sum(0)
        return self.counts() / np.maximum(np.outer(sizes, sizes), 1e-12)

    def weights(self, by_classes: np.ndarray) -> np.ndarray:
        """[E]: of each edge the expected entry of by_classes [C, C], scaled to mean 1, then clipped to .1 and 10."""
        if not self.network.edges.shape[1]:
            return np.zeros(0)
        source, to = self.network.edges
        entries = np.einsum("ec,cd,ed->e", self.classes[source], by_classes, self.classes[to])
        entries = entries / max(float(entries.mean()), 1e-12)
        return np.clip(entries, 1 / MOST, MOST)
