"""Discrepancies of two samples: maximum mean discrepancy (Gretton et al. 2012), distance of covariances (Sun and Saenko
2016).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

#: Bandwidths of the kernels, as factors on the median squared distance.
SCALES = (0.25, 0.5, 1.0, 2.0, 4.0)
#: Rows of the kernel matrix at a time, and rows of either side whose median distance sets the bandwidths.
_ROWS, _SAMPLE = 256, 256


def coral(source: Tensor, target: Tensor) -> Tensor:
    """|C_S - C_T|_F^2 / (4 d^2) of [n, d] and [m, d], C the covariances (Sun and Saenko 2016, eq. 1).

    >>> float(coral(torch.tensor([[1.0, 0.0], [-1.0, 0.0]]), torch.zeros(3, 2)))
    0.25
    """
    return (covariance(source) - covariance(target)).square().sum() / (4 * source.shape[1] ** 2)


def covariance(features: Tensor) -> Tensor:
    """[d, d], with n - 1 in the denominator."""
    centred = features - features.mean(0)
    return centred.T @ centred / max(1, len(features) - 1)


def squared_distances(x: Tensor, y: Tensor) -> Tensor:
    """[n, m] of [n, d] and [m, d], by |x|^2 + |y|^2 - 2 x y: the differences [n, m, d] are never in memory."""
    return (x.square().sum(1)[:, None] + y.square().sum(1) - 2 * (x @ y.T)).clamp(min=0)


def kernel(distances: Tensor, scales: Sequence[float] = SCALES) -> Tensor:
    """mean over u of exp(-d^2 / (u * median)), the median of the positive distances (without gradient).

    >>> [round(float(value), 4) for value in kernel(torch.tensor([0.0, 1.0, 2.0]), scales=(1.0,))]
    [1.0, 0.3679, 0.1353]
    """
    middle = median(distances)
    return torch.stack([torch.exp(-distances / (scale * middle)) for scale in scales]).mean(0)


def median(distances: Tensor) -> Tensor:
    """Of the positive ones, without gradient; 1 where there are none."""
    known = distances.detach()
    between = known[known > 0]
    return between.median() if len(between) else known.new_ones(())


def mmd(layers: Sequence[tuple[Tensor, Tensor]], linear: bool = False) -> Tensor:
    """MMD^2 of the joint distribution over layers, each (source [n, d], target [m, d]); their kernels are multiplied.

    The unbiased U-statistic over all pairs (Gretton et al. 2012, eq. 3), or the linear-time one over neighbouring
    rows (lemma 14). Memory [n + m, n + m] for several layers; for one, and in linear time, [n + m, d].

    >>> x = torch.tensor([[0.0], [1.0], [2.0]])
    >>> float(mmd([(x, x + 9)])) > float(mmd([(x, x)]))
    True
    """
    if linear:
        return _linear(layers)
    return _unbiased(layers) if len(layers) > 1 else chunked(*layers[0])


def chunked(source: Tensor, target: Tensor) -> Tensor:
    """The unbiased MMD^2 of [n, d] and [m, d] with kernels that are summed, and differentiated, some rows at a time.

    The median is that of the first 256 rows of both sides.
    """
    n, m = len(source), len(target)
    sample = torch.cat([source[:_SAMPLE], target[:_SAMPLE]])
    width = median(squared_distances(sample, sample))
    # a row with itself does not count
    within = [(_KernelSum.apply(x, x, width) - len(x)) / max(1, len(x) * (len(x) - 1)) for x in (source, target)]
    return within[0] + within[1] - 2 * _KernelSum.apply(source, target, width) / (n * m)


class _KernelSum(torch.autograd.Function):
    """sum over i, j of k(x_i, y_j), with its gradients found in the same pass: a block of the kernel matrix lives once.

    Neighbouring scales differ by 2, so that each kernel is the square of the one before: one exponential instead of
    five. With G = sum over u of e_u / (5 u median), the gradient by x_i is -2 sum over j of G_ij (x_i - y_j).
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, y: Tensor, width: Tensor) -> Tensor:
        total, by_y = x.new_zeros(()), torch.zeros_like(y)
        by_x = torch.empty_like(x)
        for start in range(0, len(x), _ROWS):
            rows = x[start : start + _ROWS]
            values, slopes = _summed(squared_distances(rows, y), width)
            total = total + values
            by_x[start : start + _ROWS] = -2 * (slopes.sum(1, keepdim=True) * rows - slopes @ y)
            by_y -= 2 * (slopes.sum(0)[:, None] * y - slopes.T @ rows)
        ctx.save_for_backward(by_x, by_y)
        return total

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor, None]:
        by_x, by_y = ctx.saved_tensors
        return gradient * by_x, gradient * by_y, None


def _summed(distances: Tensor, width: Tensor) -> tuple[Tensor, Tensor]:
    """The sum of the kernels, and -dk/d(distance) [n, m]; `distances` is used up."""
    power = distances.div_(-SCALES[-1] * width).exp_()
    total, slopes = power.sum(), power / SCALES[-1]
    for scale in reversed(SCALES[:-1]):
        power.square_()
        total = total + power.sum()
        slopes.add_(power, alpha=1 / scale)
    return total / len(SCALES), slopes.div_(len(SCALES) * width)


def _unbiased(layers: Sequence[tuple[Tensor, Tensor]]) -> Tensor:
    joined = [torch.cat(layer) for layer in layers]
    values = torch.stack([kernel(squared_distances(each, each)) for each in joined]).prod(0)
    n, m = (len(sample) for sample in layers[0])
    values = values - torch.diag_embed(values.diagonal())  # a row with itself does not count
    within = values[:n, :n].sum() / max(1, n * (n - 1)) + values[n:, n:].sum() / max(1, m * (m - 1))
    return within - 2 * values[:n, n:].mean()


def _linear(layers: Sequence[tuple[Tensor, Tensor]]) -> Tensor:
    """mean of k(x, x') + k(y, y') - k(x, y') - k(x', y) over pairs of neighbours."""
    half = max(1, min(len(sample) for sample in layers[0]) // 2)
    values = torch.stack([kernel(_neighbours(*layer, half)) for layer in layers]).prod(0)
    return (values[0] + values[1] - values[2] - values[3]).mean()


def _neighbours(x: Tensor, y: Tensor, half: int) -> Tensor:
    """[4, half] squared distances: x to x', y to y', x to y', x' to y."""
    x, x_, y, y_ = x[0 : 2 * half : 2], x[1 : 2 * half : 2], y[0 : 2 * half : 2], y[1 : 2 * half : 2]
    return torch.stack([(a - b).square().sum(1) for a, b in ((x, x_), (y, y_), (x, y_), (x_, y))])
