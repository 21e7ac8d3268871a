"""Labels of nodes as features of others: what reaches a node from those whose label is known."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from relxfer.contract.data import Examples
from relxfer.contract.tasks import Task
from relxfer_social.features.spreading import spread
from relxfer_social.network import Network

#: Labels are hidden in so many parts, one after the other, from the nodes that have them.
PARTS = 5


@dataclass(frozen=True, eq=False)
class KnownLabels:
    """Labelled nodes of one network, by name.

    A node's features are the shares of the classes among what label propagation carries to it (see
    `spread`), and the frequencies of the classes where nothing does. No node is told its own
    label: each labelled node is in one of `PARTS` parts, and sees what the labels of the other parts make of it.

    nodes    names
    labels   [n] int64
    classes  their names
    hidden   the part whose labels are not known, or None

    >>> chain = Network(("a", "b", "c"), np.array([[0, 1, 1, 2], [1, 0, 2, 1]]))
    >>> known = KnownLabels(("a", "c"), np.array([0, 1]), ("x", "y"))
    >>> known.features(chain).round(2).tolist()
    [[0.6, 0.4], [0.5, 0.5], [0.4, 0.6]]
    >>> known.without(known.parts(chain)[0]).features(chain).round(2).tolist()
    [[0.0, 1.0], [0.0, 1.0], [0.0, 1.0]]
    """

    nodes: tuple[str, ...]
    labels: np.ndarray
    classes: tuple[str, ...]
    hidden: int | None = None

    @classmethod
    def of(cls, labelled: Examples, task: Task) -> KnownLabels:
        """Of labelled nodes."""
        names = labelled.inputs.nodes
        return cls(tuple(names[node] for node in labelled.queries.tolist()), np.asarray(labelled.answers), task.answers)

    @classmethod
    def of_card(cls, card: Mapping[str, Any]) -> KnownLabels | None:
        """Those in the card of a model, if it has any."""
        told = card.get("known_labels")
        return told and cls(tuple(told["nodes"]), np.array(told["labels"], np.int64), tuple(told["classes"]))

    def card(self) -> dict[str, Any]:
        """As JSON."""
        return {"nodes": list(self.nodes), "labels": self.labels.tolist(), "classes": list(self.classes)}

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(f"label {name}" for name in self.classes)

    def without(self, part: int) -> KnownLabels:
        """The same, where this part is hidden."""
        return KnownLabels(self.nodes, self.labels, self.classes, int(part))

    def parts(self, network: Network) -> np.ndarray:
        """[V]: the part that each labelled node is in, -1 for others."""
        made = np.full(len(network), -1)
        made[self._places(network)] = self._part
        return made

    def features(self, network: Network) -> np.ndarray:
        """[V, C] float64, each row with sum 1."""
        return network.kept(("known labels", self), lambda: self._carried(network))

    def _carried(self, network: Network) -> np.ndarray:
        seen = self._part != self.hidden
        labels = self.labels[seen]
        reached = spread(network, self._places(network)[seen], labels, len(self.classes))
        sums = reached.sum(1, keepdims=True)
        common = np.bincount(labels, minlength=len(self.classes)) / max(1, len(labels))
        return np.where(sums > 0, reached / np.where(sums > 0, sums, 1), common)

    @cached_property
    def _part(self) -> np.ndarray:
        """[n]: in equal numbers, whatever the labels."""
        return np.random.default_rng(0).permutation(len(self.labels)) % PARTS

    def _places(self, network: Network) -> np.ndarray:
        return np.array([network.places[name] for name in self.nodes], np.int64)

    @cached_property
    def _digest(self) -> str:
        told = repr((self.nodes, self.classes, self.hidden)).encode() + self.labels.tobytes()
        return hashlib.sha256(told).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, KnownLabels) and other._digest == self._digest

    def __hash__(self) -> int:
        return hash(self._digest)

    def __repr__(self) -> str:
        return f"KnownLabels({self._digest})"


def parts_of(known: KnownLabels | None, network: Network, nodes: Sequence[int] | np.ndarray) -> np.ndarray | None:
    """[B]: the parts of these nodes; None where none of them knows a label that it must not see."""
    if known is None:
        return None
    parts = known.parts(network)[np.asarray(nodes)]
    return parts if (parts >= 0).any() else None
