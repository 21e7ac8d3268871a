"""How surely relations imply one another, by brute force."""

import numpy as np
import pytest
from relxfer_kg.graph.pair_confidence import pair_confidence


def by_definition(graph, asked):
    linked = {}
    for head, tail, relation in zip(*graph.edges, strict=True):
        linked.setdefault((head, tail), set()).add(relation)
    found = np.zeros((len(asked), len(graph.relations)))
    for row, pair in enumerate(map(tuple, asked)):
        for has in linked.get(pair, ()):
            those = [relations for relations in linked.values() if has in relations]
            for other in set(range(len(graph.relations))) - {has}:
                found[row, other] = max(found[row, other], sum(other in of for of in those) / len(those))
    direct = range(len(graph.relations))
    return found, [[has in linked.get(tuple(pair), ()) for has in direct] for pair in asked]


@pytest.fixture
def dense(random_graph):
    return random_graph(entities=8, relations=4, facts=60)


def every_pair(graph):
    return np.stack(np.meshgrid(*[np.arange(graph.num_entities)] * 2), -1).reshape(-1, 2)


def test_they_are_those_of_the_definition(dense):
    known, pairs = pair_confidence(dense), every_pair(dense)
    confidence, linked = by_definition(dense, pairs)
    np.testing.assert_allclose(known.implied(pairs), confidence)
    assert known.linked(pairs).tolist() == linked
    assert len(np.unique(confidence)) > 3


def test_edges_of_weight_zero_are_as_if_they_were_not_there(dense):
    own = dense.edges_of(dense.facts[:7])
    thin, pairs = dense.without(own[: len(dense.facts)]), every_pair(dense)
    seen = pair_confidence(dense, (~own).astype(np.float32)).implied(pairs)
    assert np.array_equal(seen, pair_confidence(thin).implied(pairs))
    assert not np.array_equal(seen, pair_confidence(dense).implied(pairs))


def test_a_graph_without_facts_implies_nothing(graph_of):
    known, pairs = pair_confidence(graph_of(2, 2, np.zeros((0, 3), int))), np.array([[0, 1]])
    assert known.implied(pairs).tolist() == [[0, 0]]
    assert known.linked(pairs).tolist() == [[False, False]]


def test_it_is_computed_once_for_a_graph(dense):
    every = np.ones(2 * len(dense.facts), np.float32)
    assert pair_confidence(dense) is pair_confidence(dense, every)
