"""States of relations for query relations, computed where they differ from what they are without a query."""

from __future__ import annotations

from typing import cast

import numpy as np
import torch
from torch import Tensor

from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.kernels.kernel_ball import spread_states
from relxfer_kg.kernels.lanes import aligned
from relxfer_kg.kernels.team import Team
from relxfer_kg.scoring.background import Grounds, Workspace, flat, network_of, padded
from relxfer_kg.scoring.ball import Balls
from relxfer_kg.scoring.propagation import propagated
from relxfer_kg.ultra.network import RelationLayer, Ultra


class RelationStates:
    """`Ultra.relation_states` by exact locality: a query relation is the source on the relation graph.

    The background is one for all of them, since the vectors of the edges are learnt and belong to no query. Relations
    with equal neighbours are computed once.

    >>> graph = KnowledgeGraph(("ann", "bob", "eve"), ("knows", "saw"), np.array([[0, 0, 1], [1, 1, 2]]))
    >>> module, both = Ultra(dim=8), np.array([0, 1])
    >>> with Team(1) as team:
    ...     states = RelationStates(module, graph).of(both, team)
    >>> bool(torch.allclose(states, module.relation_states(graph, torch.from_numpy(both)), atol=1e-5))
    True
    """

    def __init__(self, module: Ultra, graph: KnowledgeGraph) -> None:
        layers = cast("list[RelationLayer]", list(module.relation_model.layers))
        self.classes, self.dim, self.layers = module.relation_graph(graph).classes, module.dim, len(layers)
        self.network = network_of(layers)
        self.width = len(self.network.bias) // self.layers
        self.kinds = flat(padded(torch.stack([layer.relation.weight for layer in layers])))
        self.ones = flat(padded(torch.ones(2, module.dim)))
        self._workspace = Workspace()
        self._ground: Grounds | None = None

    def of(self, relations: np.ndarray, team: Team) -> Tensor:
        """[Q, R, d] for direct query relations [Q]."""
        if self._ground is None:
            nothing = np.zeros(0, np.float32)
            self._ground = Grounds(self.kinds, self.ones, nothing, self.network, self.classes, self._workspace, team)
        count, nodes, width = len(relations), len(self.classes.of), self.width
        balls = Balls.around(relations, self.layers, self.classes, team)
        asked = np.zeros((count, 4), np.int64)
        asked[:, 0], asked[:, 1] = np.arange(count), relations
        states = propagated(asked, balls, self.classes, self.network, self._ground, self._workspace, team)
        begin = self.layers * self.classes.size * width
        ground = self._workspace.of(0)[begin : begin + self.classes.size * width]
        out = aligned(count * nodes * width)
        team.run(
            spread_states, count, asked, self.classes, width, ground, balls.rows, balls.hops, states.reshape(-1), out
        )
        return torch.from_numpy(out).view(count, nodes, width)[:, :, : self.dim]
