"""TRIX's second model as a learner: the relations between two entities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import numpy as np
import torch
from torch import Tensor, nn

from relxfer.authoring.torch_learner import TorchLearner
from relxfer.contract.data import Examples
from relxfer.contract.learners import Model
from relxfer.errors import Incompatible
from relxfer_kg.asking.entities import as_facts
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.learner import NetworkModel, hidden
from relxfer_kg.training.bounds import drawn
from relxfer_kg.training.self_adversarial import self_adversarial
from relxfer_kg.training.subgraph import subgraph_around
from relxfer_kg.trix.relation_prediction import RelationTrix, relation_scores

if TYPE_CHECKING:
    from relxfer_kg.adapter import KGOptions

#: Options of the adapter that act on scores of entities alone.
_OF_ENTITIES = ("negatives", "linked_last", "block_mb", "precision", "subgraph_entities")
#: The most scores of a block.
_HELD_SCORES = 2**18


@dataclass
class Pairs:
    """A batch of training queries: pairs (head, tail) [B, 2], and the relation of each, [B].

    weight  [2n] float, 0 for the edges of the batch's own facts
    """

    graph: KnowledgeGraph
    pairs: Tensor
    labels: Tensor
    weight: Tensor
    rows: np.ndarray


class RelationLearner(TorchLearner):
    """Relations learnt against all others of the graph.

    The facts of a batch carry no messages. Other facts between the same two entities do: so the model sees which
    relations are known already, as it does when it predicts.
    """

    module: RelationTrix

    def __init__(self, model: NetworkModel, options: KGOptions):
        fields = type(options).model_fields
        # a stored model has all options written, so that a default says nothing
        if idle := [name for name in _OF_ENTITIES if getattr(options, name) != fields[name].default]:
            raise Incompatible(
                "options of the adapter that act on relation prediction", idle[0],
                f"leave {idle[0]} out: it acts only where entities are asked for",
            )  # fmt: skip
        self.model, self.options = model, options
        self.module = cast("RelationTrix", model.network)

    @property
    def head(self) -> nn.Module:
        return self.module.head

    @head.setter
    def head(self, head: nn.Module) -> None:
        self.module.mlp = cast("nn.Sequential", head)

    def new_head(self) -> nn.Module:
        return self.module.new_head().to(self.device)

    def parts(self) -> list[tuple[str, nn.Module]]:
        return self.module.parts()

    def export(self) -> Model:
        return self.model

    def batch(self, examples: Examples, rows: np.ndarray, rng: np.random.Generator) -> Pairs:
        """The graph without the batch's own facts, in both directions; see `relxfer_kg.learner.hidden`."""
        assert examples.answers is not None
        graph: KnowledgeGraph = examples.inputs
        if self.options.part_entities is not None:
            return self._of_part(examples, rows, rng)
        return self._batch(graph, examples.queries[rows], examples.answers[rows], rows, rng)

    def _of_part(self, examples: Examples, rows: np.ndarray, rng: np.random.Generator) -> Pairs:
        """The surroundings of the first row's pair; the other queries are drawn anew among those inside."""
        assert examples.answers is not None
        assert self.options.part_entities is not None
        graph, size = examples.inputs, drawn(self.options.part_entities, rng)
        left_out = rng.uniform(0, self.options.left_out_fraction)
        pair, derived = examples.queries[rows[0]], self.options.derived_probability
        near = subgraph_around(graph, pair, size, left_out, rng, derived)
        # a subgraph knows tail queries: the fact (h, r, t) is (h, r) with the answer t
        tails = np.stack([examples.queries[:, 0], examples.answers], 1), examples.queries[:, 1]
        inside = near.rows(graph, *tails)
        rows = rng.choice(inside, min(len(rows), len(inside)), replace=False)
        queries, answers = near.renumbered(graph, tails[0][rows], tails[1][rows])
        facts = as_facts(*near.with_derived(queries, answers, rng), len(near.true.relations))
        return self._batch(near.messages, facts[:, [0, 2]], facts[:, 1], rows, rng)

    def _batch(
        self,
        graph: KnowledgeGraph,
        pairs: np.ndarray,
        relations: np.ndarray,
        rows: np.ndarray,
        rng: np.random.Generator,
    ) -> Pairs:
        own = hidden(graph, np.insert(pairs, 1, relations, axis=1), self.options.hidden_pair_probability, rng)
        return Pairs(
            graph,
            torch.from_numpy(pairs),
            torch.from_numpy(relations).to(self.device),
            torch.from_numpy((~own).astype(np.float32)).to(self.device),
            rows,
        )

    def loss(self, batch: Pairs, scores: Tensor | None = None) -> Tensor:
        """-log s(answer) - sum_i w_i log(1 - s(other_i)), w = softmax(scores of others / T) without gradient; halved.

        The others are all relations but the answer, true ones too; s is logistic; the mean over queries. Zhang et al.
        (2024) train by it; Sun et al. (2019), equation 5.
        """
        scores = self.module(batch.graph, batch.pairs, batch.weight) if scores is None else scores
        place = batch.labels[:, None]
        others = scores.scatter(1, place, -torch.inf)
        return self_adversarial(scores.gather(1, place)[:, 0], others, self.options.adversarial_temperature)

    def predict(self, examples: Examples) -> Iterator[np.ndarray]:
        """Logits of every direct relation, in blocks [b, direct]; equal pairs of a block are scored once."""
        graph: KnowledgeGraph = examples.inputs
        size = max(1, _HELD_SCORES // max(1, len(graph.relations)))
        for start in range(0, len(examples), size):
            pairs, each = np.unique(examples.queries[start : start + size], axis=0, return_inverse=True)
            yield np.concatenate(list(relation_scores(self.module, graph, pairs)))[each.reshape(-1)]
