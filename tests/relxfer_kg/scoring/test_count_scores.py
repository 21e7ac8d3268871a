"""What counts add, by classes and groups of queries, is what they add to each score."""

import numpy as np
import pytest
import torch
from relxfer_kg.graph.adjacency import adjacency_of
from relxfer_kg.graph.quotient import quotient
from relxfer_kg.layers.count_readout import CountReadout

CountScores = pytest.importorskip("relxfer_kg.scoring.count_scores", reason="needs numba").CountScores


@pytest.mark.parametrize("weighted", [False, True])
def test_what_is_added_is_what_the_readout_says(random_graph, every_query, weighted):
    graph, rng = random_graph(entities=30, facts=60), np.random.default_rng(0)
    weight = rng.choice([0, 1, 2.5], 120).astype(np.float32) if weighted else None
    torch.manual_seed(0)
    readout = CountReadout(4)
    torch.nn.init.normal_(readout[2].weight)
    queries = rng.permutation(every_query(graph))
    vectors = rng.standard_normal((graph.num_relations, 4)).astype(np.float32)[queries[:, 1]]
    classes = quotient(adjacency_of(graph), weight)
    made, found = CountScores(readout, graph, weight, classes), np.full((len(queries), 30), np.nan, np.float32)
    groups = list(made.each(queries[:, 1], made.own(queries), vectors))
    for rows, added in groups:
        found[rows] = added[classes.of]
    assert sorted(np.concatenate([rows for rows, _ in groups])) == list(range(len(queries)))
    assert len(groups) < len(queries) / 4
    with torch.no_grad():
        given = None if weight is None else torch.from_numpy(weight)
        expected = readout.score(graph, torch.from_numpy(queries), torch.from_numpy(vectors), given)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-5)


def test_later_training_is_not_followed(random_graph):
    graph, readout = random_graph(), CountReadout(4)
    made = CountScores(readout, graph, None, quotient(adjacency_of(graph)))
    torch.nn.init.ones_(readout[2].bias)
    ((_, added),) = made.each(np.array([0]), np.array([0]), np.ones((1, 4), np.float32))
    assert not added.any()
