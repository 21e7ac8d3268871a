"""Relation states by exact locality are those of the plain network."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.scoring.team import Team
from relxfer_kg.ultra.network import Ultra
from relxfer_kg.ultra.relation_states import RelationStates

pytestmark = pytest.mark.processor


def states(module: Ultra, graph: KnowledgeGraph, relations: np.ndarray, threads: int = 1) -> torch.Tensor:
    with Team(threads) as team, torch.no_grad():
        return RelationStates(module, graph).of(relations, team)


@settings(max_examples=60)
@given(
    entities=st.integers(1, 30),
    relations=st.integers(1, 25),
    facts=st.integers(2, 60),
    dim=st.sampled_from([3, 16, 40]),
    layers=st.integers(1, 4),
    support=st.sampled_from([0.0, 0.5]),
    shares=st.booleans(),
    seed=st.integers(0, 99),
)
def test_states_are_those_of_the_network(random_graph, entities, relations, facts, dim, layers, support, shares, seed):
    """Relations without facts, one relation, twins, relations far apart; widths that fill no vector."""
    torch.manual_seed(seed)
    graph = random_graph(entities, relations, facts, seed)
    module = Ultra(dim, layers, entity_layers=1, support=support, shares=shares)
    asked = np.random.default_rng(seed).permutation(len(graph.relations))
    found = states(module, graph, asked)
    with torch.no_grad():
        rounded = module.relation_states(graph, torch.from_numpy(asked))
        expected = module.double().relation_states(graph, torch.from_numpy(asked))
    # A normalisation of few values can blow up rounding: the plain path's own error is the yardstick there.
    allowed = 1e-5 * max(1, float(expected.abs().max())) + 10 * float((rounded - expected).abs().max())
    assert float((found - expected).abs().max()) <= allowed


def test_neither_threads_nor_what_else_is_asked_matters(random_graph):
    graph, module = random_graph(200, 40, 300), Ultra(dim=16, relation_layers=3, entity_layers=1)
    everything = states(module, graph, np.arange(40))
    torch.testing.assert_close(states(module, graph, np.arange(40), threads=3), everything)
    for relation in (0, 17, 39):
        torch.testing.assert_close(states(module, graph, np.array([relation]))[0], everything[relation])


@pytest.mark.parametrize("name", ["fb237_v1_ind", "WN18RR_v1_ind"])
def test_published_weights_on_a_standard_graph(golden, published, name):
    graph = golden(name).graph
    asked = np.arange(min(20, len(graph.relations)))
    with torch.no_grad():
        expected = published.relation_states(graph, torch.from_numpy(asked))
    error = (states(published, graph, asked) - expected).abs().max()
    assert float(error) < 1e-5 * float(expected.abs().max())
