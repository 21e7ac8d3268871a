"""What counts add to scores of relations: nothing at first, and never by the facts that are asked for."""

import numpy as np
import pytest
import torch
from relxfer_kg.layers.pair_readout import COUNTS, PairReadout, pair_counts

PAIRS = np.array([[0, 3], [5, 1], [2, 2]])


@pytest.fixture
def readout():
    torch.manual_seed(0)
    made = PairReadout(4).double()
    torch.nn.init.normal_(made[2].weight)
    return made


def states(relations):
    return torch.from_numpy(np.random.default_rng(0).standard_normal((len(PAIRS), relations, 4)))


def test_it_adds_nothing_before_it_is_trained(random_graph):
    readout = PairReadout(4).double()
    scores = readout.score(random_graph(), PAIRS, states(4))
    assert torch.equal(scores, torch.zeros(3, 4, dtype=torch.float64))
    scores.sum().backward()
    assert readout[2].bias.grad != 0


def test_facts_that_a_step_asks_for_are_as_if_they_were_not_there(random_graph, readout):
    graph = random_graph()
    pairs = graph.facts[:3, [0, 2]]
    own = graph.edges_of(graph.facts[:3])
    seen = readout.score(graph, pairs, states(4), (~own).astype(np.float32))
    assert torch.equal(seen, readout.score(graph.without(own[: len(graph.facts)]), pairs, states(4)))
    assert not torch.equal(seen, readout.score(graph, pairs, states(4)))


def test_the_counts_are_those_of_the_definition(graph_of):
    graph = graph_of(5, 2, [(0, 0, 1), (0, 0, 2), (3, 0, 1), (0, 1, 1), (4, 1, 4)])
    (told,) = pair_counts(graph, np.array([[0, 1]]))
    assert told.shape == (2, COUNTS)
    share = [np.log(3.5 / 6), np.log(2.5 / 6)]
    # 0 and 1 are linked by both relations; of 3 and 2 pairs that either links it is one
    np.testing.assert_allclose(
        told,
        [
            [1, np.log(3), 1, np.log(3), share[0], np.log2(3 / 2), np.log2(3 / 2), 1 / 2, 1, 1],
            [1, np.log(2), 1, np.log(2), share[1], 0, 0, 1 / 3, 1, 1],
        ],
        rtol=1e-6,
    )


def test_each_count_matters(readout):
    counts = torch.zeros(1, 1, 4 + COUNTS, dtype=torch.float64, requires_grad=True)
    with torch.no_grad():
        readout[0].bias.fill_(1)  # no count sits where the network is flat
    readout(counts).sum().backward()
    assert (counts.grad != 0).all()


def test_gradients_reach_the_states(random_graph, readout):
    given = states(4).requires_grad_()
    readout.score(random_graph(), PAIRS, given).sum().backward()
    assert (given.grad.abs().sum(-1) > 0).all()


def test_no_pairs(random_graph, readout):
    assert readout.score(random_graph(), PAIRS[:0], states(4)[:0]).shape == (0, 4)
