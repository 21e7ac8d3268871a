"""Relation states by exact locality: computed only where a query relation changes them."""

from __future__ import annotations

from typing import cast

import numpy as np
import torch
from torch import Tensor

from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.kernels.kernel_ball import fill_states
from relxfer_kg.kernels.lanes import aligned
from relxfer_kg.layers.message_passing import RelationLayer
from relxfer_kg.layers.packed import flat, packed, padded
from relxfer_kg.scoring.background import Background, Workspace
from relxfer_kg.scoring.balls import Balls
from relxfer_kg.scoring.propagation import propagated
from relxfer_kg.scoring.team import Team
from relxfer_kg.ultra.network import Ultra


class RelationStates:
    """`Ultra.relation_states` by exact locality (see `Scorer`): a query relation is the source on the relation graph.

    There is one background for all query relations, since the edge vectors are learnt and depend on no query.
    Relations that receive the same messages are computed once.

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
        self.network = packed(layers)
        self.width = len(self.network.bias) // self.layers
        self.kinds = flat(padded(torch.stack([layer.relation.weight for layer in layers])))
        self.ones = flat(padded(torch.ones(2, module.dim)))
        self._workspace = Workspace()
        self._background: Background | None = None

    def of(self, relations: np.ndarray, team: Team) -> Tensor:
        """[Q, R, d] for direct query relations [Q]."""
        if self._background is None:
            no_head = np.zeros(0, np.float32)
            self._background = Background(
                self.kinds, self.ones, no_head, self.network, self.classes, self._workspace, team
            )
        count, nodes, width = len(relations), len(self.classes.of), self.width
        balls = Balls.around(relations, self.layers, self.classes, team)
        asked = np.zeros((count, 4), np.int64)
        asked[:, 0], asked[:, 1] = np.arange(count), relations
        states = propagated(asked, balls, self.classes, self.network, self._background, self._workspace, team)
        begin = self.layers * self.classes.size * width
        background = self._workspace.of(0)[begin : begin + self.classes.size * width]
        out = aligned(count * nodes * width)
        team.run(
            fill_states, count, asked, self.classes, width, background, balls.rows, balls.hops, states.reshape(-1), out
        )
        return torch.from_numpy(out).view(count, nodes, width)[:, :, : self.dim]
