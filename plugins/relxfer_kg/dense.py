"""Dense scores: entity states over the whole graph, for blocks of distinct queries."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from relxfer.authoring.torch_learner import evaluating
from relxfer.contract.data import Examples
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.learner import row_bytes

#: The most relation states kept between blocks, in bytes.
_KEPT_BYTES = 48 * 2**20
#: The most entity states of one layer of a block, in bytes: what fits a processor's cache, and what keeps
#: a GPU busy.
_STATES_BYTES = {"cpu": 8 * 2**20, "cuda": 1024 * 2**20}
#: The most entity states as a share of a GPU's memory, since a layer needs several times as much.
_STATES_SHARE = 1 / 32
#: The most queries of a block: the grid of a kernel has 2^16 - 1 rows.
_MOST_QUERIES = 2**15


def dense_blocks(module: Any, examples: Examples, held: int = 1) -> Iterator[np.ndarray]:
    """Logits in blocks [b, V]; equal queries of a block are computed once. A GPU computes one block ahead.

    Args:
        module: a network with a width `dim`; ``relation_states(graph, relations)``, [Q, R, d], which depend on the
            query's relation alone; and ``module(graph, queries, states=...)``, logits [B, V] from the relation states
            of the distinct direct relations of the queries, ascending.
        held: so many entity states does the module hold at once where others hold one.
    """
    device = next(module.parameters()).device
    block = _states_bytes(device) // (held * row_bytes(examples.inputs) * module.dim)
    blocks = _distinct_blocks(module, examples, min(max(1, block), _MOST_QUERIES // held))
    if device.type == "cuda":
        blocks = _one_ahead(blocks)
    for scores, inverse in blocks:
        yield scores.cpu().numpy()[inverse]


def _distinct_blocks(module: Any, examples: Examples, block: int) -> Iterator[tuple[Tensor, np.ndarray]]:
    """Scores of the distinct queries of each block, and the row of each query among them."""
    graph: KnowledgeGraph = examples.inputs
    kept = _KeptStates(module, graph)
    for start in range(0, len(examples), block):
        queries, inverse = np.unique(examples.queries[start : start + block], axis=0, return_inverse=True)
        with evaluating(module), torch.no_grad():
            states = kept.of(np.unique(queries[:, 1] % len(graph.relations)))
            scores = module(graph, torch.from_numpy(queries), states=states)
        yield scores, inverse.reshape(-1)


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

    def __init__(self, module: Any, graph: KnowledgeGraph):
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
