"""The background that ULTRA gives a scorer, query relation by query relation."""

import numpy as np
import pytest
import torch
from relxfer_kg.graph.quotient import quotient_of

pytest.importorskip("numba")
from relxfer_kg.scoring.background import Workspace
from relxfer_kg.scoring.team import Team
from relxfer_kg.ultra.locality import ConditionedUltra, scorer_of

pytestmark = pytest.mark.processor


@pytest.mark.parametrize("dim", [5, 16])
def test_edge_and_query_vectors_are_those_of_the_network(random_graph, small_ultra, dim):
    graph, module = random_graph(relations=4), small_ultra(dim=dim, layers=2)
    relations = np.array([3, 1])
    with Team(1) as team:
        made = ConditionedUltra(module, graph).background(relations, quotient_of(graph), Workspace(), team)
    width = made.query_vectors.size // 4
    with torch.no_grad():
        states = module.relation_states(graph, torch.from_numpy(relations))
        vectors = states[[[0, 0], [1, 1]], [[3, 7], [1, 5]]]
        projected = torch.stack([layer.relation_projection(states) for layer in module.entity_model.layers], 1)
    np.testing.assert_allclose(made.query_vectors.reshape(2, 2, width)[..., :dim], vectors, rtol=1e-4, atol=1e-4)
    edges = made.edge_vectors.reshape(2, 2, 8, width)[..., :dim]
    np.testing.assert_allclose(edges, projected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("half_links", [False, True])
def test_a_background_is_what_the_network_gives_where_the_source_is_out_of_reach(
    graph_of, small_ultra, plain_scores, half_links
):
    """A query from an isolated entity reaches nobody."""
    graph = graph_of(9, 2, [(0, 0, 1), (1, 1, 2), (2, 0, 3), (3, 1, 4), (4, 1, 0), (5, 0, 6)])
    module = small_ultra(half_links=half_links)
    scorer = scorer_of(module, graph)
    for relation in range(4):
        expected = plain_scores(module, graph, np.array([[8, relation]]))[0]
        np.testing.assert_allclose(scorer.background(relation)[:8], expected[:8], rtol=1e-4, atol=1e-5)


def test_weights_are_those_of_the_moment_and_bounds_are_passed_on(random_graph, small_ultra, every_query):
    graph, module = random_graph(), small_ultra(half_links=True)
    scorer = scorer_of(module, graph, subgraph=7)
    assert scorer.subgraph == 7
    queries = every_query(graph)[:20]
    before = scorer.scores(queries)
    with torch.no_grad():
        module.head[2].bias += 1
        module.half_links[2].bias += 1
    np.testing.assert_array_equal(scorer.scores(queries), before)
    assert np.abs(scorer_of(module, graph, subgraph=7).scores(queries) - before).min() > 1.5
