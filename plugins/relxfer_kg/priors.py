"""Priors: predictors that only count facts of the observed graph. A model should score better than they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy.sparse as sp

from relxfer.contract.data import Examples
from relxfer_kg.graph.pair_confidence import links_of, pair_confidence
from relxfer_kg.linked import linked_last

if TYPE_CHECKING:
    from relxfer.contract.strategies import Trainer
    from relxfer_kg.graph.knowledge_graph import KnowledgeGraph


class CountingModel:
    """A model that is computed from the observed graph alone; the same object is its learner, or a copy of it."""

    linked_last = False

    def __init__(self, options: Any, arrays: Mapping[str, np.ndarray] | None = None, card: dict | None = None):
        self.options = options

    def state(self) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        return {}, {}

    def learner(self, options: Any) -> CountingModel:
        if not options.linked_last:
            return self
        made = copy(self)
        made.linked_last = True
        return made

    def learn(self, examples: Sequence[Examples], trainer: Trainer) -> None:
        """Nothing: the counts are taken from the graph of each query."""

    def export(self) -> CountingModel:
        return self

    def predict(self, examples: Examples) -> Iterator[np.ndarray]:
        score = self.scorer(examples.inputs)
        blocks = (score(examples.queries[start : start + 256]) for start in range(0, len(examples), 256))
        return linked_last(blocks, examples.inputs, examples.queries) if self.linked_last else blocks

    def scorer(self, graph: KnowledgeGraph) -> Any:
        """A function of queries [b, 2] giving scores [b, V]."""
        raise TypeError(f"{type(self).__name__} has no counts of its own")


class RelationFrequency(CountingModel):
    """score(e | x, r) = number of observed facts in which e answers r: the same for every x."""

    def scorer(self, graph: KnowledgeGraph) -> Any:
        counts = _answer_counts(graph)
        return lambda queries: counts[queries[:, 1]].toarray().astype(np.float32)


class ReverseLookup(CountingModel):
    """score(e | x, r) = max over relations s that link x and e of confidence(s => r), ties by frequency.

    confidence(s => r) = |pairs linked by s and r| / |pairs linked by s|, where s may be an inverse. It answers by
    reversing symmetric and inverse relations, and by finding the same pair under another relation.
    """

    def scorer(self, graph: KnowledgeGraph) -> Any:
        head, tail, relation = graph.edges
        pair = np.unique(head * graph.num_entities + tail, return_inverse=True)[1].reshape(-1)
        links = links_of(pair, relation, graph.num_relations)
        together = (links.T @ links).tocsc()  # R x R, sparse
        pairs = np.maximum(together.diagonal(), 1)
        frequency = _answer_counts(graph)
        neighbours = sp.csr_matrix((relation + 1, (head, np.arange(len(head)))), (graph.num_entities, len(head)))
        scale = 0.5 / (1 + (frequency.data.max() if frequency.nnz else 0))
        smallest = 1 / (1 + len(graph.facts))

        def score(queries: np.ndarray) -> np.ndarray:
            scores = frequency[queries[:, 1]].toarray() * scale * smallest
            confidence = {asked: _confidence(together, pairs, asked) for asked in np.unique(queries[:, 1])}
            for row, (entity, asked) in enumerate(queries):
                edges = neighbours.indices[neighbours.indptr[entity] : neighbours.indptr[entity + 1]]
                best = np.zeros(graph.num_entities)
                np.maximum.at(best, tail[edges], confidence[asked][relation[edges]])
                scores[row] += best
            return scores.astype(np.float32)

        return score


class FrequentRelations(CountingModel):
    """score(r | h, t) = log P(r) + log P(h as a head | r) + log P(t as a tail | r), by the shares of observed facts.

    One fact more is counted, which is shared among all relations, and among all entities of each.
    """

    def relation_learner(self, options: Any) -> FrequentRelations:
        return self

    def scorer(self, graph: KnowledgeGraph) -> Any:
        counts, direct = _answer_counts(graph).tocsc(), len(graph.relations)
        totals = np.bincount(graph.facts[:, 1], minlength=direct)
        common = np.log(totals + 1 / max(1, direct)) - 2 * np.log(totals + 1)

        def score(pairs: np.ndarray) -> np.ndarray:
            heads, tails = (counts[:, side].toarray().T for side in pairs.T)
            smoothing = 1 / graph.num_entities
            filled = np.log(heads[:, direct:] + smoothing) + np.log(tails[:, :direct] + smoothing)
            return (filled + common).astype(np.float32)

        return score


class PairLookup(CountingModel):
    """score(r | h, t) = max over relations s that link h and t of confidence(s => r), ties by frequency.

    confidence(s => r) = |pairs linked by s and r| / |pairs linked by s|, where s may be an inverse, and s other than r.
    """

    def relation_learner(self, options: Any) -> PairLookup:
        return self

    def scorer(self, graph: KnowledgeGraph) -> Any:
        known = pair_confidence(graph)
        frequency = np.bincount(graph.facts[:, 1], minlength=len(graph.relations)) / (1 + len(graph.facts)) ** 2
        return lambda pairs: (known.implied(pairs) + frequency).astype(np.float32)


def _confidence(together: sp.csc_matrix, pairs: np.ndarray, asked: int) -> np.ndarray:
    """confidence(s => asked) for every relation s, [R]; 0 for the asked relation itself."""
    confidence = together[:, [asked]].toarray().ravel() / pairs
    confidence[asked] = 0
    return confidence


def _answer_counts(graph: KnowledgeGraph) -> sp.csr_matrix:
    """[R, V]: how often an entity answers a relation, inverses included."""
    _, answer, relation = graph.edges
    return sp.csr_matrix((np.ones(len(answer)), (relation, answer)), (graph.num_relations, graph.num_entities))
