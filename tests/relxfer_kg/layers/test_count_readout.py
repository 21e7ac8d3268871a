"""What counts add to scores: nothing at first, and never by the facts that are asked for."""

import numpy as np
import pytest
import torch
from relxfer_kg.layers.count_readout import CountReadout


@pytest.fixture
def readout():
    torch.manual_seed(0)
    made = CountReadout(4).double()
    torch.nn.init.normal_(made[2].weight)
    return made


def asked(graph, seed=0):
    rng = np.random.default_rng(seed)
    queries = torch.from_numpy(rng.integers(0, [graph.num_entities, graph.num_relations], (9, 2)))
    return queries, torch.from_numpy(rng.standard_normal((9, 4)))


def test_it_adds_nothing_before_it_is_trained(random_graph):
    graph = random_graph()
    queries, vectors = asked(graph)
    readout = CountReadout(4).double()
    assert torch.equal(readout.score(graph, queries, vectors), torch.zeros(9, 20, dtype=torch.float64))
    readout.score(graph, queries, vectors).sum().backward()
    assert readout[2].bias.grad != 0


def test_its_size():
    assert sum(parameter.numel() for parameter in CountReadout(64).parameters()) == 5476


def test_candidates_are_columns_of_all(random_graph, readout):
    graph = random_graph()
    queries, vectors = asked(graph)
    candidates = torch.randint(0, 20, (9, 6))
    found = readout.score(graph, queries, vectors, candidates=candidates)
    torch.testing.assert_close(
        found, readout.score(graph, queries, vectors).gather(1, candidates), rtol=1e-12, atol=1e-12
    )
    assert found.unique().numel() > 9


def test_facts_that_a_step_asks_for_are_as_if_they_were_not_there(random_graph, readout):
    graph = random_graph()
    facts = graph.facts[:9]
    queries, vectors = torch.from_numpy(facts[:, :2].copy()), asked(graph)[1]
    own = graph.edges_of(facts)
    thin = graph.without(own[: len(graph.facts)])
    seen = readout.score(graph, queries, vectors, torch.from_numpy(~own).float())
    assert torch.equal(seen, readout.score(thin, queries, vectors))
    assert not torch.equal(seen, readout.score(graph, queries, vectors))


def test_each_count_that_it_is_told_of_matters(graph_of, readout):
    """One more fact anywhere that its equation names, and the score of the candidate is another one."""
    facts = [(0, 0, 1), (2, 0, 3), (4, 0, 5), (4, 0, 1)]
    query, vector = torch.tensor([[0, 0]]), asked(graph_of(8, 2, facts))[1][:1]

    def score(*more):
        return readout.score(graph_of(8, 2, [*facts, *more]), query, vector)[0, 3].item()

    scores = [score(), *(score(fact) for fact in [(0, 0, 6), (6, 0, 3), (3, 0, 6), (3, 1, 6), (2, 0, 6), (6, 0, 5)])]
    assert len(set(scores)) == len(scores)
    assert score((6, 1, 7)) == scores[0]


def test_gradients_reach_the_query_vectors(random_graph, readout):
    graph = random_graph()
    queries, vectors = asked(graph)
    readout.score(graph, queries, vectors.requires_grad_()).sum().backward()
    assert (vectors.grad.abs().sum(1) > 0).all()


def test_no_queries(random_graph, readout):
    graph = random_graph()
    queries, vectors = asked(graph)
    assert readout.score(graph, queries[:0], vectors[:0]).shape == (0, 20)
    assert readout.score(graph, queries[:0], vectors[:0], candidates=torch.zeros(0, 3, dtype=torch.long)).shape == (
        0,
        3,
    )
