"""Structure reweighting: edges count as the target links classes."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from relxfer_social.adapter import NetworkAdapter
from relxfer_social.architectures.gnn import GNNOptions, gcn
from relxfer_social.data.blocks import load
from relxfer_social.estimation.class_weights import class_weights, conditioned, pair_weights
from relxfer_social.network import Network
from relxfer_social.options import BlocksOptions, NetworkOptions
from relxfer_social.strategies.linked_classes import MOST, LinkedClasses
from relxfer_social.strategies.reweighting import PairAlign, PairAlignOptions


def network(homophily: float, seed: int = 0):
    """A network and the true classes of its nodes, as probabilities."""
    domain = load(BlocksOptions(nodes=300, homophily=homophily, seed=seed, test_fraction=0.0), {})
    return domain.inputs, np.eye(3)[domain.train.answers]


def within(found: Network, classes: np.ndarray) -> np.ndarray:
    labels = classes.argmax(1)
    return labels[found.edges[0]] == labels[found.edges[1]]


def test_edges_that_the_target_has_more_of_count_more():
    (source, ours), (target, theirs) = network(0.8), network(0.4, seed=1)
    ratio = LinkedClasses(target, theirs).shares() / LinkedClasses(source, ours).shares()
    weights = LinkedClasses(source, ours).weights(ratio)
    same = within(source, ours)
    assert weights[same].mean() < 0.7 < 1.5 < weights[~same].mean()
    assert weights.mean() == pytest.approx(1, abs=0.05)
    assert weights.min() >= 1 / MOST
    assert weights.max() <= MOST


def test_with_true_predictions_pairs_are_weighted_by_their_frequencies():
    (source, ours), (target, theirs) = network(0.8), network(0.4, seed=1)
    found = pair_weights(source, ours, ours, target, theirs)
    counts = [LinkedClasses(*each).counts() for each in ((target, theirs), (source, ours))]
    expected = (counts[0] / counts[0].sum()) / (counts[1] / counts[1].sum())
    assert np.corrcoef(found.ravel(), expected.ravel())[0, 1] > 0.95
    assert (np.diag(found) < 1).all()


def test_conditioned_weights_leave_as_many_edges_into_each_class():
    (source, ours), (target, theirs) = network(0.8), network(0.4, seed=1)
    counts = LinkedClasses(source, ours).counts() * np.array([1.0, 4.0, 0.5])
    pairs = pair_weights(source, ours, ours, target, theirs)
    found = conditioned(pairs, counts)
    assert (found * counts).sum(0) == pytest.approx(counts.sum(0))
    assert found[0, 1] / found[2, 1] == pytest.approx(pairs[0, 1] / pairs[2, 1])


def test_classes_are_weighted_through_the_mistakes_of_the_model():
    """One in four of class 0 is taken for class 1: among 8 guesses of each there are more of class 0 than guessed."""
    true = np.eye(2)[np.repeat([0, 1], 40)]
    guess = np.eye(2)[np.r_[np.repeat([0, 1], [30, 10]), np.ones(40, int)]]
    target = np.eye(2)[np.repeat([0, 1], [30, 50])]  # as on the source
    assert class_weights(true, guess, target) == pytest.approx([1, 1], abs=1e-6)
    more = class_weights(true, guess, np.eye(2)[np.repeat([0, 1], [50, 30])])
    assert more[0] > 1 > more[1]


@pytest.mark.parametrize("undirected", [False, True])
def test_weights_of_edges_hold_both_ways(undirected):
    edges = np.array([[0, 1, 2], [1, 2, 2]])
    features = load(BlocksOptions(nodes=20, degree=2.0, classes=2), {}).inputs.features[:3]
    small = Network(("a", "b", "c"), edges, features)
    domain = load(BlocksOptions(nodes=20, degree=2.0, classes=2), {})
    learner = NetworkAdapter(NetworkOptions(undirected=undirected)).attach(gcn(GNNOptions(hidden=4)), domain, ())
    learner.reweigh(small, torch.tensor([2.0, 3.0, 5.0]))
    received = learner.graph(small).neighbours().to_dense()
    assert received[1, 0] == 2
    assert received[2, 1] == 3
    assert received[2, 2] == 5
    assert received[0, 1] == (2 if undirected else 0)


def test_a_network_without_edges_has_no_weights():
    assert (
        LinkedClasses(Network(("a",), np.zeros((2, 0), np.int64)), np.ones((1, 2))).weights(np.ones((2, 2))).size == 0
    )


@pytest.mark.parametrize("align", ["both", "structure", "labels"])
def test_what_is_aligned_is_weighted_and_nothing_else(align):
    """A target with other homophily and other sizes of classes, and a model that is never wrong."""
    source = load(BlocksOptions(nodes=120, homophily=0.8, test_fraction=0.0), {})
    target = load(BlocksOptions(nodes=120, homophily=0.3, test_fraction=0.0, seed=1), {})
    known = {id(d.inputs): np.eye(3)[d.train.answers] * 50 for d in (source, target)}
    known[id(target.inputs)][:30] = [50, 0, 0]
    cell = SimpleNamespace(
        learner=SimpleNamespace(predict=lambda nodes: [known[id(nodes.inputs)]]), sources=[source], target=target
    )
    found = PairAlign(PairAlignOptions(align=align)).estimate(cell)
    assert (np.ptp(found["edges"]) > 0.5) == (align != "labels")
    assert found["classes"].size == (0 if align == "structure" else 3)
    if align != "structure":
        assert found["classes"].argmax() == 0
