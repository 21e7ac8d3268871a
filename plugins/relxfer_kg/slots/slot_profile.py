"""How likely it is that a query has an answer that is not known yet, from the slots that its entity fills."""

from __future__ import annotations

import numpy as np

from relxfer.seeding import generator
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.slots.filled_slots import FilledSlots

#: The share of the facts that are held out where none are given, and the most pairs of either answer that are fitted.
_HELD_OUT = 0.15
_MOST_PAIRS = 100_000
#: The least implied probability that is told apart from none.
_LEAST = 1e-3


class SlotProfile:
    """P(entity e has an unknown fact of slot r | the slots that e fills), for any pair (e, r).

    A logistic regression on what `features` computes from a graph. It is fitted to facts that are held out of the graph
    for that, drawn at random: a pair counts as answered where one of them fills it, and its features are those of the
    graph without them. So a relation of which an entity has one fact at most is likely where it has none yet, and
    unlikely where it has one, by as much as the held-out facts show. The probability is right where about as many facts
    are missing as were held out, 15 %; where more are, it is too low, for all pairs alike.

    >>> facts = np.array([[e, 0, 30 + e % 2] for e in range(28)] + [[e, 1, 32] for e in range(30)])
    >>> graph = KnowledgeGraph(tuple(map(str, range(33))), ("lives_in", "pays"), facts)
    >>> person, place = SlotProfile(graph).probabilities(np.array([[29, 0], [31, 0]]))
    >>> bool(person > 3 * place)
    True
    """

    def __init__(self, graph: KnowledgeGraph) -> None:
        self._filled, rows = FilledSlots(graph), _drawn(graph)
        self._fit(FilledSlots(graph.without(rows)), _pairs_of(graph, graph.facts[rows]))

    def _fit(self, filled: FilledSlots, answered: np.ndarray) -> None:
        from sklearn.linear_model import LogisticRegression

        rng = generator("slot profile", filled.graph.sha)
        pairs, labels, weights = _to_fit(filled, answered, rng)
        self._model = None
        if len(set(labels.tolist())) < 2:
            return
        table = features(filled, pairs)
        self._mean, self._spread = table.mean(0), table.std(0) + 1e-9
        model = LogisticRegression(max_iter=500)
        self._model = model.fit(self._scaled(table), labels, sample_weight=weights)

    def _scaled(self, table: np.ndarray) -> np.ndarray:
        return (table - self._mean) / self._spread

    def probabilities(self, pairs: np.ndarray) -> np.ndarray:
        """[n] of pairs (entity, slot) [n, 2]; 1 where there were no facts to learn from."""
        if self._model is None or not len(pairs):
            return np.ones(len(pairs))
        return np.asarray(self._model.predict_proba(self._scaled(features(self._filled, pairs)))[:, 1])


def features(filled: FilledSlots, pairs: np.ndarray) -> np.ndarray:
    """[n, 11]: what is known about pairs of entity and slot.

    Beside the log-odds by the other slots of the entity: whether it fills this one already, and how often, which counts
    by how many facts of the slot an entity has on average.
    """
    odds, count, slot = filled.log_odds(pairs), filled.count(pairs), pairs[:, 1]
    has, prior, several = (count > 0).astype(float), filled.prior[slot], np.log(filled.facts_of_a_filler)[slot]
    return np.stack([
        10 * np.tanh(odds / 10), np.minimum(odds, 0), prior, np.log1p(filled.degree(pairs)),
        np.log(filled.implied(pairs) + _LEAST),
        has, has * several, has * np.log1p(count),
        (1 - has) * prior, (1 - has) * odds, (1 - has) * several,
    ], 1)  # fmt: skip


def _drawn(graph: KnowledgeGraph) -> np.ndarray:
    """Rows of the facts that are held out."""
    order = generator("slot profile: held out", graph.sha).permutation(len(graph.facts))
    return order[: int(len(order) * _HELD_OUT)]


def _pairs_of(graph: KnowledgeGraph, facts: np.ndarray) -> np.ndarray:
    """[m, 2]: the pairs of entity and slot that facts fill, each once."""
    head, relation, tail = facts.T
    both = np.concatenate([np.stack([head, relation], 1), np.stack([tail, relation + len(graph.relations)], 1)])
    return np.unique(both, axis=0)


def _to_fit(
    filled: FilledSlots, answered: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs, whether they are answered, and their weights: all pairs of slots that anything fills, or some."""
    entities = filled.graph.num_entities
    live = np.union1d(np.flatnonzero(filled.fillers), answered[:, 1])
    total = entities * len(live)
    drawn = np.arange(total) if total <= _MOST_PAIRS else rng.integers(0, total, _MOST_PAIRS)
    others = np.stack([drawn % entities, live[drawn // entities]], 1).reshape(-1, 2)
    kept = answered if len(answered) <= _MOST_PAIRS else answered[rng.permutation(len(answered))[:_MOST_PAIRS]]
    keys, known = (pairs[:, 0] * filled.graph.num_relations + pairs[:, 1] for pairs in (others, answered))
    others = others[~np.isin(keys, known)]
    labels = np.repeat([1, 0], [len(kept), len(others)])
    weights = np.repeat(
        [len(answered) / max(len(kept), 1), max(total - len(answered), 0) / max(len(others), 1)],
        [len(kept), len(others)],
    )
    return np.concatenate([kept, others]), labels, weights
