"""Numbers that a network reads of counts."""

import math

import numpy as np
from relxfer_kg.graph.link_counts import link_counts
from relxfer_kg.graph.link_features import OF_ENTITY, OF_QUERY, bucket, kinds_of, of_queries


def test_a_bucket_is_the_binary_logarithm_rounded_up_and_one():
    counts = np.array([*range(2000), 2**20, 2**20 + 1, 2**40])
    expected = [0, *(math.ceil(math.log2(count)) + 1 for count in counts[1:].tolist())]
    assert bucket(counts).tolist() == expected
    assert bucket(counts.reshape(-1, 1)).shape == (len(counts), 1)


def test_entities_of_a_kind_have_the_numbers_of_that_kind(random_graph):
    graph = random_graph(entities=12, relations=3, facts=40)
    counts, relations, entities = link_counts(graph), np.array([[0], [5]]), np.arange(12)[None]
    kinds = kinds_of(counts, entities, relations)
    assert kinds.of.shape == (2, 12)
    assert kinds.features.shape == (kinds.of.max() + 1, OF_ENTITY)
    assert len(np.unique(kinds.features, axis=0)) == len(kinds.features)
    for row, relation in enumerate([0, 5]):
        for entity in range(12):
            answers, asks = (int(counts.of(np.array(entity), np.array(r))) for r in ((relation + 3) % 6, relation))
            expected = [answers > 0, bucket(np.array(answers)), asks > 0, bucket(np.array(asks))]
            assert kinds.features[kinds.of[row, entity]].tolist() == [*expected, bucket(counts.degrees[entity])]


def test_of_a_query_its_own_count_and_how_functional_its_relation_is(graph_of):
    graph = graph_of(6, 1, [(0, 0, 1), (0, 0, 2), (0, 0, 3), (0, 0, 4), (5, 0, 1), (5, 0, 2), (5, 0, 3), (5, 0, 4)])
    told = of_queries(link_counts(graph), np.array([0, 1]), np.array([3, 0]))
    assert told.shape == (2, OF_QUERY)
    assert told.tolist() == [[1, 3, 2, 1], [0, 0, 1, 2]]
