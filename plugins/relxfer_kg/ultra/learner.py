"""ULTRA as a learner: its parts, exact scores on the CPU, dense scores elsewhere."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import nn

from relxfer.contract.data import Examples
from relxfer.errors import Incompatible
from relxfer_kg.dense import dense_blocks
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.kernels.operator import has_numba
from relxfer_kg.layers.count_readout import CountReadout
from relxfer_kg.layers.message_passing import EntityLayer, RelationLayer
from relxfer_kg.layers.score_head import ScoreHead
from relxfer_kg.learner import KGLearner
from relxfer_kg.ultra.network import EntityNetwork, RelationNetwork, Ultra

if TYPE_CHECKING:
    from relxfer_kg.scoring.scorer import Scorer

#: The modules of the published network. Exact locality computes these; a module of another type may compute anything.
_PUBLISHED = {
    Ultra, RelationNetwork, EntityNetwork, RelationLayer, EntityLayer, ScoreHead, nn.ModuleList, nn.Sequential,
    nn.Linear, nn.LayerNorm, nn.ReLU, nn.Embedding, CountReadout,
}  # fmt: skip


class UltraLearner(KGLearner):
    """ULTRA's conditional message passing, trained by self-adversarial negative sampling."""

    module: Ultra

    @property
    def head(self) -> nn.Module:
        return self.module.entity_model.mlp

    @head.setter
    def head(self, head: nn.Module) -> None:
        self.module.entity_model.mlp = head  # type: ignore[assignment]

    def new_head(self) -> nn.Module:
        return ScoreHead(self.module.dim).to(self.device)

    def parts(self) -> list[tuple[str, nn.Module]]:
        return self.module.parts()

    def scorer(self, graph: KnowledgeGraph) -> Scorer | None:
        """None where exact locality is not possible; `Incompatible` if `subgraph` needs it there."""
        if self._is_published():
            from relxfer_kg.ultra.locality import scorer_of  # imports numba, which takes seconds

            return scorer_of(self.module, graph, subgraph=self.options.subgraph_entities)
        if self.options.subgraph_entities is None:
            return None
        got = self.device.type if self.device.type != "cpu" else "other modules" if has_numba() else "no numba"
        raise Incompatible(
            "the published network in float32 on the CPU, and numba, for subgraph_entities",
            got,
            'set device = "cpu", or unset subgraph_entities to predict exactly',
        )

    def dense_blocks(self, examples: Examples) -> Iterator[np.ndarray]:
        return dense_blocks(self._at_precision(), examples)

    def _at_precision(self) -> Ultra:
        """The module, or a copy whose entity layers are in bfloat16.

        Relation network and head stay in float32: they cost little, and a head in bfloat16 would give equal scores to
        different states.
        """
        if self.options.precision == "float32":
            return self.module
        module = copy.deepcopy(self.module)
        module.entity_model.layers.to(torch.bfloat16)
        return module

    def _is_published(self) -> bool:
        """Whether the module is the published network in float32 on the CPU, and numba is installed."""
        module = self.module
        expected = all(type(each) in _PUBLISHED for each in module.modules())
        hooked = any(each._forward_hooks or each._forward_pre_hooks for each in module.modules())
        parameters = [(value.device.type, value.dtype) for value in module.parameters()]
        exact = self.options.precision == "float32" and set(parameters) == {("cpu", torch.float32)}
        return expected and not hooked and exact and has_numba()
