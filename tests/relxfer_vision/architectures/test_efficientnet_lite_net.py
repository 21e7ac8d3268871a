"""Blocks of EfficientNet-Lite0: padding as TensorFlow has it, and what passes round."""

from __future__ import annotations

import pytest
import torch
from relxfer_vision.architectures.efficientnet_lite_net import EfficientNetLite, InvertedBlock, SameConv
from torch import nn


@pytest.mark.parametrize(
    ("size", "stride", "side", "pads"),
    [(3, 1, 7, (1, 1)), (3, 2, 8, (0, 1)), (3, 2, 7, (1, 1)), (5, 2, 8, (1, 2)), (5, 2, 7, (2, 2)), (1, 1, 7, (0, 0))],
)
def test_padding_is_tensorflows(size, stride, side, pads):
    convolution = SameConv(1, 1, size, stride)
    assert convolution._pad(side) == pads
    pictures = torch.rand(1, 1, side, side)
    expected = nn.functional.conv2d(nn.functional.pad(pictures, pads * 2), convolution.weight, stride=stride)
    torch.testing.assert_close(convolution(pictures), expected)
    assert expected.shape[-1] == -(-side // stride)


def test_the_input_passes_round_a_block_of_one_shape():
    block = InvertedBlock(8, 8, 3, 1, 6).eval()
    nn.init.zeros_(block._bn2.weight)
    pictures = torch.rand(2, 8, 6, 6)
    torch.testing.assert_close(block(pictures.clone()), pictures)
    assert InvertedBlock(8, 16, 5, 2, 6)(pictures).shape == (2, 16, 3, 3)


def test_parts_go_from_input_to_output_and_hold_everything():
    network = EfficientNetLite(3)
    parts = network.parts()
    assert [name for name, _ in parts][:2] + [name for name, _ in parts][-2:] == ["stem", "_blocks.0", "last", "_fc"]
    assert sum(p.numel() for _, part in parts for p in part.parameters()) == sum(
        p.numel() for p in network.parameters()
    )
    assert network.eval().embed(torch.rand(1, 3, 64, 48)).shape == (1, network.width) == (1, 1280)
