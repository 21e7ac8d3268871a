"""The domain discriminator of adversarial strategies, and the reversed gradient by which features work against it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from relxfer.contract.strategies import Step


class _Reverse(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, features: Tensor, factor: float) -> Tensor:
        ctx.factor = factor
        return features.view_as(features)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        return -ctx.factor * gradient, None


def reverse(features: Tensor, factor: float) -> Tensor:
    """The same forward; backward the gradient times -factor (Ganin and Lempitsky 2015).

    >>> x = torch.ones(2, requires_grad=True)
    >>> reverse(x, 0.5).sum().backward()
    >>> x.grad.tolist()
    [-0.5, -0.5]
    """
    return _Reverse.apply(features, factor)


def ramp(progress: float) -> float:
    """2 / (1 + exp(-10 p)) - 1, from 0 to 1, so that the gradients of an untrained discriminator count little at first
    (Ganin et al. 2016, sec. 5.2.2).

    >>> ramp(0.0), round(ramp(0.5), 4)
    (0.0, 0.9866)
    """
    return 2 / (1 + math.exp(-10 * progress)) - 1


def new_discriminator(width: int, hidden: int) -> nn.Module:
    """[b, width] -> [b, 1]: the logit of coming from a source; two hidden layers."""
    return nn.Sequential(
        nn.Linear(width, hidden), nn.ReLU(), nn.Linear(hidden, hidden), nn.ReLU(), nn.Linear(hidden, 1)
    )


def domain_loss(
    step: Step, discriminator: nn.Module, streams: Sequence[Tensor], weights: Tensor | None = None
) -> Tensor:
    """Mean binary cross-entropy of telling the sources (1) from the target (0); logs the accuracy as `disc_acc`.

    streams  [b, width] of each domain, the target last
    weights  [rows of all streams], or None where all rows count the same
    """
    logits = discriminator(torch.cat(list(streams)))[:, 0]
    domains = torch.ones_like(logits)
    domains[-len(streams[-1]) :] = 0
    step.log(disc_acc=float(((logits > 0) == domains.bool()).float().mean()))
    return F.binary_cross_entropy_with_logits(logits, domains, weight=weights)


def certainty(streams: Sequence[Tensor]) -> Tensor:
    """1 + exp(-entropy) of every row of probabilities; with mean 1 over the sources, and over the target.

    >>> certainty([torch.tensor([[1.0, 0.0]]), torch.tensor([[0.5, 0.5], [0.5, 0.5]])]).tolist()
    [1.0, 1.0, 1.0]
    """
    weights = [1 + torch.exp(torch.special.entr(each).sum(1).neg()) for each in streams]
    return torch.cat([side / side.mean() for side in (torch.cat(weights[:-1]), weights[-1])])


class Multilinear(nn.Module):
    """Features f and probabilities g as f x g (outer product), [b, width * C]; where that is wider than `most`,
    randomised: (R_f f) * (R_g g) / sqrt(most), [b, most], with fixed normal matrices (Long et al. 2018, eqs. 5, 6).
    """

    def __init__(self, width: int, classes: int, most: int):
        super().__init__()
        self.randomised = width * classes > most
        self.width = most if self.randomised else width * classes
        if self.randomised:
            self.register_buffer("of_features", torch.randn(width, most))
            self.register_buffer("of_classes", torch.randn(classes, most))

    def forward(self, features: Tensor, probabilities: Tensor) -> Tensor:
        if self.randomised:
            return (features @ self.of_features) * (probabilities @ self.of_classes) / math.sqrt(self.width)  # type: ignore[operator]
        return (probabilities[:, :, None] * features[:, None, :]).flatten(1)
