"""Weights of layers and head as the compiled kernels read them: flat, padded to whole vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

import numpy as np
import torch
from torch import Tensor, nn

from relxfer_kg.kernels.kernel_rows import LayerWeights
from relxfer_kg.kernels.lanes import LANES
from relxfer_kg.layers.message_passing import Layer
from relxfer_kg.layers.score_head import ScoreHead


def packed(layers: Sequence[Layer], head: ScoreHead | None = None) -> LayerWeights:
    """The weights of L layers, and of a head where there is one, copied.

    >>> weights = packed([Layer(3), Layer(3)])
    >>> weights.dim, weights.bias.shape == (2 * LANES,), len(weights.last)
    (3, True, 0)
    """
    dim = layers[0].layer_norm.normalized_shape[0]
    norms = [layer.layer_norm for layer in layers]
    with torch.no_grad():
        halves = [padded(padded(half.t(), 0)) for layer in layers for half in layer.linear.weight.split(dim, 1)]
        entity = last = np.zeros(0, np.float32)
        constant = np.float32(0)
        if head is not None:
            first, _, second = cast("tuple[nn.Linear, nn.ReLU, nn.Linear]", tuple(head))
            entity, last = flat(padded(padded(first.weight[:, :dim].t(), 0))), _rows([second.weight[0]])
            constant = np.float32(second.bias.item())
        return LayerWeights(
            weight=flat(torch.stack(halves)),
            bias=_rows([layer.linear.bias for layer in layers]),
            scale=_rows([norm.weight for norm in norms]),
            shift=_rows([norm.bias for norm in norms]),
            epsilon=np.array([norm.eps for norm in norms], np.float32),
            dim=dim,
            entity=entity,
            last=last,
            constant=constant,
        )


def padded(values: Tensor, axis: int = -1) -> Tensor:
    """Zeros appended along an axis, up to whole vectors of `LANES`.

    >>> padded(torch.ones(2, 3)).shape[1] == LANES
    True
    """
    missing = -values.shape[axis] % LANES
    if not missing:
        return values
    shape = list(values.shape)
    shape[axis] = missing
    return torch.cat([values, values.new_zeros(shape)], axis)


def flat(values: Tensor) -> np.ndarray:
    """In one dimension; a view where that is possible."""
    return values.detach().contiguous().view(-1).numpy()


def _rows(vectors: Sequence[Tensor]) -> np.ndarray:
    return flat(padded(torch.stack(list(vectors))))
