"""How often nodes of two classes are linked."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_social.data.blocks import load
from relxfer_social.network import Network
from relxfer_social.options import BlocksOptions
from relxfer_social.strategies.linked_classes import MOST, LinkedClasses


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


def test_a_network_without_edges_has_no_weights():
    assert (
        LinkedClasses(Network(("a",), np.zeros((2, 0), np.int64)), np.ones((1, 2))).weights(np.ones((2, 2))).size == 0
    )
