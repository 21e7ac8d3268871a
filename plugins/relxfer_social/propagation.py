"""Label propagation: labels spread along links, and features are not looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import scipy.sparse as sp

from relxfer.authoring.label_prior import LabelPrior, frequencies, labels_of
from relxfer.contract.data import Examples
from relxfer.errors import Incompatible
from relxfer.store import texts
from relxfer_social.features.positions import scaled
from relxfer_social.network import Network

#: The share of a node's score that comes from its neighbours, of Zhou et al. (2004) between 0 and 1.
ALPHA = 0.9
#: Iteration ends where no score changes by more than this, of scores that are at most 1.
TOLERANCE = 1e-8
#: The weight of the frequencies of classes beside what reaches a node; it decides where next to nothing does.
UNREACHED = 1e-8


class LabelPropagation(LabelPrior):
    """score(c | v) = log(F(v, c) + 1e-8 f(c)), with F of `spread` and f the frequencies of the labels.

    Learning with local and global consistency (Zhou, Bousquet, Lal, Weston and Schoelkopf 2004), after Zhu and
    Ghahramani (2002). It knows labelled nodes by their names, so that it answers on the network with other links too.
    """

    _spread: tuple[Network, np.ndarray] | None = None

    def learnt(self, examples: Sequence[Examples]) -> dict[str, np.ndarray]:
        """The names of the labelled nodes, and their labels [n]."""
        names = [each.inputs.nodes[node] for each in examples for node in each.queries.tolist()]
        self._spread = None
        return {**texts.packed("nodes", names), "labels": labels_of(examples)}

    def predict(self, examples: Examples) -> Iterator[np.ndarray]:
        yield self._scores(examples.inputs)[examples.queries]

    def _scores(self, network: Network) -> np.ndarray:
        """[V, C] float32, computed once."""
        if self._spread is None or self._spread[0] is not network:
            labels, classes = self.arrays["labels"], self.task.width
            reached = spread(network, self._labelled(network), labels, classes)
            scores = np.log(reached + UNREACHED * frequencies(labels, classes)).astype(np.float32)
            self._spread = network, scores
        return self._spread[1]

    def _labelled(self, network: Network) -> np.ndarray:
        names = texts.unpacked("nodes", self.arrays)
        missing = [name for name in names if name not in network.places]
        if missing:
            raise Incompatible(
                "a network with the nodes whose labels spread",
                f"none called {', '.join(missing[:5])}",
                "ask about the network that it was learnt on",
            )
        return np.array([network.places[name] for name in names], np.int64)


def spread(network: Network, nodes: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """[V, C] F with F = alpha S F + (1 - alpha) Y, where Y(v, c) = 1 for a node v with label c.

    S = D^-1/2 W D^-1/2, with W as `weights` says and D its row sums. Chebyshev's semi-iteration (Golub and Varga 1961)
    reaches the fixed point of the plain iteration in a quarter of its steps, for the eigenvalues of alpha S lie within
    -alpha and alpha.

    >>> chain = Network(("a", "b", "c", "d"), np.array([[0, 1], [1, 2]]))
    >>> spread(chain, np.array([0]), np.array([1]), 2).round(3).tolist()
    [[0.0, 0.313], [0.0, 0.335], [0.0, 0.213], [0.0, 0.0]]
    """
    links = network.kept("spreading", lambda: ALPHA * scaled(weights(network)))
    start = np.zeros((len(network), classes))
    start[nodes, labels] = 1 - ALPHA
    before, now, factor = np.zeros_like(start), start, 2.0
    while np.abs(now - before).max(initial=0.0) > TOLERANCE:
        factor = 1 / (1 - ALPHA**2 * factor / 4)
        before, now = now, factor * (links @ now + start - before) + before
    return np.maximum(now, 0.0)


def weights(network: Network) -> sp.csr_matrix:
    """[V, V] W: how many edges link two nodes, or the sum of their weights, in the direction that has more; a node is
    not linked to itself."""
    counts = network.adjacency().astype(float)
    both = counts.maximum(counts.T)
    return both - sp.diags(both.diagonal())
