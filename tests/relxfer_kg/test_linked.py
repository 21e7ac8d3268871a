"""Linked entities against a count by hand over all facts."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.linked import linked, linked_last

ENTITIES, RELATIONS = ("a", "b", "c", "d"), ("r", "s")
FACTS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1), st.integers(0, 3)), max_size=8)


def graph_of(facts) -> KnowledgeGraph:
    return KnowledgeGraph(ENTITIES, RELATIONS, np.array(facts, np.int64).reshape(-1, 3))


@given(FACTS, st.lists(st.integers(0, 3), max_size=5))
def test_every_relation_links_in_both_directions_and_counts_once(facts, entities):
    found = linked(graph_of(facts), np.array(entities, np.int64))
    assert len(found) == len(entities)
    for number, entity in enumerate(entities):
        others = {t for h, _, t in facts if h == entity} | {h for h, _, t in facts if t == entity}
        assert found[number : number + 1].answers.tolist() == sorted(others)


@given(FACTS, st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=7), st.integers(1, 4))
def test_blocks_of_any_size_are_ranked_alike(facts, queries, size):
    graph, asked = graph_of(facts), np.array(queries, np.int64).reshape(-1, 2)
    scores = np.random.default_rng(len(facts)).normal(0, 50, (len(asked), 4)).astype(np.float32)
    blocks = [scores[start : start + size] for start in range(0, len(asked), size)]
    kept = [block.copy() for block in blocks]
    made = list(linked_last(blocks, graph, asked))
    assert all(map(np.array_equal, blocks, kept))  # what was given stays as it was
    for row, found in enumerate(np.concatenate(made) if made else []):
        of = linked(graph, asked[row : row + 1, 0]).answers
        others = np.setdiff1d(np.arange(4), of)
        expected = [*others[np.argsort(-scores[row, others])], *of[np.argsort(-scores[row, of])]]
        assert np.argsort(-found).tolist() == expected
        assert found.dtype == np.float32


def test_without_entities_there_is_nothing_to_rank():
    graph = KnowledgeGraph((), (), np.zeros((0, 3), np.int64))
    (block,) = linked_last([np.zeros((0, 0), np.float32)], graph, np.zeros((0, 2), np.int64))
    assert block.shape == (0, 0)
