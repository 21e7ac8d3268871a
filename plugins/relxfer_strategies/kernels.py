"""Kernels between two samples, and the maximum mean discrepancy (Gretton et al. 2012) by them."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

#: Bandwidths of the kernels, as factors on the median squared distance.
SCALES = (0.25, 0.5, 1.0, 2.0, 4.0)


def squared_distances(x: Tensor, y: Tensor) -> Tensor:
    """[n, m] of [n, d] and [m, d], by |x|^2 + |y|^2 - 2 x y: the differences [n, m, d] are never in memory."""
    return (x.square().sum(1)[:, None] + y.square().sum(1) - 2 * (x @ y.T)).clamp(min=0)


def kernel(distances: Tensor, scales: Sequence[float] = SCALES) -> Tensor:
    """mean over u of exp(-d^2 / (u * median)), the median of the positive distances (without gradient).

    >>> [round(float(value), 4) for value in kernel(torch.tensor([0.0, 1.0, 2.0]), scales=(1.0,))]
    [1.0, 0.3679, 0.1353]
    """
    known = distances.detach()
    between = known[known > 0]
    median = between.median() if len(between) else known.new_ones(())
    return torch.stack([torch.exp(-distances / (scale * median)) for scale in scales]).mean(0)


def mmd(layers: Sequence[tuple[Tensor, Tensor]], linear: bool = False) -> Tensor:
    """MMD^2 of the joint distribution over layers, each (source [n, d], target [m, d]); their kernels are multiplied.

    The unbiased U-statistic over all pairs (Gretton et al. 2012, eq. 3), or the linear-time one over neighbouring
    rows (lemma 14). Memory [n + m, n + m], or [n, d] in linear time.
    """
    return _linear(layers) if linear else _unbiased(layers)


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
