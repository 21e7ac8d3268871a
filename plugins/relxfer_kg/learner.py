"""Learning and scoring links, for every architecture: batches, loss, and predictions exactly or densely."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import torch
from torch import Tensor, nn

from relxfer.authoring.torch_learner import TorchLearner
from relxfer.contract.data import Examples
from relxfer.contract.learners import Model
from relxfer.judge.metrics.known_answers import Filter
from relxfer.judge.metrics.ranking import top_blocks
from relxfer_kg.domain import facts_of
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.linked import NOTE, linked_last
from relxfer_kg.training.bounds import drawn
from relxfer_kg.training.negatives import KnownAnswers, known_answers, strict_negatives
from relxfer_kg.training.self_adversarial import self_adversarial
from relxfer_kg.training.subgraph import subgraph_around

if TYPE_CHECKING:
    from relxfer_kg.adapter import KGOptions
    from relxfer_kg.scoring.scorer import Scorer

#: Scores yielded at a time, in bytes.
_YIELDED_BYTES = 8 * 2**20


class NetworkModel(Model, Protocol):
    """A source model that is one torch module."""

    @property
    def network(self) -> nn.Module: ...


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


class KGLearner(TorchLearner):
    """Links learnt by self-adversarial negative sampling.

    An architecture subclasses it. Its `module` is called with (graph, queries [B, 2], edge weights [2n], candidates
    [B, C]) and returns logits [B, C]. The subclass implements `head`, `new_head` and `parts`, `dense_blocks`, and, if
    exact locality applies to it, `scorer`.
    """

    def __init__(self, model: NetworkModel, options: KGOptions):
        self.model, self.options = model, options
        self.module = model.network

    def scorer(self, graph: KnowledgeGraph) -> Scorer | None:
        """What scores by exact locality; None where that is not possible. Raises `Incompatible` if it has to be."""
        return None

    def dense_blocks(self, examples: Examples) -> Iterator[np.ndarray]:
        """Logits of every entity, in blocks [b, V], as the module computes them."""
        raise NotImplementedError

    def batch(self, examples: Examples, rows: np.ndarray, rng: np.random.Generator) -> Batch:
        """Strict negatives; the edges of the batch's own facts, in both directions, leave the graph, see `hidden`."""
        if self.options.part_entities is not None:
            return self._batch_of_subgraph(examples, rows, rng)
        graph: KnowledgeGraph = examples.inputs
        return self._batch(examples.take(rows), known_answers(graph), rows, rng)

    def _batch_of_subgraph(self, examples: Examples, rows: np.ndarray, rng: np.random.Generator) -> Batch:
        """The surroundings of the first row's fact; the other queries are drawn anew among those inside."""
        assert examples.answers is not None
        assert self.options.part_entities is not None
        graph, first = examples.inputs, rows[:1]
        size = drawn(self.options.part_entities, rng)
        roots = np.append(examples.queries[first, 0], examples.answers[first])
        left_out = rng.uniform(0, self.options.left_out_fraction)
        near = subgraph_around(graph, roots, size, left_out, rng, self.options.derived_probability)
        inside = near.rows(graph, examples.queries, examples.answers)
        rows = rng.choice(inside, min(len(rows), len(inside)), replace=False)
        queries, answers = near.renumbered(graph, examples.queries[rows], examples.answers[rows])
        queries, answers = near.with_derived(queries, answers, rng)
        return self._batch(Examples(near.messages, queries, answers), known_answers(near.true), rows, rng)

    def _batch(self, asked: Examples, known: KnownAnswers, rows: np.ndarray, rng: np.random.Generator) -> Batch:
        assert asked.answers is not None
        graph: KnowledgeGraph = asked.inputs
        negatives = strict_negatives(asked.queries, known, graph.num_entities, self.options.negatives, rng)
        own = hidden(graph, facts_of(graph, asked), self.options.hidden_pair_probability, rng)
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
        return self_adversarial(scores[:, 0], scores[:, 1:], self.options.adversarial_temperature)

    def predict(self, examples: Examples) -> Iterator[np.ndarray]:
        """Logits of every entity, in blocks [b, V]; with `linked_last`, those of linked entities below all others."""
        blocks = self._logits(examples)
        return linked_last(blocks, examples.inputs, examples.queries) if self.options.linked_last else blocks

    def _logits(self, examples: Examples) -> Iterator[np.ndarray]:
        """By exact locality (see `Scorer`) where possible, else densely."""
        graph: KnowledgeGraph = examples.inputs
        scorer = self.scorer(graph)
        if scorer is None:
            yield from self.dense_blocks(examples)
            return
        row = row_bytes(graph)
        size = max(1, int(self.options.block_mb * 2**20 / row))
        yield from scorer.blocks(examples.queries, size, max(1, _YIELDED_BYTES // row))

    def top(self, examples: Examples, k: int, known: Filter | None) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """The k best entities of each query, at the cost of its ball where exact locality is possible.

        They are those of `top_k` on what `predict` yields; scores that differ by rounding only may change places.
        """
        graph: KnowledgeGraph = examples.inputs
        scorer = self.scorer(graph)
        if scorer is None or self.options.linked_last:
            yield from top_blocks(self.predict(examples), k, known)
            return
        from relxfer_kg.scoring.best_answers import BestAnswers  # imports numba, which takes seconds

        best = BestAnswers(scorer, min(k, graph.num_entities))
        size = max(1, int(self.options.block_mb * 2**20 / (2 * row_bytes(graph))))
        for start in range(0, len(examples), size):
            rows = slice(start, start + size)
            yield best.of(examples.queries[rows], None if known is None else known[rows])

    def notes(self) -> list[str]:
        """For the report: that scores are approximate, if they are, and which entities rank last."""
        said = [NOTE] if self.options.linked_last else []
        if self.options.subgraph_entities is not None:
            said.append(
                "scores of models are approximate: a query is answered within "
                f"{self.options.subgraph_entities:,} entities around its own (option subgraph_entities of the "
                "adapter); where fewer are within reach, they are exact"
            )
        return said

    def export(self) -> Model:
        return self.model


def hidden(graph: KnowledgeGraph, facts: np.ndarray, pair_probability: float, rng: np.random.Generator) -> np.ndarray:
    """Bool [2n]: the edges that leave the graph while these facts [m, 3] are asked: their own, or with this
    probability, drawn once, all between the same two entities.

    >>> graph = KnowledgeGraph(("a", "b"), ("r", "s"), np.array([[0, 0, 1], [1, 1, 0]]))
    >>> [hidden(graph, graph.facts[:1], p, np.random.default_rng(0)).tolist() for p in (0.0, 1.0)]
    [[True, False, True, False], [True, True, True, True]]
    """
    if pair_probability and rng.random() < pair_probability:
        return graph.edges_between(facts[:, [0, 2]])
    return graph.edges_of(facts)


def row_bytes(graph: KnowledgeGraph) -> int:
    """Bytes of the scores of one query."""
    return 4 * max(1, graph.num_entities)
