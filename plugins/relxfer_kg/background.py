"""What entities hold and score for a query relation when there is no source at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn

from relxfer_kg.graph import KnowledgeGraph
from relxfer_kg.quotient import Quotient
from relxfer_kg.rspmm.kernel_background import background_layer, backgrounds, parts
from relxfer_kg.rspmm.kernel_rows import Network
from relxfer_kg.rspmm.lanes import LANES, aligned
from relxfer_kg.rspmm.team import Team
from relxfer_kg.ultra import EntityLayer, Ultra

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


class Backgrounds:
    """Backgrounds of G direct query relations.

    Attributes:
        relation: flat [G, L, R, width], the vectors of the edges in every layer.
        vectors: flat [G, 2, width], the query vectors of both directions.
        query: flat [G, 2, hidden], their half of the head's first layer.
        scores: [G, 2, K], of every class of entities.
        size: values of `workspace` that hold the states.
    """

    def __init__(
        self,
        module: Ultra,
        network: Network,
        graph: KnowledgeGraph,
        classes: Quotient,
        relations: np.ndarray,
        workspace: Workspace,
        team: Team,
    ) -> None:
        layers = cast("list[EntityLayer]", module.entity_model.layers)
        direct, count = len(graph.relations), len(relations)
        ids = torch.from_numpy(relations)
        with torch.no_grad():
            states = module.relation_states(graph, ids)
            own = states[torch.arange(count)[:, None], torch.stack([ids, ids + direct], 1)]
            first = cast("nn.Linear", module.head[0])
            query = nn.functional.linear(own, first.weight[:, module.dim :], first.bias)
            self.vectors, self.query = flat(padded(own)), flat(padded(query))
            width = self.vectors.size // (2 * count)
            self.relation = aligned(count * len(layers) * graph.num_relations * width)
            projected = torch.from_numpy(self.relation).view(count, len(layers), -1, width)
            for number, each in enumerate(layers):
                projected[:, number] = padded(each.relation_projection(states))
        self.size = count * (2 * len(layers) + 1) * classes.size * width
        self.scores = np.empty((count, 2, classes.size), np.float32)
        self.count = count
        states = workspace.of(self.size)
        arguments = len(layers), count, classes, network, self.relation, states, self.query, self.scores
        if count >= _EVEN * team.size * -(-count // team.size):
            team.run(backgrounds, count, *arguments)
            return
        for layer in range(len(layers)):
            team.run(background_layer, count * parts(classes.size), layer, *arguments)

    @staticmethod
    def room(limit: int, layers: int, classes: Quotient, width: int) -> int:
        """How many relations fit `limit` bytes, at least one."""
        return max(1, limit // (4 * (2 * layers + 1) * max(1, classes.size) * width))


def network_of(module: Ultra) -> Network:
    """The weights of the entity network and of the head as the kernels read them."""
    layers = cast("list[EntityLayer]", module.entity_model.layers)
    first, _, last = cast("tuple[nn.Linear, nn.ReLU, nn.Linear]", tuple(module.head))
    dim = module.dim
    norms = [layer.layer_norm for layer in layers]
    with torch.no_grad():
        halves = [padded(padded(half.t(), 0)) for layer in layers for half in layer.linear.weight.split(dim, 1)]
        return Network(
            weight=flat(torch.stack(halves)),
            bias=_rows([layer.linear.bias for layer in layers]),
            scale=_rows([norm.weight for norm in norms]),
            shift=_rows([norm.bias for norm in norms]),
            epsilon=np.array([norm.eps for norm in norms], np.float32),
            dim=dim,
            entity=flat(padded(padded(first.weight[:, :dim].t(), 0))),
            last=_rows([last.weight[0]]),
            constant=np.float32(last.bias.item()),
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
