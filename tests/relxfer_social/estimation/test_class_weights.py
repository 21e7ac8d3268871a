"""Weights of classes and of linked classes, through the mistakes of a model."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_social.data.blocks import load
from relxfer_social.estimation.class_weights import class_weights, conditioned, pair_weights
from relxfer_social.options import BlocksOptions
from relxfer_social.strategies.linked_classes import LinkedClasses


def network(homophily: float, seed: int = 0):
    """A network and the true classes of its nodes, as probabilities."""
    domain = load(BlocksOptions(nodes=300, homophily=homophily, seed=seed, test_fraction=0.0), {})
    return domain.inputs, np.eye(3)[domain.train.answers]


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
