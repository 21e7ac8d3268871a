"""A graph neural network as a source model: it names its classes and columns, and holds no network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np
from torch import Tensor, nn

from relxfer.authoring import tasks
from relxfer.contract.tasks import Task
from relxfer.errors import ArtefactError
from relxfer_social.features.known_labels import KnownLabels
from relxfer_social.features.scaling import Scale


class Encoder(Protocol):
    """What the `network` of a model must offer beside being an `nn.Module`."""

    width: int
    head: nn.Module  # assignable

    def layers(self, graph: Any) -> list[Tensor]:
        """[V, width] after every layer; the last one is what the head sees."""
        ...

    def new_head(self, classes: int) -> nn.Module:
        """Untrained."""
        ...

    def parts(self) -> list[tuple[str, nn.Module]]:
        """Input to output; the head is last."""
        ...


class NodeModel:
    """An encoder built by `build(inputs, outputs, pairs)` once the numbers of features of a node and of a pair are set.

    task     what it has learnt
    columns  names of the features, or ()
    inputs   their number, or None before the model was attached
    pairs    names of the features of a pair of nodes, or ()
    learnt   whether it came with weights; else it is built anew for whatever it is attached to
    scale    what its features are standardised by, or None
    kinds    of its features, where they were settled for a target; else ()
    seen_on  sha256 of that target's network
    known_labels  which it is told of there, or None
    edge_kinds    names of the kinds of edges that it tells apart, or ()
    """

    def __init__(
        self,
        build: Callable[[int, int, int], Any],
        arrays: Mapping[str, np.ndarray] | None = None,
        card: Mapping[str, Any] | None = None,
    ):
        from relxfer.authoring.torch_learner import load_arrays

        card = card or {}
        self.build = build
        self.task = tasks.of_card(card)
        self.columns: tuple[str, ...] = tuple(card.get("columns", ()))
        self.inputs: int | None = card.get("inputs")
        self.pairs: tuple[str, ...] = tuple(card.get("pairs", ()))
        self.scale = Scale.of_card(card)
        self.kinds: tuple[str, ...] = tuple(card.get("kinds", ()))
        self.seen_on: str = card.get("seen_on", "")
        self.known_labels = KnownLabels.of_card(card)
        self.edge_kinds: tuple[str, ...] = tuple(card.get("edge_kinds", ()))
        self.network: Any = None
        self.learnt = arrays is not None
        if arrays is not None:
            if self.inputs is None:
                raise ArtefactError("expected a card with the number of inputs, got none; pre-train the model again")
            self.network = self._built()
            load_arrays(self.network, dict(arrays))

    def take(self, inputs: int, columns: tuple[str, ...], task: Task, pairs: tuple[str, ...] = ()) -> None:
        """Build it for so many features, this task and these features of pairs, unless it has learnt others."""
        if not self.learnt:
            self.inputs, self.columns, self.task, self.pairs = inputs, columns, task, pairs
            self.network = self._built()

    def widen(self, columns: tuple[str, ...]) -> None:
        """Further columns behind those that it has learnt, with weights of 0, so that predictions stay."""
        from relxfer.authoring.torch_learner import arrays_of, load_arrays

        learnt, self.columns, self.inputs = arrays_of(self.network), columns, len(columns)
        self.network = self._built()
        wanted = arrays_of(self.network)
        load_arrays(self.network, {name: _padded(array, wanted[name].shape) for name, array in learnt.items()})

    @property
    def rounds(self) -> int:
        """Of messages that its layers pass; 2 where they do not say."""
        import torch

        with torch.random.fork_rng([]):
            network = self.network or self.build(1, 2, 0)
        reach = getattr(network, "reach", None)
        return 2 if reach is None else reach

    def state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        from relxfer.authoring.torch_learner import arrays_of

        card: dict[str, Any] = {"task": self.task.card(), "columns": list(self.columns), "inputs": self.inputs}
        card |= {"scale": self.scale.card()} if self.scale else {}
        card |= {"kinds": list(self.kinds), "seen_on": self.seen_on} if self.kinds else {}
        card |= {"known_labels": self.known_labels.card()} if self.known_labels else {}
        card |= {"edge_kinds": list(self.edge_kinds)} if self.edge_kinds else {}
        return arrays_of(self.network), card | ({"pairs": list(self.pairs)} if self.pairs else {})

    def _built(self) -> Any:
        network = self.build(self.inputs or 0, self.task.width or 2, len(self.pairs))
        if not hasattr(network, "tell_apart"):
            self.edge_kinds = ()
        elif self.edge_kinds:
            network.tell_apart(self.edge_kinds)
        return network


def _padded(array: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Followed by 0 in every dimension."""
    import numpy as np

    return np.pad(array, [(0, wanted - held) for held, wanted in zip(array.shape, shape, strict=True)])
