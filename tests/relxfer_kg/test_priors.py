"""What the counting predictors score, by brute force, and in what memory."""

from __future__ import annotations

import tracemalloc

import numpy as np
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.priors import FrequentRelations, PairLookup, RelationFrequency, ReverseLookup
from relxfer_kg.relatedness import energy_distance


def graph_of(facts: np.ndarray, entities: int, relations: int) -> KnowledgeGraph:
    return KnowledgeGraph(tuple(f"e{i}" for i in range(entities)), tuple(f"r{i}" for i in range(relations)), facts)


def drawn(entities: int, relations: int, facts: int, seed: int = 0) -> KnowledgeGraph:
    rng = np.random.default_rng(seed)
    return graph_of(
        np.stack([rng.integers(0, n, facts) for n in (entities, relations, entities)], 1), entities, relations
    )


def test_reverse_lookup_is_the_most_confident_relation_of_a_pair():
    graph = drawn(8, 4, 60)
    pairs: dict[int, set] = {relation: set() for relation in range(graph.num_relations)}
    for head, tail, relation in zip(*(each.tolist() for each in graph.edges), strict=True):
        pairs[relation].add((head, tail))

    def confidence(known: int, asked: int) -> float:
        return len(pairs[known] & pairs[asked]) / max(1, len(pairs[known])) if known != asked else 0.0

    queries = np.array([(e, r) for e in range(8) for r in range(graph.num_relations)])
    expected = [
        [max([confidence(s, r) for s in pairs if (e, to) in pairs[s]], default=0.0) for to in range(8)]
        for e, r in queries.tolist()
    ]
    scores = ReverseLookup(None).scorer(graph)(queries)
    often = RelationFrequency(None).scorer(graph)(queries)
    assert np.abs(scores - expected).max() < 0.5 / (1 + len(graph.facts)) + 1e-6, "the rest orders what is tied"
    for row, wanted in zip(range(len(queries)), expected, strict=True):
        tied = np.flatnonzero(np.array(wanted) == max(wanted))
        assert scores[row].argmax() in tied[often[row, tied] == often[row, tied].max()]


def peak_mb(work) -> float:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1] / 2**20
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_square_of_the_relations():
    """With inverses 6,000 relations: a table of all pairs would take 290 MB."""
    graph = drawn(2000, 3000, 6000)
    assert peak_mb(lambda: ReverseLookup(None).scorer(graph)(np.array([[0, 1], [5, 7]]))) < 30
    points = np.random.default_rng(0).random((6000, 4)), np.full(6000, 1 / 6000)
    assert peak_mb(lambda: energy_distance(points, points)) < 60


def test_frequent_relations_are_those_of_the_head_and_of_the_tail():
    """Naive Bayes: P(r) P(head | r) P(tail | r), where one fact more is shared among all."""
    graph = drawn(8, 4, 60)
    pairs = np.array([(h, t) for h in range(8) for t in range(8)])
    facts = graph.facts
    total = np.array([(facts[:, 1] == r).sum() for r in range(4)])
    expected = []
    for head, tail in pairs.tolist():
        heads, tails = (
            np.array([((facts[:, 1] == r) & (facts[:, side] == entity)).sum() for r in range(4)])
            for side, entity in ((0, head), (2, tail))
        )
        expected.append(
            np.log(total + 1 / 4) + np.log((heads + 1 / 8) / (total + 1)) + np.log((tails + 1 / 8) / (total + 1))
        )
    np.testing.assert_allclose(FrequentRelations(None).scorer(graph)(pairs), expected, rtol=1e-5)


def test_pair_lookup_is_the_most_confident_implication_of_the_known_links():
    graph = drawn(8, 4, 60)
    links: dict[int, set] = {relation: set() for relation in range(graph.num_relations)}
    for head, tail, relation in zip(*(each.tolist() for each in graph.edges), strict=True):
        links[relation].add((head, tail))
    pairs = np.array([(h, t) for h in range(8) for t in range(8)])
    expected = [
        [
            max([len(links[s] & links[r]) / len(links[s]) for s in links if s != r and pair in links[s]], default=0.0)
            for r in range(4)
        ]
        for pair in map(tuple, pairs.tolist())
    ]
    scores = PairLookup(None).scorer(graph)(pairs)
    assert np.abs(scores - expected).max() < 1 / (1 + len(graph.facts)), "the rest orders what is tied"
    often = np.bincount(graph.facts[:, 1], minlength=4)
    silent = np.flatnonzero(~np.any(expected, 1))
    assert len(silent)
    assert np.array_equal(
        np.argsort(scores[silent], kind="stable"), np.tile(np.argsort(often, kind="stable"), (len(silent), 1))
    )


def test_a_graph_without_facts_has_no_lookup():
    graph = graph_of(np.zeros((0, 3), int), 3, 2)
    for prior in (PairLookup, FrequentRelations):
        assert np.isfinite(prior(None).scorer(graph)(np.array([[0, 1]]))).all()
