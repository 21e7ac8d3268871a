"""The layers of SqueezeNet: what the published ones compute."""

from __future__ import annotations

import numpy as np
import torch
from relxfer_vision.architectures import squeezenet

from relxfer.judge.metrics.classification import Classification

THOUSAND = {"task": Classification(tuple(f"class {i}" for i in range(1000))).card()}


def parameters(model) -> int:
    return sum(p.numel() for p in model.network.parameters())


def published_squeezenet() -> dict[str, np.ndarray]:
    arrays = squeezenet.squeezenet(None).state()[0]
    rng = np.random.default_rng(0)
    arrays["classifier.1.weight"] = rng.normal(size=(1000, 512, 1, 1)).astype(np.float32)
    arrays["classifier.1.bias"] = rng.normal(size=1000).astype(np.float32)
    return arrays


def test_the_published_head_of_squeezenet_scores_features():
    model = squeezenet.squeezenet(None, published_squeezenet(), THOUSAND)
    assert parameters(model) == 1_248_424
    network = model.network.eval()
    pictures = torch.randn(2, 3, 224, 224)
    features = network.embed(pictures)
    assert features.shape == (2, network.width)
    maps = torch.nn.functional.conv2d(network.features(pictures), network.head.weight, network.head.bias)
    assert torch.allclose(network.head(features), maps.relu().mean((2, 3)), atol=1e-5)


def test_rectifying_after_pooling_changes_neither_scores_nor_gradients():
    """SqueezeNet and LeNet rectify their largest maps after pooling, in place; beside them the published order."""
    torch.manual_seed(0)
    network = squeezenet.squeezenet(None).network
    pictures = torch.randn(2, 3, 64, 64)
    before, pool, relu = network.features[:3]

    def published(x: torch.Tensor) -> torch.Tensor:
        x = pool(torch.relu(before(x)))
        for layer in network.features[3:]:
            if not hasattr(layer, "squeeze"):
                x = layer(x)
                continue
            x = torch.relu(layer.squeeze(x))
            x = torch.cat([torch.relu(layer.expand1x1(x)), torch.relu(layer.expand3x3(x))], 1)
        return x

    assert isinstance(relu, torch.nn.ReLU)
    both = []
    for way in (network.features, published):
        network.zero_grad()
        maps = way(pictures)
        maps.square().mean().backward()
        both.append([maps.detach(), *(p.grad.clone() for p in network.features.parameters())])
    for ours, theirs in zip(*both, strict=True):
        torch.testing.assert_close(ours, theirs)
