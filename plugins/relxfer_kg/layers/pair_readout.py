"""Scores of relations by counts: what the facts of two entities, and what links them, say about another relation."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.graph.link_counts import link_counts
from relxfer_kg.graph.pair_confidence import pair_confidence

#: Numbers that tell of a pair and a relation.
COUNTS = 10


class PairReadout(nn.Sequential):
    """What counts add to the score of a relation r for a pair (x, y): ``MLP([state of r, counts of (x, r, y)])``.

    See `pair_counts` for the counts. The last layer starts at zero, so that the scores of a network do not change
    before it is trained.

    >>> graph = KnowledgeGraph(("ann", "bob"), ("knows",), np.array([[0, 0, 1]]))
    >>> PairReadout(8).score(graph, np.array([[0, 1]]), torch.ones(1, 1, 8)).tolist()
    [[0.0]]
    """

    def __init__(self, dim: int) -> None:
        width = dim + COUNTS
        super().__init__(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 1))
        for parameter in self[2].parameters():
            nn.init.zeros_(parameter)

    def score(
        self, graph: KnowledgeGraph, pairs: np.ndarray, states: Tensor, weight: np.ndarray | None = None
    ) -> Tensor:
        """[B, direct] for pairs [B, 2] and the states [B, direct, d] of the relations.

        Args:
            weight: [2n], per edge; edges of weight zero are not seen.
        """
        told = torch.from_numpy(pair_counts(graph, pairs, weight)).to(states)
        return self(torch.cat([states, told], -1)).squeeze(-1)


def pair_counts(graph: KnowledgeGraph, pairs: np.ndarray, weight: np.ndarray | None = None) -> np.ndarray:
    """[B, direct, 10]: what is counted of pairs (x, y) [B, 2] and each direct relation r.

    Whether x has facts (x, r, .), and log(1 + their number); the same of (., r, y); the share of r among all facts, as
    its logarithm; the binary logarithms of its facts per head and per tail; the greatest confidence with which a
    relation that links x and y implies r (see `PairConfidence`); whether r links them, and whether any direct relation
    does.

    Args:
        weight: [2n], per edge in the order of ``graph.edges``; edges of weight zero are not seen.

    >>> graph = KnowledgeGraph(("ann", "bob"), ("knows",), np.array([[0, 0, 1]]))
    >>> pair_counts(graph, np.array([[0, 1], [1, 0]])).astype(float).round(1).tolist()
    [[[1.0, 0.7, 1.0, 0.7, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0]], [[0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]]]
    """
    counts, known = link_counts(graph, weight), pair_confidence(graph, weight)
    direct = np.arange(len(graph.relations))
    sides = [counts.of(pairs[:, [0]], direct), counts.of(pairs[:, [1]], counts.inverse(direct))]
    facts = counts.facts[direct]
    told = [part for count in sides for part in (count > 0, np.log1p(count))]
    told.append(np.log((facts + 1 / max(1, len(direct))) / (facts.sum() + 1)))
    told += [np.log2(counts.per_holder(of)) for of in (direct, counts.inverse(direct))]
    linked = known.linked(pairs)
    told += [known.implied(pairs), linked, linked.any(1, keepdims=True)]
    shape = (len(pairs), len(direct))
    return np.stack([np.broadcast_to(part, shape) for part in told], -1).astype(np.float32)
