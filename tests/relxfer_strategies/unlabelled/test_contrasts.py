"""Contrastive losses against their formulas."""

from __future__ import annotations

import pytest
import torch
from relxfer_strategies.unlabelled.contrasts import Infomax, TwoViews, contrast

pytestmark = pytest.mark.processor


@pytest.fixture
def batch(cell):
    return next(cell.trainer.batches(cell.learner, cell.target.unlabelled))


def plain_contrast(u, v, temperature):
    """Zhu et al. (2020), eq. 1, row by row."""
    u, v = u / u.norm(dim=1, keepdim=True), v / v.norm(dim=1, keepdim=True)
    similar = lambda a, b: torch.exp(a @ b / temperature)  # noqa: E731
    losses = []
    for i in range(len(u)):
        all_pairs = sum(similar(u[i], v[k]) for k in range(len(v)))
        all_pairs = all_pairs + sum(similar(u[i], u[k]) for k in range(len(u)) if k != i)
        losses.append(-torch.log(similar(u[i], v[i]) / all_pairs))
    return sum(losses) / len(losses)


def test_the_contrast_is_that_of_the_formula():
    torch.manual_seed(0)
    u, v = torch.randn(5, 3), torch.randn(5, 3)
    assert contrast(u, v, 0.5).item() == pytest.approx(plain_contrast(u, v, 0.5).item(), rel=1e-5)


def test_two_views_are_contrasted_in_both_directions(cell, batch):
    objective, learner = TwoViews(cell.learner.width, 4, 0.5), cell.learner
    torch.manual_seed(1)
    found = objective(learner, batch)
    torch.manual_seed(1)
    u, v = (objective.projection(learner.features(learner.view(batch, corrupt=False))) for _ in range(2))
    expected = (plain_contrast(u, v, 0.5) + plain_contrast(v, u, 0.5)) / 2
    assert found.item() == pytest.approx(expected.item(), rel=1e-5)


def test_infomax_tells_true_inputs_from_corrupted_ones(cell, batch):
    """-mean log D(h, s) - mean log(1 - D(h', s)), s the sigmoid of the mean of h."""
    objective, learner = Infomax(cell.learner.width), cell.learner
    torch.manual_seed(1)
    found = objective(learner, batch)
    torch.manual_seed(1)
    real, false = learner.features(batch), learner.features(learner.view(batch, corrupt=True))
    summary, weight = real.mean(0).sigmoid(), objective.bilinear.weight
    score = lambda h: (h @ weight @ summary).sigmoid()  # noqa: E731
    expected = -score(real).log().mean() - (1 - score(false)).log().mean()
    assert found.item() == pytest.approx(expected.item(), rel=1e-5)


def test_corrupted_inputs_leave_no_trace_in_the_running_statistics(cell, batch):
    cell.learner.module.train()
    Infomax(cell.learner.width)(cell.learner, batch)
    mean = cell.learner.module["stem"][0](batch.points).mean(0)
    assert torch.allclose(cell.learner.module["stem"][1].running_mean, 0.1 * mean, atol=1e-6)
