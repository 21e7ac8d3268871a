"""Relations that follow from those of a graph, to train on."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.training.derived import derived_facts


def follows_from(graph: KnowledgeGraph) -> list[set[tuple[int, int]]]:
    """What every rule there can be would conclude: copies and reversals, and compositions of two of them."""
    head, tail, kind = graph.edges
    pairs = [set(zip(head[kind == r].tolist(), tail[kind == r].tolist(), strict=True)) for r in np.unique(kind)]
    paths = [
        {(x, z) for x, y in first for y2, z in second if y == y2 and x != z} for first in pairs for second in pairs
    ]
    return pairs + paths


@settings(max_examples=60)
@given(st.integers(2, 30), st.integers(1, 4), st.integers(2, 150), st.integers(0, 999))
def test_each_new_relation_follows_from_one_rule(random_graph, entities, relations, facts, seed):
    graph = random_graph(entities, relations, facts, seed)
    new = derived_facts(graph.facts, len(graph.relations), np.random.default_rng(seed))
    assert len(np.unique(new, axis=0)) == len(new)
    numbers = np.unique(new[:, 1])
    assert numbers.tolist() == list(range(len(graph.relations), len(graph.relations) + len(numbers)))
    for number in numbers:
        pairs = set(map(tuple, new[new[:, 1] == number][:, [0, 2]].tolist()))
        assert 4 <= len(pairs) <= max(50, len(graph.facts) // 8)
        assert any(pairs <= conclusion for conclusion in follows_from(graph))


def test_compositions_and_copies_come_in_both_directions():
    line = np.array([[i, i % 2, i + 1] for i in range(60)])
    steps = set()
    for seed in range(40):
        new = derived_facts(line, 2, np.random.default_rng(seed))
        steps |= set((new[:, 2] - new[:, 0]).tolist())
    assert steps == {-2, -1, 1, 2}
