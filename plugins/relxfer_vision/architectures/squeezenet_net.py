"""The network of `relxfer_vision.architectures.squeezenet`."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from relxfer_vision.architectures.headed_net import Headed

_CHANNELS = 512


class Fire(nn.Module):
    """A 1 x 1 convolution squeezes, a 1 x 1 and a 3 x 3 beside each other expand (Iandola et al. 2016, fig. 1)."""

    def __init__(self, inputs: int, squeezed: int, expanded: int):
        super().__init__()
        self.squeeze = nn.Conv2d(inputs, squeezed, 1)
        self.expand1x1 = nn.Conv2d(squeezed, expanded, 1)
        self.expand3x3 = nn.Conv2d(squeezed, expanded, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.squeeze(x), inplace=True)
        return F.relu(torch.cat([self.expand1x1(x), self.expand3x3(x)], 1), inplace=True)


class MapHead(nn.Conv2d):
    """The published head: a class map, rectified, then averaged; its features are the flattened last map."""

    def forward(self, features: Tensor) -> Tensor:
        """[B, 512 s s] -> [B, classes]."""
        side = math.isqrt(features.shape[1] // _CHANNELS)
        return F.relu(super().forward(features.reshape(-1, _CHANNELS, side, side))).mean((2, 3))


class SqueezeNet(Headed):
    """SqueezeNet 1.0 with torchvision's names: features.*, classifier.1.*.

    Published, the scores are the averages of rectified maps, one of each class (`mapped`). A new head is linear on
    the average of the last map, whose width is 512.
    """

    at = "classifier.1"

    def __init__(self, classes: int, mapped: bool):
        super().__init__()
        pool = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        # the largest map is rectified after it is pooled, which gives the same: max(0, max x) = max(max(0, x))
        self.features = nn.Sequential(
            nn.Conv2d(3, 96, 7, stride=2), pool, nn.ReLU(inplace=True),
            Fire(96, 16, 64), Fire(128, 16, 64), Fire(128, 32, 128), pool,
            Fire(256, 32, 128), Fire(256, 48, 192), Fire(384, 48, 192), Fire(384, 64, 256), pool,
            Fire(512, 64, 256),
        )  # fmt: skip
        head = MapHead(_CHANNELS, classes, 1) if mapped else nn.Linear(_CHANNELS, classes)
        self.classifier = nn.Sequential(nn.Dropout(0.5), head)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_uniform_(module.weight)
                nn.init.zeros_(module.bias)  # type: ignore[arg-type]

    @property
    def width(self) -> int:
        """Of the flattened map: for pictures of 224 to 239 pixels."""
        return _CHANNELS * 13 * 13 if isinstance(self.head, MapHead) else _CHANNELS

    def new_head(self, classes: int) -> nn.Module:
        return nn.Linear(_CHANNELS, classes)

    def embed(self, pictures: Tensor) -> Tensor:
        last = self.features(pictures)
        return self.classifier[0](last.flatten(1) if isinstance(self.head, MapHead) else last.mean((2, 3)))

    def parts(self) -> list[tuple[str, nn.Module]]:
        """The layers that have parameters; dropout goes with the last fire."""
        layers = [(f"features.{i}", layer) for i, layer in enumerate(self.features) if [*layer.parameters()]]
        name, last = layers.pop()
        return [*layers, (name, nn.Sequential(last, self.classifier[0])), (self.at, self.head)]
