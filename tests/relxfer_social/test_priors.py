"""Predictors of links that only count."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_social.network import Network, both_ways
from relxfer_social.priors import AdamicAdar, PreferentialAttachment, ResourceAllocation

from relxfer import Examples


@pytest.mark.parametrize(
    ("heuristic", "expected"),
    [(AdamicAdar, 1 / np.log(3) + 1 / np.log(2)), (ResourceAllocation, 1 / 3 + 1 / 2), (PreferentialAttachment, 6.0)],
)
def test_heuristics_by_hand(heuristic, expected):
    """a-b-d, a-c-d, c-e, d-f: the pair (a, d) has the neighbours b (2 links) and c (3 links)."""
    edges = np.array([[0, 1], [1, 3], [0, 2], [2, 3], [2, 4], [3, 5]]).T
    network = Network(tuple("abcdef"), both_ways(edges))
    scores = next(heuristic(None).predict(Examples(network, np.array([[0, 3], [4, 5]]))))
    assert scores[0, 1] - scores[0, 0] == pytest.approx(expected, rel=1e-6)
    if heuristic is not PreferentialAttachment:
        assert scores[1].tolist() == [0, 0]
