"""Packed weights are those of the layers, padded with zeros."""

import numpy as np
import pytest
import torch

pytest.importorskip("numba")
from relxfer_kg.kernels.lanes import LANES
from relxfer_kg.layers.message_passing import EntityLayer
from relxfer_kg.layers.packed import flat, packed, padded
from relxfer_kg.layers.score_head import ScoreHead


@pytest.mark.parametrize("dim", [3, LANES, LANES + 1])
def test_each_weight_is_in_its_place_and_the_rest_is_zero(dim):
    layers, head = [EntityLayer(dim) for _ in range(2)], ScoreHead(dim)
    weights = packed(layers, head)
    width, hidden = -(-dim // LANES) * LANES, -(-2 * dim // LANES) * LANES
    halves = weights.weight.reshape(2, 2, width, width)
    entity = weights.entity.reshape(width, hidden)
    for number, layer in enumerate(layers):
        matrix = layer.linear.weight.detach().numpy()
        for half in range(2):
            expected = matrix[:, half * dim : (half + 1) * dim].T
            np.testing.assert_array_equal(halves[number, half, :dim, :dim], expected)
        rows = (weights.bias, layer.linear.bias), (weights.scale, layer.layer_norm.weight)
        for row, vector in (*rows, (weights.shift, layer.layer_norm.bias)):
            np.testing.assert_array_equal(row.reshape(2, width)[number, :dim], vector.detach().numpy())
            assert not row.reshape(2, width)[number, dim:].any()
        assert weights.epsilon[number] == np.float32(layer.layer_norm.eps)
    assert not halves[:, :, dim:].any()
    assert not halves[:, :, :, dim:].any()
    np.testing.assert_array_equal(entity[:dim, : 2 * dim], head[0].weight.detach().numpy()[:, :dim].T)
    assert np.count_nonzero(entity) == 2 * dim * dim
    np.testing.assert_array_equal(weights.last[: 2 * dim], head[2].weight.detach().numpy()[0])
    assert weights.constant == np.float32(head[2].bias.item())
    assert weights.dim == dim


def test_without_a_head_nothing_is_scored():
    weights = packed([EntityLayer(3)])
    assert (len(weights.last), len(weights.entity)) == (0, 0)


def test_weights_are_copied_so_that_training_does_not_change_them():
    layer = EntityLayer(LANES)
    weights = packed([layer])
    before = [each.copy() for each in (weights.weight, weights.bias, weights.scale)]
    with torch.no_grad():
        for value in layer.parameters():
            value += 1
    for old, new in zip(before, (weights.weight, weights.bias, weights.scale), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.parametrize("axis", [0, 1])
def test_padding_appends_zeros_along_one_axis(axis):
    values = torch.ones(3, 2 * LANES)
    made = padded(values, axis)
    assert made.shape[axis] % LANES == 0
    assert torch.equal(made[:3, : 2 * LANES], values)
    assert made.sum() == values.sum()
    assert flat(made).shape == (made.numel(),)
