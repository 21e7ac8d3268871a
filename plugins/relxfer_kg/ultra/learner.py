"""ULTRA as a learner: its parts, exact scores on the CPU, dense scores elsewhere."""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from relxfer.authoring.torch_learner import evaluating
from relxfer.contract.data import Examples
from relxfer.errors import Incompatible
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.kernels.operator import has_numba
from relxfer_kg.layers.message_passing import EntityLayer, RelationLayer
from relxfer_kg.layers.score_head import ScoreHead
from relxfer_kg.learner import KGLearner, row_bytes
from relxfer_kg.ultra.network import EntityNetwork, RelationNetwork, Ultra

if TYPE_CHECKING:
    from relxfer_kg.scoring.scorer import Scorer

#: Dense scores: the most relation states kept between blocks, in bytes.
_KEPT_BYTES = 48 * 2**20
#: Dense scores: the most entity states of one layer of a block, in bytes: what fits a processor's cache, and what keeps
#: a GPU busy.
_STATES_BYTES = {"cpu": 8 * 2**20, "cuda": 1024 * 2**20}
#: The most entity states as a share of a GPU's memory, since a layer needs several times as much.
_STATES_SHARE = 1 / 32
#: The most queries of a block: the grid of a kernel has 2^16 - 1 rows.
_MOST_QUERIES = 2**15
#: The modules of the published network. Exact locality computes these; a module of another type may compute anything.
_PUBLISHED = {
    Ultra, RelationNetwork, EntityNetwork, RelationLayer, EntityLayer, ScoreHead, nn.ModuleList, nn.Sequential,
    nn.Linear, nn.LayerNorm, nn.ReLU, nn.Embedding,
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
        """Logits in blocks [b, V]; equal queries of a block are computed once. A GPU computes one block ahead."""
        block = _states_bytes(self.device) // (row_bytes(examples.inputs) * self.module.dim)
        blocks = self._distinct_blocks(examples, min(max(1, block), _MOST_QUERIES))
        if self.device.type == "cuda":
            blocks = _one_ahead(blocks)
        for scores, inverse in blocks:
            yield scores.cpu().numpy()[inverse]

    def _distinct_blocks(self, examples: Examples, block: int) -> Iterator[tuple[Tensor, np.ndarray]]:
        """Scores of the distinct queries of each block, and the row of each query among them."""
        graph, module = examples.inputs, self._at_precision()
        kept = _KeptStates(module, graph)
        for start in range(0, len(examples), block):
            queries, inverse = np.unique(examples.queries[start : start + block], axis=0, return_inverse=True)
            with evaluating(module), torch.no_grad():
                states = kept.of(np.unique(queries[:, 1] % len(graph.relations)))
                encoded = module.encode(graph, torch.from_numpy(queries), states=states)
                scores = module.head.score(*encoded)
            yield scores, inverse.reshape(-1)

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


def _states_bytes(device: torch.device) -> int:
    most = _STATES_BYTES[device.type]
    return most if device.type == "cpu" else min(most, int(torch.cuda.mem_get_info(device)[1] * _STATES_SHARE))


def _one_ahead(blocks: Iterator[tuple[Tensor, np.ndarray]]) -> Iterator[tuple[Tensor, np.ndarray]]:
    """The same blocks in the CPU's memory; each is yielded after the computation of the next one has been started."""
    before = None
    for scores, inverse in blocks:
        host = torch.empty(scores.shape, pin_memory=True)
        host.copy_(scores, non_blocking=True)
        copied = torch.cuda.Event()
        copied.record()
        if before is not None:
            before[0].synchronize()
            yield before[1:]
        before = copied, host, inverse
    if before is not None:
        before[0].synchronize()
        yield before[1:]


class _KeptStates:
    """Relation states, which depend on graph and query relation only: kept between blocks, the oldest dropped first."""

    def __init__(self, module: Ultra, graph: KnowledgeGraph):
        self.module, self.graph = module, graph
        self.kept: OrderedDict[int, Tensor] = OrderedDict()
        size = 4 * module.dim * graph.num_relations  # bytes
        self.most = max(1, _KEPT_BYTES // size)
        self.together = max(1, _states_bytes(next(module.parameters()).device) // size)

    def of(self, relations: np.ndarray) -> Tensor:
        """[Q, R, d] for distinct direct relations, ascending."""
        missing = [int(r) for r in relations if int(r) not in self.kept]
        for start in range(0, len(missing), self.together):
            chunk = missing[start : start + self.together]
            self.kept.update(zip(chunk, self.module.relation_states(self.graph, torch.tensor(chunk)), strict=True))
        states = torch.stack([self.kept[int(r)] for r in relations])
        while len(self.kept) > self.most:
            self.kept.popitem(last=False)
        return states
