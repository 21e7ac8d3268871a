"""Similarity-preserving distillation: rows of similarities, and their squared difference."""

from __future__ import annotations

import pytest
import torch
from relxfer_strategies.distilling.sp import SP, SPOptions, similarities

pytestmark = pytest.mark.processor


def test_similarities_are_rows_of_length_one():
    """F F^T = [[25, 3], [3, 1]], each row over its length."""
    found = similarities(torch.tensor([[3.0, 4.0], [1.0, 0.0]]))
    assert torch.allclose(found, torch.tensor([[25.0, 3.0], [3.0, 1.0]]) / torch.tensor([[634.0], [10.0]]).sqrt())


def test_similarities_do_not_depend_on_scale_and_turn():
    torch.manual_seed(0)
    features, turn = torch.randn(6, 4), torch.linalg.qr(torch.randn(4, 4))[0]
    assert torch.allclose(similarities(features), similarities(3 * features @ turn), atol=1e-5)


def test_similarities_of_equal_examples_have_a_finite_gradient():
    features = torch.ones(4, 3, requires_grad=True)
    similarities(features).sum().backward()
    assert features.grad.isfinite().all()


def test_the_loss_is_the_weighted_mean_square():
    """Orthogonal rows against equal ones: every row is (1, 0) or (1, 1) / sqrt 2."""
    apart, equal = torch.eye(2), torch.ones(2, 1)
    own, other = (1 - 0.5**0.5) ** 2, 0.5
    assert SP(SPOptions(similarity_weight=10.0)).relation(apart, equal).item() == pytest.approx(10 * (own + other) / 2)
