"""Label propagation: labels spread along links, and features are not looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from relxfer.authoring.label_prior import LabelPrior, frequencies, labels_of
from relxfer.contract.data import Examples
from relxfer.errors import Incompatible
from relxfer.store import texts
from relxfer_social.features.spreading import spread
from relxfer_social.network import Network

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
