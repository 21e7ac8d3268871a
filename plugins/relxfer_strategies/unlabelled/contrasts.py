"""Losses of unlabelled batches by their views: each a module of (learner, batch), with what it learns besides."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from relxfer.authoring.batch_norm import running_statistics_kept


class Infomax(nn.Module):
    """-mean log D(h_i, s) - mean log(1 - D(h'_i, s)), s = sigmoid(mean h) (Velickovic et al. 2019, DGI).

    h features [b, width] of the batch, h' of its corrupted view; D(h, s) = sigmoid(h^T W s).
    """

    def __init__(self, width: int):
        super().__init__()
        self.bilinear = nn.Linear(width, width, bias=False)

    def forward(self, learner: Any, batch: Any) -> Tensor:
        real = learner.features(batch)
        with running_statistics_kept(learner.module):  # prediction never sees corrupted inputs
            false = learner.features(learner.view(batch, corrupt=True))
        against = self.bilinear(real.mean(0).sigmoid())
        return -(F.logsigmoid(real @ against).mean() + F.logsigmoid(-false @ against).mean())


class TwoViews(nn.Module):
    """mean of `contrast` in both directions between projections of two views (Zhu et al. 2020, GRACE)."""

    def __init__(self, width: int, hidden: int, temperature: float):
        super().__init__()
        self.projection = nn.Sequential(nn.Linear(width, hidden), nn.ELU(), nn.Linear(hidden, hidden))
        self.temperature = temperature

    def forward(self, learner: Any, batch: Any) -> Tensor:
        first, second = (self.projection(learner.features(learner.view(batch, corrupt=False))) for _ in range(2))
        return (contrast(first, second, self.temperature) + contrast(second, first, self.temperature)) / 2


def contrast(first: Tensor, second: Tensor, temperature: float) -> Tensor:
    """mean_i of -log e(u_i, v_i) / (sum_k e(u_i, v_k) + sum_(k != i) e(u_i, u_k)), e = exp(cosine / temperature).

    first, second  u and v [b, d], row by row of the same inputs; memory [b, 2 b]

    >>> views = torch.eye(2)
    >>> round(float(contrast(views, views, 1.0)), 4)  # log(e + 1 + 1) - 1
    0.5514
    """
    u, v = F.normalize(first, dim=1), F.normalize(second, dim=1)
    itself = torch.eye(len(u), dtype=torch.bool, device=u.device)
    within = (u @ u.T / temperature).masked_fill(itself, -torch.inf)
    return F.cross_entropy(torch.cat([u @ v.T / temperature, within], 1), torch.arange(len(u), device=u.device))
