"""CORAL: the distance of covariances."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from relxfer_strategies.adapting.coral import CORAL, CORALOptions

from relxfer.authoring.discrepancies import coral, covariance

pytestmark = pytest.mark.processor


def test_the_distance_by_hand():
    """C_S = [[2, 0], [0, 0]], C_T = 0: 4 / (4 · 2^2)."""
    source, target = torch.tensor([[1.0, 0.0], [-1.0, 0.0]]), torch.zeros(3, 2)
    assert coral(source, target).item() == pytest.approx(0.25)


def test_the_covariance_is_numpy_s():
    rows = np.random.default_rng(0).normal(size=(6, 3))
    assert covariance(torch.from_numpy(rows)).numpy() == pytest.approx(np.cov(rows.T))


def test_the_loss_adds_the_weighted_distance_of_the_features(cell, fitted):
    fit = fitted(CORAL, CORALOptions(alignment_weight=50.0))
    source, target = fit.batches()
    apart = coral(cell.learner.features(source), cell.learner.features(target))
    assert apart.item() > 0
    assert fit.loss().item() == pytest.approx((cell.learner.loss(source) + 50 * apart).item(), rel=1e-5)
