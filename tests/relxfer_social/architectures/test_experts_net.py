"""Two experts: whose probability counts how much."""

from __future__ import annotations

import torch
from relxfer_social.architectures.experts_net import FusionHead, fused


def test_an_expert_that_knows_nothing_is_not_listened_to():
    sure, none = torch.tensor([[6.0, 0.0, 0.0]]), torch.zeros(1, 3)
    assert torch.allclose(fused([sure, none]), sure.softmax(1))
    assert torch.allclose(fused([none, sure]), sure.softmax(1))


def test_where_none_knows_anything_all_is_equally_likely():
    assert torch.allclose(fused([torch.zeros(2, 4), torch.zeros(2, 4)]), torch.full((2, 4), 0.25))


def test_probabilities_sum_to_1_and_have_finite_gradients():
    torch.manual_seed(0)
    head = FusionHead(4, 3)
    features = (1e4 * torch.randn(6, 8)).requires_grad_()
    scores = head(features)
    assert torch.allclose(scores.exp().sum(1), torch.ones(6), atol=1e-5)
    scores.sum().backward()
    assert features.grad.isfinite().all()
