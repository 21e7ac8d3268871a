"""Stochastic block models: links as often as the model says."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_social.data.blocks import load
from relxfer_social.options import BlocksOptions


def test_blocks_take_memory_by_links_not_by_pairs(peak_mb):
    """30,000 nodes have 450 million pairs."""
    made = []
    assert peak_mb(lambda: made.append(load(BlocksOptions(nodes=30_000), {}))) < 150
    assert made[0].inputs.edges.shape[1] / 30_000 == pytest.approx(8.0, rel=0.02)


@pytest.mark.parametrize("nodes", [20, 61, 300])
def test_blocks_link_as_often_as_their_model_says(nodes):
    """Over many seeds: the mean degree, and the share within a block; no loops, no pair twice."""
    drawn = [load(BlocksOptions(nodes=nodes, mean_degree=4.0, homophily=0.7, seed=seed), {}) for seed in range(30)]
    edges = [domain.inputs.edges for domain in drawn]
    block = np.sort(np.arange(nodes) % 3)
    within = np.mean(np.concatenate([block[one] == block[other] for one, other in edges]))
    assert np.mean([each.shape[1] for each in edges]) / nodes == pytest.approx(4.0, rel=0.06)
    assert within == pytest.approx(0.7, abs=0.03)
    for one, other in edges:
        assert (one != other).all()
        assert len(np.unique(one * nodes + other)) == len(one)


def test_every_pair_of_a_block_is_linked_as_often():
    counts = np.zeros((20, 20))
    for seed in range(400):
        one, other = load(BlocksOptions(nodes=20, blocks=2, mean_degree=4.0, seed=seed), {}).inputs.edges
        np.add.at(counts, (one, other), 1)
    same = np.sort(np.arange(20) % 2)
    inside = counts[(same[:, None] == same) & ~np.eye(20, dtype=bool)] / 400
    across = counts[same[:, None] != same] / 400
    assert np.abs(inside - 0.8 * 4 / 9).max() < 0.12, "five standard deviations"
    assert np.abs(across - 0.2 * 4 / 10).max() < 0.07
