"""Blocks of residual networks: their input passes round them, and shapes change where they should."""

from __future__ import annotations

import pytest
import torch
from relxfer_vision.architectures.resnet_net import BasicBlock, Bottleneck, CifarBlock, CifarResNet, ResNet
from torch import nn


def silenced(block: nn.Module) -> nn.Module:
    """With a last normalisation of factor 0, so that only what passes round is left."""
    last = [module for module in block.modules() if isinstance(module, nn.BatchNorm2d)]
    for norm in (last[1], last[2]) if isinstance(block, Bottleneck) else (last[1],):
        nn.init.zeros_(norm.weight)
    return block.eval()


@pytest.mark.parametrize("block", [BasicBlock(8, 8, 1), Bottleneck(8, 2, 1), CifarBlock(8, 8, 1)])
def test_the_input_passes_round_a_block(block):
    pictures = torch.rand(2, 8, 6, 6)  # positive, so that rectifying leaves it
    torch.testing.assert_close(silenced(block)(pictures.clone()), pictures)


def test_where_the_shape_changes_a_projection_or_zeros_stand_in():
    assert BasicBlock(8, 16, 2)(torch.rand(2, 8, 6, 6)).shape == (2, 16, 3, 3)
    assert Bottleneck(8, 4, 2)(torch.rand(2, 8, 6, 6)).shape == (2, 16, 3, 3)
    pictures = torch.rand(2, 8, 6, 6)
    found = silenced(CifarBlock(8, 16, 2))(pictures.clone())
    torch.testing.assert_close(found[:, 4:12], pictures[:, :, ::2, ::2])
    assert not found[:, :4].any()
    assert not found[:, 12:].any()


def test_features_are_means_over_the_last_map():
    network = ResNet(BasicBlock, (1, 1, 1, 1), 3).eval()
    assert network.embed(torch.rand(2, 3, 64, 64)).shape == (2, network.width) == (2, 512)
    small = CifarResNet(8, 3).eval()
    assert small.embed(torch.rand(2, 3, 32, 32)).shape == (2, small.width) == (2, 64)
    assert [name for name, _ in small.parts()] == ["stem", "layer1", "layer2", "layer3", "linear"]
