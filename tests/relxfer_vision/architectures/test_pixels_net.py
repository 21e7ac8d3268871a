"""No network: the features are the pixels themselves."""

from __future__ import annotations

import torch
from relxfer_vision.architectures.pixels_net import Pixels


def test_features_are_the_pixels():
    network, pictures = Pixels(12, 2), torch.arange(24.0).reshape(2, 3, 2, 2)
    assert network.embed(pictures).tolist() == pictures.reshape(2, 12).tolist()
    assert network.new_head(7).weight.shape == (7, 12)
    assert network.parts()[-1] == ("head", network.head)
