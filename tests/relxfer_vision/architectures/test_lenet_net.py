"""The layers of LeNet: shapes for any size, and rectifying after pooling as good as before it."""

from __future__ import annotations

import pytest
import torch
from relxfer_vision.architectures.lenet_net import LeNet


@pytest.mark.parametrize(("size", "channels"), [(28, 1), (20, 3), (16, 1)])
def test_pictures_of_the_size_become_features_of_the_width(size, channels):
    network = LeNet(size, channels, 12, 5)
    features = network.embed(torch.randn(3, channels, size, size))
    assert features.shape == (3, 12)
    assert network.head(features).shape == (3, 5)
    assert network.new_head(2).weight.shape == (2, 12)


def test_rectifying_after_pooling_is_as_good_as_before():
    torch.manual_seed(0)
    network = LeNet(28, 1, 12, 5).eval()
    pictures = torch.randn(2, 1, 28, 28)
    values = pictures
    for block in (network.conv1, network.conv2):
        convolution, norm, pool, _ = block
        values = pool(torch.relu(norm(convolution(values))))
    torch.testing.assert_close(network.embed(pictures), network.hidden(values))


def test_its_parts_are_its_layers_and_the_head_is_last():
    network = LeNet(28, 1, 12, 5)
    assert [name for name, _ in network.parts()] == ["conv1", "conv2", "hidden", "head"]
    assert network.parts()[-1][1] is network.head
