"""A network bound to networks: weights of edges, views, neighbourhoods."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from relxfer_social.adapter import NetworkAdapter
from relxfer_social.architectures.experts import experts
from relxfer_social.architectures.gnn import GNNOptions, gcn
from relxfer_social.data.blocks import load
from relxfer_social.domain import node_domain
from relxfer_social.features.known_labels import KnownLabels
from relxfer_social.features.node_features import known_labels, seen_as
from relxfer_social.learner import NodeLearner
from relxfer_social.network import Network
from relxfer_social.options import BlocksOptions, NetworkOptions
from relxfer_social.tensors.graph import dense

from relxfer import Examples
from relxfer.errors import Incompatible
from relxfer.judge.metrics.regression import Regression


@pytest.mark.parametrize("undirected", [False, True])
def test_weights_of_edges_hold_both_ways(undirected):
    edges = np.array([[0, 1, 2], [1, 2, 2]])
    features = load(BlocksOptions(nodes=20, mean_degree=2.0, blocks=2), {}).inputs.features[:3]
    small = Network(("a", "b", "c"), edges, features)
    domain = load(BlocksOptions(nodes=20, mean_degree=2.0, blocks=2), {})
    learner = NetworkAdapter(NetworkOptions(undirected=undirected)).attach(gcn(GNNOptions(hidden=4)), domain, ())
    learner.reweigh(small, torch.tensor([2.0, 3.0, 5.0]))
    received = learner.graph(small).neighbours().to_dense()
    assert received[1, 0] == 2
    assert received[2, 1] == 3
    assert received[2, 2] == 5
    assert received[0, 1] == (2 if undirected else 0)


def bound(**options):
    domain = load(BlocksOptions(nodes=40, mean_degree=5.0, blocks=2, test_fraction=0.0), {})
    learner = NetworkAdapter(NetworkOptions(**options)).attach(gcn(GNNOptions(hidden=4, dropout=0.0)), domain, ())
    return learner, domain


def test_drawn_neighbours_are_for_training_alone():
    learner, domain = bound(fanout=(1, 1))
    batch = learner.batch(domain.train, np.arange(10), np.random.default_rng(0))
    learner.module.eval()
    with torch.no_grad():
        whole = learner.features(batch)
        assert torch.equal(whole, learner.model.network.layers(batch.graph)[-1][batch.nodes])
        learner.module.train()
        assert not torch.equal(learner.features(batch), whole)


def test_a_fanout_of_another_length_is_refused():
    with pytest.raises(Incompatible, match="a number for each of 2 rounds of messages, got 3 numbers"):
        bound(fanout=(5, 5, 5))


def test_a_view_leaves_out_edges_and_features_and_a_corrupted_one_moves_features():
    learner, domain = bound()
    batch = learner.batch(domain.train, np.arange(10), np.random.default_rng(0))
    torch.manual_seed(0)
    thin, moved = learner.view(batch, corrupt=False).graph, learner.view(batch, corrupt=True).graph
    assert 0 < thin.edges.shape[1] < batch.graph.edges.shape[1]
    columns = (dense(thin.features) != 0).any(0)
    assert 0 < columns.sum() < len(columns)
    ours, theirs = dense(batch.graph.features), dense(moved.features)
    assert torch.equal(moved.edges, batch.graph.edges)
    assert not torch.equal(ours, theirs)
    assert sorted(map(tuple, ours.tolist())) == sorted(map(tuple, theirs.tolist()))


def test_nodes_of_one_network_are_one_piece_unless_its_edges_are_weighted():
    learner, domain = bound()
    pieces = learner.pieces(domain.train)
    assert set(pieces.numbers.tolist()) == {0}
    assert pieces.content(0) == learner.pieces(domain.train.hidden()).content(0)
    other, _ = bound(normalise=True)
    assert pieces.content(0) != other.pieces(domain.train).content(0)
    learner.reweigh(domain.inputs, torch.ones(domain.inputs.edges.shape[1]))
    assert learner.pieces(domain.train) is None


def told():
    """A learner that knows labels, all of them in training."""
    learner, domain = bound(features=("structure", "labels"))
    return learner, domain, known_labels(learner.options).parts(domain.inputs)


def test_in_training_a_batch_has_nodes_of_one_part_and_does_not_see_its_labels():
    learner, domain, parts = told()
    learner.module.train()
    batch = learner.batch(domain.train, np.arange(30), np.random.default_rng(0))
    (part,) = set(parts[batch.nodes])
    assert 0 < len(batch) < 30
    assert batch.labels.tolist() == domain.train.answers[batch.rows].tolist()
    known = known_labels(learner.options)
    without = known.without(part).features(domain.inputs)
    ((rows, graph),) = batch.others
    assert rows.tolist() == list(range(len(batch)))
    centred = dense(graph.features)[:, -2:].numpy()
    assert abs(np.corrcoef(centred[:, 0], without[:, 0])[0, 1]) == pytest.approx(1, abs=1e-5)
    assert torch.equal(learner.features(batch), learner.model.network.layers(graph)[-1][batch.nodes])


def test_a_node_never_sees_its_own_label_in_prediction_either():
    """Its features are the same whatever its label is said to be."""
    learner, domain, parts = told()
    node, learner.module.training = 5, False
    known = known_labels(learner.options)
    lied = known.labels.copy()
    at = known.nodes.index(domain.inputs.nodes[node])
    lied[at] = 1 - lied[at]
    other = KnownLabels(known.nodes, lied, known.classes)
    with torch.no_grad():
        batch = learner.batch(domain.train.hidden(), np.arange(40), np.random.default_rng(0))
        before = learner.features(batch)
        kept = seen_as(learner.options.features, learner.options, other)
        again = NodeLearner(learner.model, domain.task, None, kept, domain, ())
        after = again.features(again.batch(domain.train.hidden(), np.arange(40), np.random.default_rng(0)))
    same = torch.isclose(before, after, atol=1e-6).all(1)
    assert same[node]
    assert not same.all()
    assert len(set(parts.tolist())) == 5


def test_all_parts_are_features_of_one_piece():
    learner, domain, _ = told()
    pieces = learner.pieces(domain.train)
    assert set(pieces.numbers.tolist()) == {0}
    assert "KnownLabels" in repr(learner.options)


def test_views_and_masks_are_of_the_graph_that_is_given():
    learner, domain, _ = told()
    learner.module.eval()
    batch = learner.batch(domain.train.hidden(), np.arange(10), np.random.default_rng(0))
    assert batch.others
    assert not learner.view(batch, corrupt=True).others
    assert not learner.masked(batch, torch.ones(10, dtype=torch.bool), torch.zeros(learner.token_size)).others
    assert not learner.unlinked(batch, 0.5)[0].others


def test_masked_nodes_have_the_token_and_others_their_features():
    learner, domain = bound()
    batch = learner.batch(domain.train, np.arange(4), np.random.default_rng(0))
    hidden, token = torch.tensor([True, False, False, True]), torch.full((learner.token_size,), 7.0)
    found, before = learner.tensor(learner.masked(batch, hidden, token)), learner.tensor(batch)
    assert (found[hidden] == 7).all()
    assert torch.equal(found[~hidden], before[~hidden])


def test_a_network_of_probabilities_learns_no_numbers():
    network = Network(("a", "b"), np.array([[0, 1], [1, 0]]))
    domain = node_domain("d", network, Regression(("level",)), np.array([[1.0], [2.0]]), np.zeros(0, np.int64))
    model = experts(GNNOptions())
    with pytest.raises(Incompatible, match="a task with classes"):
        NetworkAdapter(NetworkOptions(features=("degree",))).attach(model, domain, ())


def test_a_strategys_weights_are_times_those_of_the_network():
    edges, own = np.array([[0, 1, 2], [1, 2, 2]]), np.array([2, 4, 8], np.float32)
    for undirected in (False, True):
        domain = load(BlocksOptions(nodes=20, mean_degree=2.0, blocks=2), {})
        small = Network(("a", "b", "c"), edges, domain.inputs.features[:3], weights=own)
        learner = NetworkAdapter(NetworkOptions(undirected=undirected)).attach(gcn(GNNOptions(hidden=4)), domain, ())
        everyone = Examples(small, np.arange(3))
        assert learner.graph(small).weights.tolist() == [2, 4, 8, *([2, 4] if undirected else [])]
        assert learner.pieces(everyone) is not None, "its own weights are in its sha"
        for _ in range(2):  # not times those of the last time
            learner.reweigh(small, torch.tensor([1.0, 0.5, 3.0]))
        assert learner.graph(small).weights.tolist() == [2, 2, 24, *([2, 2] if undirected else [])]
        assert learner.pieces(everyone) is None


def test_weights_go_with_the_edges_of_views_and_drawn_neighbours():
    learner, domain = bound(fanout=(1, 1))
    weights = np.arange(1, domain.inputs.edges.shape[1] + 1).astype(np.float32)
    network = replace(domain.inputs, weights=weights, _kept={})
    batch = learner.batch(Examples(network, np.arange(40)), np.arange(10), np.random.default_rng(0))
    numbers = dict(zip(map(tuple, network.edges.T.tolist()), weights, strict=True))
    thin = learner.view(batch, corrupt=False).graph
    assert [numbers[tuple(edge)] for edge in thin.edges.T.tolist()] == thin.weights.tolist()
