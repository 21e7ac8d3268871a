"""ULTRA under exact locality: the weights and backgrounds that a `Scorer` needs."""

from __future__ import annotations

from typing import cast

import numpy as np
import torch
from torch import nn

from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.graph.quotient import Quotient
from relxfer_kg.kernels.lanes import aligned
from relxfer_kg.layers.message_passing import EntityLayer
from relxfer_kg.layers.packed import flat, packed, padded
from relxfer_kg.scoring.background import Background, Workspace
from relxfer_kg.scoring.scorer import Scorer
from relxfer_kg.scoring.team import Team
from relxfer_kg.ultra.network import Ultra
from relxfer_kg.ultra.relation_states import RelationStates


def scorer_of(
    module: Ultra, graph: KnowledgeGraph, weight: np.ndarray | None = None, subgraph: int | None = None
) -> Scorer:
    """A `Scorer` of ULTRA on a graph.

    Args:
        module: the published network in float32 on the CPU. Its weights are read here: a scorer does not follow later
            training.
        graph, weight, subgraph: as for `Scorer`.

    >>> graph = KnowledgeGraph(("ann", "bob", "eve"), ("knows",), np.array([[0, 0, 1], [1, 0, 2]]))
    >>> module = Ultra(dim=8)
    >>> scores = scorer_of(module, graph).scores(np.array([[0, 0], [2, 1]]))
    >>> bool(np.allclose(scores, module(graph, torch.tensor([[0, 0], [2, 1]])).detach(), atol=1e-5))
    True
    """
    return Scorer(ConditionedUltra(module, graph), graph, weight, subgraph)


class ConditionedUltra:
    """ULTRA on one graph as `Scorer` runs it: relation states first, by exact locality too, then the background.

    Args:
        module: the published network in float32 on the CPU.
        graph: the facts.
    """

    def __init__(self, module: Ultra, graph: KnowledgeGraph) -> None:
        self.module = module
        self.network = packed(cast("list[EntityLayer]", list(module.entity_model.layers)), module.head)
        self.counts = module.half_links
        self.relation_states = RelationStates(module, graph)

    def background(self, relations: np.ndarray, classes: Quotient, workspace: Workspace, team: Team) -> Background:
        """The background of direct query relations [G]."""
        module, states = self.module, self.relation_states.of(relations, team)
        layers = cast("list[EntityLayer]", module.entity_model.layers)
        count, size, _ = states.shape
        ids = torch.from_numpy(relations)
        with torch.no_grad():
            own = states[torch.arange(count)[:, None], torch.stack([ids, ids + size // 2], 1)]
            first = cast("nn.Linear", module.head[0])
            query_halves = nn.functional.linear(own, first.weight[:, module.dim :], first.bias)
            query_vectors = flat(padded(own))
            width = query_vectors.size // (2 * count)
            edge_vectors = aligned(count * len(layers) * size * width)
            projected = torch.from_numpy(edge_vectors).view(count, len(layers), -1, width)
            for number, layer in enumerate(layers):
                projected[:, number] = padded(layer.relation_projection(states))
        return Background(
            edge_vectors, query_vectors, flat(padded(query_halves)), self.network, classes, workspace, team
        )
