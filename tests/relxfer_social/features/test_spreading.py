"""Spreading labels by hand, and against the equation."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_social.features.positions import scaled
from relxfer_social.features.spreading import ALPHA, spread, weights
from relxfer_social.network import Network


def network(*edges: tuple[int, int], nodes: int = 4) -> Network:
    return Network(tuple("abcdefghij"[:nodes]), np.array(edges, np.int64).reshape(-1, 2).T)


def test_two_linked_nodes_by_hand():
    """F1 = .9 F2 + .1 and F2 = .9 F1, so that F1 = .1 / .19 and F2 = .09 / .19."""
    found = spread(network((0, 1), nodes=2), np.array([0]), np.array([1]), 2)
    assert found == pytest.approx(np.array([[0, 0.1 / 0.19], [0, 0.09 / 0.19]]), abs=1e-7)


def test_it_solves_the_equation_of_the_paper():
    """(I - alpha S) F = (1 - alpha) Y, on a random network with several components."""
    rng = np.random.default_rng(0)
    some = network(*rng.integers(0, 10, (9, 2)).tolist(), nodes=10)
    nodes, labels = np.array([0, 3, 7]), np.array([0, 2, 1])
    wanted = np.zeros((10, 3))
    wanted[nodes, labels] = 1 - ALPHA
    exact = np.linalg.solve(np.eye(10) - ALPHA * scaled(weights(some)).toarray(), wanted)
    assert spread(some, nodes, labels, 3) == pytest.approx(exact, abs=1e-7)
