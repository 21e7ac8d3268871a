"""TRIX as a learner: its parts, and scores over the whole graph."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import numpy as np
import torch
from torch import nn

from relxfer.contract.data import Examples
from relxfer.errors import Incompatible
from relxfer_kg.dense import dense_blocks
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.layers.score_head import ScoreHead
from relxfer_kg.learner import KGLearner
from relxfer_kg.trix.network import Trix

#: States of the entities held at once in a relation layer: what the four families send, and what they are sums of.
_HELD = 8


class TrixLearner(KGLearner):
    """TRIX's rounds of message passing, trained by self-adversarial negative sampling.

    Exact locality does not apply: from the second round on, all relation states depend on the query's entity.
    """

    module: Trix

    @property
    def head(self) -> nn.Module:
        return self.module.head

    @head.setter
    def head(self, head: nn.Module) -> None:
        self.module.scoring_network.mlp = head

    def new_head(self) -> nn.Module:
        return ScoreHead(self.module.dim).to(self.device)

    def parts(self) -> list[tuple[str, nn.Module]]:
        return self.module.parts()

    def scorer(self, graph: KnowledgeGraph) -> None:
        """None; `Incompatible` if `subgraph` needs balls."""
        if self.options.subgraph_entities is not None:
            raise Incompatible(
                "a model whose queries are local, such as ultra, for subgraph_entities", "trix",
                "unset subgraph_entities to predict exactly",
            )  # fmt: skip

    def dense_blocks(self, examples: Examples) -> Iterator[np.ndarray]:
        return dense_blocks(self._at_precision(), examples, _HELD)

    def _at_precision(self) -> Trix:
        """The module, or a copy whose entity layers are in bfloat16."""
        if self.options.precision == "float32":
            return self.module
        module = copy.deepcopy(self.module)
        for number in range(module.rounds):
            module.entity_network(number).layers.to(torch.bfloat16)
        return module
