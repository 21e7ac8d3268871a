"""What entities hold and score for a query relation when there is no source at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn

from relxfer_kg.graph.quotient import Quotient
from relxfer_kg.kernels.kernel_background import background_layer, backgrounds, parts
from relxfer_kg.kernels.kernel_rows import Network
from relxfer_kg.kernels.lanes import LANES, aligned
from relxfer_kg.kernels.team import Team
from relxfer_kg.ultra.network import EntityLayer, Layer, ScoreHead, Ultra

#: Whole relations are shared out where that keeps the threads at work for at least this part of the time.
_EVEN = 0.8


class Workspace:
    """One flat array of states that grows when asked and is kept: fresh memory costs more than what is done in it."""

    def __init__(self) -> None:
        self._values = aligned(0)

    def of(self, size: int, keep: int = 0) -> np.ndarray:
        """At least `size` values, the first `keep` as they were."""
        if len(self._values) < size:
            grown = aligned(size + size // 4)
            grown[:keep] = self._values[:keep]
            self._values = grown
        return self._values


class Grounds:
    """States of all classes, in every layer, where there is no source, for G groups of relation vectors.

    Args:
        relation: flat [G, L, T, width], the vectors of the edges in every layer.
        vectors: flat [G, 2, width], the query vectors of both directions.
        query: flat [G, 2, hidden], their half of the head's first layer.
        network: its layers and head.
        classes: the graph, K classes.
        workspace: gets the states, first of all.

    Attributes:
        relation, vectors, query: as given.
        count: G.
        scores: [G, 2, K], of every class; of no meaning without a head.
        size: values of `workspace` that hold the states.
    """

    def __init__(
        self,
        relation: np.ndarray,
        vectors: np.ndarray,
        query: np.ndarray,
        network: Network,
        classes: Quotient,
        workspace: Workspace,
        team: Team,
    ) -> None:
        layers = len(network.epsilon)
        width = len(network.bias) // layers
        count = self.count = len(vectors) // (2 * width)
        self.relation, self.vectors, self.query = relation, vectors, query
        self.size = count * (2 * layers + 1) * classes.size * width
        self.scores = np.empty((count, 2, classes.size), np.float32)
        states = workspace.of(self.size)
        arguments = layers, count, classes, network, relation, states, query, self.scores
        if count >= _EVEN * team.size * -(-count // team.size):
            team.run(backgrounds, count, *arguments)
            return
        for layer in range(layers):
            team.run(background_layer, count * parts(classes.size), layer, *arguments)


class Backgrounds(Grounds):
    """Backgrounds of G direct query relations.

    Args:
        module: the network.
        states: [G, R, d], of all relations for each of them.
        relations: [G], their ids.
    """

    def __init__(
        self,
        module: Ultra,
        states: Tensor,
        relations: np.ndarray,
        network: Network,
        classes: Quotient,
        workspace: Workspace,
        team: Team,
    ) -> None:
        layers = cast("list[EntityLayer]", module.entity_model.layers)
        count, size, _ = states.shape
        ids = torch.from_numpy(relations)
        with torch.no_grad():
            own = states[torch.arange(count)[:, None], torch.stack([ids, ids + size // 2], 1)]
            first = cast("nn.Linear", module.head[0])
            query = nn.functional.linear(own, first.weight[:, module.dim :], first.bias)
            vectors = flat(padded(own))
            width = vectors.size // (2 * count)
            relation = aligned(count * len(layers) * size * width)
            projected = torch.from_numpy(relation).view(count, len(layers), -1, width)
            for number, each in enumerate(layers):
                projected[:, number] = padded(each.relation_projection(states))
        super().__init__(relation, vectors, flat(padded(query)), network, classes, workspace, team)

    @staticmethod
    def room(limit: int, layers: int, classes: Quotient, width: int) -> int:
        """How many relations fit `limit` bytes, at least one."""
        return max(1, limit // (4 * (2 * layers + 1) * max(1, classes.size) * width))


def network_of(layers: Sequence[Layer], head: ScoreHead | None = None) -> Network:
    """The weights of layers, and of a head, as the kernels read them."""
    dim = layers[0].layer_norm.normalized_shape[0]
    norms = [layer.layer_norm for layer in layers]
    with torch.no_grad():
        halves = [padded(padded(half.t(), 0)) for layer in layers for half in layer.linear.weight.split(dim, 1)]
        entity = last = np.zeros(0, np.float32)
        constant = np.float32(0)
        if head is not None:
            first, _, second = cast("tuple[nn.Linear, nn.ReLU, nn.Linear]", tuple(head))
            entity, last = flat(padded(padded(first.weight[:, :dim].t(), 0))), _rows([second.weight[0]])
            constant = np.float32(second.bias.item())
        return Network(
            weight=flat(torch.stack(halves)),
            bias=_rows([layer.linear.bias for layer in layers]),
            scale=_rows([norm.weight for norm in norms]),
            shift=_rows([norm.bias for norm in norms]),
            epsilon=np.array([norm.eps for norm in norms], np.float32),
            dim=dim,
            entity=entity,
            last=last,
            constant=constant,
        )


def _rows(vectors: Sequence[Tensor]) -> np.ndarray:
    return flat(padded(torch.stack(list(vectors))))


def padded(values: Tensor, axis: int = -1) -> Tensor:
    """Zeros appended along an axis, up to whole vectors."""
    missing = -values.shape[axis] % LANES
    if not missing:
        return values
    shape = list(values.shape)
    shape[axis] = missing
    return torch.cat([values, values.new_zeros(shape)], axis)


def flat(values: Tensor) -> np.ndarray:
    """In one dimension; a view where that is possible."""
    return values.detach().contiguous().view(-1).numpy()
