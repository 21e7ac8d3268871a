"""MCC: the confusion of classes in the target's predictions."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from relxfer_strategies.adapting.mcc import MCC, MCCOptions, confusion

pytestmark = pytest.mark.processor


def plain(scores, temperature):
    """Jin et al. (2020), eqs. 3 to 7, entry by entry."""
    p = np.exp(scores / temperature)
    p /= p.sum(1, keepdims=True)
    weights = 1 + np.exp((p * np.log(p)).sum(1))
    weights *= len(p) / weights.sum()
    matrix = np.array([[sum(weights * p[:, i] * p[:, j]) for j in range(p.shape[1])] for i in range(p.shape[1])])
    matrix /= matrix.sum(1, keepdims=True)
    return sum(matrix[i, j] for i in range(len(matrix)) for j in range(len(matrix)) if i != j) / len(matrix)


def test_the_confusion_is_that_of_the_formula():
    scores = np.random.default_rng(0).normal(size=(6, 4))
    assert confusion(torch.from_numpy(scores), 2.5).item() == pytest.approx(plain(scores, 2.5))


def test_it_is_none_of_sure_rows_and_most_of_unsure_ones():
    sure = 100 * torch.eye(4)
    assert confusion(sure, 1.0).item() == pytest.approx(0, abs=1e-6)
    assert confusion(torch.zeros(8, 4), 1.0).item() == pytest.approx(3 / 4)


def test_the_loss_adds_the_weighted_confusion_of_the_target(cell, fitted):
    fit = fitted(MCC, MCCOptions(confusion_weight=2.0, temperature=1.5))
    source, target = fit.batches()
    confused = confusion(cell.learner.scores(target), 1.5)
    assert fit.loss().item() == pytest.approx((cell.learner.loss(source) + 2 * confused).item(), rel=1e-5)
