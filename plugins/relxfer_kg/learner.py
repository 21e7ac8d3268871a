"""Learning and scoring links with the ULTRA network."""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from relxfer.authoring.torch_learner import TorchLearner, evaluating
from relxfer.contract.data import Examples
from relxfer.errors import Incompatible
from relxfer.judge.ranking import Filter, top_blocks
from relxfer_kg.domain import facts_of
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.kernels.operator import has_numba
from relxfer_kg.training.bounds import drawn
from relxfer_kg.training.negatives import Known, strict_negatives
from relxfer_kg.training.part import part
from relxfer_kg.ultra.network import EntityLayer, EntityNetwork, RelationLayer, RelationNetwork, ScoreHead, Ultra

if TYPE_CHECKING:
    from relxfer_kg.adapter import KGOptions
    from relxfer_kg.scoring.scorer import Scorer
    from relxfer_kg.ultra.model import UltraModel

#: Without exact locality: relation states kept between blocks, in bytes.
_KEPT_BYTES = 48 * 2**20
#: Likewise entity states of one layer of a block: what a processor's cache holds, and what keeps a GPU busy.
_STATES_BYTES = {"cpu": 8 * 2**20, "cuda": 1024 * 2**20}
#: Queries of a block at most: the grid of a kernel has 2^16 - 1 rows.
_MOST_QUERIES = 2**15
#: Of a GPU's memory, so that a small one has room for what a layer needs beside them.
_STATES_SHARE = 1 / 32
#: Scores handed out at a time.
_PIECE_BYTES = 8 * 2**20
#: What the published network is made of; another part may compute anything.
_PLAIN = {
    Ultra, RelationNetwork, EntityNetwork, RelationLayer, EntityLayer, ScoreHead, nn.ModuleList, nn.Sequential,
    nn.Linear, nn.LayerNorm, nn.ReLU, nn.Embedding,
}  # fmt: skip


@dataclass
class Batch:
    """Training queries with their candidates: the answer first, then the negatives.

    queries     [B, 2] (entity, relation)
    candidates  [B, 1 + N] entities
    weight      [2n] float, 0 for the edges of the batch's own facts
    """

    graph: KnowledgeGraph
    queries: Tensor
    candidates: Tensor
    weight: Tensor
    labels: Tensor
    rows: np.ndarray


class UltraLearner(TorchLearner):
    """Conditional message passing, trained by self-adversarial negative sampling."""

    def __init__(self, model: UltraModel, options: KGOptions):
        self.model, self.options = model, options
        self.module: Ultra = model.network
        self._known: dict[str, Known] = {}

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

    def batch(self, examples: Examples, rows: np.ndarray, rng: np.random.Generator) -> Batch:
        """Strict negatives; the edges of the batch's own facts, in both directions, leave the graph."""
        if self.options.part_entities is not None:
            return self._batch_of_part(examples, rows, rng)
        graph, asked = examples.inputs, examples.take(rows)
        if graph.sha not in self._known:
            self._known[graph.sha] = Known(graph)
        return self._batch(graph, self._known[graph.sha], asked, rows, rng)

    def _batch_of_part(self, examples: Examples, rows: np.ndarray, rng: np.random.Generator) -> Batch:
        """The surroundings of the first of the rows; the other questions are drawn anew, from within."""
        assert examples.answers is not None
        assert self.options.part_entities is not None
        graph, first = examples.inputs, rows[:1]
        size = drawn(self.options.part_entities, rng)
        roots = np.append(examples.queries[first, 0], examples.answers[first])
        cut = part(
            graph, roots, size, rng.uniform(0, self.options.left_out_fraction), rng, self.options.derived_probability
        )
        within = cut.rows(graph, examples.queries, examples.answers)
        rows = rng.choice(within, min(len(rows), len(within)), replace=False)
        queries, answers = cut.renumbered(graph, examples.queries[rows], examples.answers[rows])
        queries, answers = cut.also_of_derived(queries, answers, rng)
        return self._batch(cut.seen, Known(cut.whole), Examples(cut.seen, queries, answers), rows, rng)

    def _batch(
        self, graph: KnowledgeGraph, known: Known, asked: Examples, rows: np.ndarray, rng: np.random.Generator
    ) -> Batch:
        assert asked.answers is not None
        negatives = strict_negatives(asked.queries, known, graph.num_entities, self.options.negatives, rng)
        own = graph.edges_of(facts_of(graph, asked))
        return Batch(
            graph,
            torch.from_numpy(asked.queries),
            torch.from_numpy(np.column_stack([asked.answers, negatives])),
            torch.from_numpy((~own).astype(np.float32)).to(self.device),
            torch.zeros(len(rows), dtype=torch.long, device=self.device),
            rows,
        )

    def loss(self, batch: Batch, scores: Tensor | None = None) -> Tensor:
        """-log s(answer) - sum_i w_i log(1 - s(negative_i)), w = softmax(scores / T) without gradient; halved.

        Sun et al. (2019), equation 5, with logistic s; the mean over queries.
        """
        if scores is None:
            scores = self.module(batch.graph, batch.queries, batch.weight, batch.candidates)
        answer, negatives = scores[:, 0], scores[:, 1:]
        temperature = self.options.adversarial_temperature
        weighting = negatives.detach() / temperature if temperature else torch.zeros_like(negatives)
        missed = F.softplus(-answer)
        believed = (weighting.softmax(1) * F.softplus(negatives)).sum(1)
        return (missed + believed).mean() / 2

    def predict(self, examples: Examples) -> Iterator[np.ndarray]:
        """Logits of every entity, in blocks [b, V]; equal queries of a block are computed once.

        By exact locality (see `Scorer`) where it can run, else as the module computes them.
        """
        graph: KnowledgeGraph = examples.inputs
        row = 4 * max(1, graph.num_entities)  # bytes
        scorer = self._scorer(graph)
        if scorer is None:
            block = _states_bytes(self.device) // (row * self.module.dim)
            yield from self._predict_densely(examples, min(max(1, block), _MOST_QUERIES))
            return
        size = max(1, int(self.options.block_mb * 2**20 / row))
        yield from scorer.blocks(examples.queries, size, max(1, _PIECE_BYTES // row))

    def top(self, examples: Examples, k: int, known: Filter | None) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """The k best entities of each query at the cost of its ball (see `Top`).

        Those of `top_k` on what `predict` yields; scores that differ by rounding only may change places.
        """
        graph: KnowledgeGraph = examples.inputs
        scorer = self._scorer(graph)
        if scorer is None:
            yield from top_blocks(self.predict(examples), k, known)
            return
        from relxfer_kg.scoring.top import Top

        made = Top(scorer, min(k, graph.num_entities))
        size = max(1, int(self.options.block_mb * 2**20 / (8 * max(1, graph.num_entities))))
        for start in range(0, len(examples), size):
            rows = slice(start, start + size)
            yield made.of(examples.queries[rows], None if known is None else known[rows])

    def notes(self) -> list[str]:
        if self.options.subgraph_entities is None:
            return []
        return [
            "scores of models are approximate: a query is answered within "
            f"{self.options.subgraph_entities:,} entities around its own (option subgraph_entities of the adapter); "
            "where fewer are within reach, they are exact"
        ]

    def _scorer(self, graph: KnowledgeGraph) -> Scorer | None:
        """None where exact locality cannot run; an error there if it is to be bounded."""
        if self._is_plain():
            from relxfer_kg.scoring.scorer import Scorer  # brings numba

            return Scorer(self.module, graph, subgraph=self.options.subgraph_entities)
        if self.options.subgraph_entities is None:
            return None
        found = self.device.type if self.device.type != "cpu" else "other parts" if has_numba() else "no numba"
        raise Incompatible(
            "the published network in float32 on the CPU, and numba, for subgraph_entities",
            found,
            'set device = "cpu", or unset subgraph_entities to predict exactly',
        )

    def _predict_densely(self, examples: Examples, block: int) -> Iterator[np.ndarray]:
        """A GPU computes a block while the one before is used."""
        blocks = self._dense_blocks(examples, block)
        if self.device.type == "cuda":
            blocks = _one_ahead(blocks)
        for scores, inverse in blocks:
            yield scores.cpu().numpy()[inverse]

    def _dense_blocks(self, examples: Examples, block: int) -> Iterator[tuple[Tensor, np.ndarray]]:
        """Scores of the distinct queries of each block, and which of them each query is."""
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
        """The module, or a copy that scores in bfloat16: relation network and head stay, they are cheap and decide."""
        if self.options.precision == "float32":
            return self.module
        module = copy.deepcopy(self.module)
        module.entity_model.layers.to(torch.bfloat16)
        return module

    def _is_plain(self) -> bool:
        """Whether the module is the published network, to be run in float32 on the CPU, with numba to run it."""
        module = self.module
        expected = all(type(part) in _PLAIN for part in module.modules())
        hooked = any(part._forward_hooks or part._forward_pre_hooks for part in module.modules())
        parameters = [(value.device.type, value.dtype) for value in module.parameters()]
        exact = self.options.precision == "float32" and set(parameters) == {("cpu", torch.float32)}
        return expected and not hooked and exact and has_numba()

    def export(self) -> UltraModel:
        return self.model


def _states_bytes(device: torch.device) -> int:
    most = _STATES_BYTES[device.type]
    return most if device.type == "cpu" else min(most, int(torch.cuda.mem_get_info(device)[1] * _STATES_SHARE))


def _one_ahead(blocks: Iterator[tuple[Tensor, np.ndarray]]) -> Iterator[tuple[Tensor, np.ndarray]]:
    """The same in the processor's memory, each handed out when the one after it has been begun."""
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
    """Relation states depend on graph and query relation only: kept, the oldest dropped when they grow too many."""

    def __init__(self, module: Ultra, graph: KnowledgeGraph):
        self.module, self.graph = module, graph
        self.kept: OrderedDict[int, Tensor] = OrderedDict()
        size = 4 * module.dim * graph.num_relations  # bytes
        self.room = max(1, _KEPT_BYTES // size)
        self.together = max(1, _states_bytes(next(module.parameters()).device) // size)

    def of(self, relations: np.ndarray) -> Tensor:
        """[Q, R, d] for distinct direct relations, ascending."""
        missing = [int(r) for r in relations if int(r) not in self.kept]
        for start in range(0, len(missing), self.together):
            chunk = missing[start : start + self.together]
            self.kept.update(zip(chunk, self.module.relation_states(self.graph, torch.tensor(chunk)), strict=True))
        states = torch.stack([self.kept[int(r)] for r in relations])
        while len(self.kept) > self.room:
            self.kept.popitem(last=False)
        return states
