"""A graph neural network bound to networks, which scores pairs of nodes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from relxfer.errors import Incompatible
from relxfer.protocols import Examples
from relxfer_social.learner import Batch, NodeLearner
from relxfer_social.link_domain import not_linked


class LinkLearner(NodeLearner):
    """Features of a pair are the products of its nodes' features; the head says "absent" or "present".

    Nodes of a batch are [B, 2], and its own links are no messages. In a labelled batch the pairs that are not linked
    are drawn anew.
    """

    def batch(self, examples: Examples, rows: np.ndarray, rng: np.random.Generator) -> Batch:
        made, network = super().batch(examples, rows, rng), examples.inputs
        pairs = examples.queries[rows].copy()
        if examples.answers is not None:
            absent = examples.answers[rows] == 0
            pairs[absent] = not_linked(network, int(absent.sum()), rng)
        thin = self.made(network.without(network.between(pairs)))
        nodes = torch.from_numpy(pairs).to(self.device)
        return replace(made, graph=replace(thin, target=made.graph.target), nodes=nodes)

    def layers(self, batch: Batch) -> list[Tensor]:
        first, second = batch.nodes.T
        ends = super().layers(replace(batch, nodes=torch.cat([first, second])))
        count = len(first)
        return [layer[:count] * layer[count:] for layer in ends]

    def tensor(self, batch: Batch) -> Tensor:
        """[B, 2 F]: the features of both nodes."""
        ends = [super(LinkLearner, self).tensor(replace(batch, nodes=nodes)) for nodes in batch.nodes.T]
        return torch.cat(ends, 1)

    def unlinked(self, batch: Batch, share: float) -> Any:
        """`Incompatible`: the task is this already."""
        raise Incompatible(
            "nodes, whose links can be hidden",
            "pairs of nodes",
            "pre-train with labels: they are the links, or use dgi",
        )
