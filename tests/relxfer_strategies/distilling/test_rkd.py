"""Relational distillation: distances, angles, and the Huber loss between them."""

from __future__ import annotations

import pytest
import torch
from relxfer_strategies.distilling.rkd import RKD, RKDOptions, angles, distances

pytestmark = pytest.mark.processor


def test_distances_are_over_their_mean():
    """Of points at 0, 1 and 3 on a line: 1, 3 and 2, whose mean is 2."""
    found = distances(torch.tensor([[0.0], [1.0], [3.0]]))
    assert torch.allclose(found, torch.tensor([[0.0, 0.5, 1.5], [0.5, 0.0, 1.0], [1.5, 1.0, 0.0]]))


def test_angles_are_cosines_at_each_example():
    """A right angle at the first of three points, and half of one at the two others."""
    found = angles(torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
    assert found[0, 1, 2].item() == pytest.approx(0.0, abs=1e-6)
    assert found[1, 0, 2].item() == pytest.approx(0.5**0.5)
    assert found[2, 0, 1].item() == pytest.approx(0.5**0.5)


def test_relations_do_not_depend_on_scale_place_and_turn():
    torch.manual_seed(0)
    features, turn = torch.randn(6, 4), torch.linalg.qr(torch.randn(4, 4))[0]
    other = 3 * features @ turn + 1
    assert torch.allclose(distances(features), distances(other), atol=1e-4)
    assert torch.allclose(angles(features), angles(other), atol=1e-4)


def test_relations_of_equal_examples_have_a_finite_gradient():
    features = torch.ones(4, 3, requires_grad=True)
    (distances(features).sum() + angles(features).sum()).backward()
    assert features.grad.isfinite().all()


def test_the_loss_is_the_weighted_sum_of_both():
    """Differences below 1 count by half their square."""
    student = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    teacher = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 3.0]])
    far = ((distances(student) - distances(teacher)).square() / 2).mean()
    options = RKDOptions(distance_weight=3.0, angle_weight=0.0)
    assert RKD(options).relation(student, teacher).item() == pytest.approx(3 * far.item())
    turned = angles(student) - angles(teacher)
    huber = torch.where(turned.abs() < 1, turned.square() / 2, turned.abs() - 0.5).mean()
    options = RKDOptions(distance_weight=0.0, angle_weight=5.0)
    assert huber.item() > 0
    assert RKD(options).relation(student, teacher).item() == pytest.approx(5 * huber.item())
