"""A graph neural network bound to networks, which scores pairs of nodes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from relxfer.contract.data import Examples
from relxfer.errors import Incompatible
from relxfer_social.features.pair_features import pair_columns, pair_features
from relxfer_social.learner import Batch, NodeLearner
from relxfer_social.links.domain import not_linked
from relxfer_social.network import Network
from relxfer_social.tensors.graph import Graph


@dataclass(frozen=True)
class PairBatch(Batch):
    """Pairs of nodes [B, 2]; pair_features [B, k]: see `relxfer_social.features.pair_features`."""

    pair_features: Tensor


class LinkLearner(NodeLearner):
    """Features of a pair are the products of its nodes' features, where the options say so with features of the pair
    itself (`relxfer_social.architectures.pair_net`); the head says "absent" or "present".

    Nodes of a batch are [B, 2], and its own links are no messages, nor do they count. In a labelled batch the pairs
    that are not linked are drawn anew, and of a source's messages a share is left, where `kept_link_fraction` says so.
    """

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        columns = pair_columns(self.options)
        if self.model.pairs != columns:
            raise Incompatible(
                f"the features of a pair that the model was trained with ({', '.join(self.model.pairs) or 'nothing'})",
                ", ".join(columns) or "nothing",
                "give agreement and counts of the adapter as they were when it was trained",
            )

    def batch(self, examples: Examples, rows: np.ndarray, rng: np.random.Generator) -> PairBatch:
        made, network = super().batch(examples, rows, rng), examples.inputs
        pairs = examples.queries[rows].copy()
        if examples.answers is not None:
            absent = examples.answers[rows] == 0
            pairs[absent] = not_linked(network, int(absent.sum()), rng)
        drop = network.between(pairs)
        if examples.answers is not None and not made.graph.target and self.options.kept_link_fraction < 1:
            drop |= ~network.drawn(float(self.options.kept_link_fraction ** rng.random()), rng)
        seen = network.without(drop)
        return PairBatch(
            self._like(made.graph, seen),
            torch.from_numpy(pairs).to(self.device),
            made.labels,
            made.rows,
            made.seed,
            torch.from_numpy(pair_features(seen, pairs, self.options)).to(self.device),
        )

    @property
    def varies(self) -> bool:
        """Pairs that are not linked are drawn, and a batch's own links are left out."""
        return True

    def pieces(self, examples: Examples) -> None:
        """None: what is asked together is left out together."""
        return

    def layers(self, batch: Batch) -> list[Tensor]:
        first, second = batch.nodes.T
        ends = super().layers(replace(batch, nodes=torch.cat([first, second])))
        count = len(first)
        return [layer[:count] * layer[count:] for layer in ends]

    def features(self, batch: PairBatch) -> Tensor:  # type: ignore[override]
        products = super().features(batch)
        return self.model.network.joined(products, batch.pair_features) if self.model.pairs else products

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

    def _like(self, graph: Graph, network: Network) -> Graph:
        """This network on the side of the graph, source or target."""
        return replace(self.made(network), target=graph.target)
