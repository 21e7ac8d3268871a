"""Stand-ins of torchvision, timm and Transformers with their interfaces, since none of them is needed to test."""

from __future__ import annotations

import enum
import sys
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

MEAN, STD = (0.5, 0.4, 0.3), (0.2, 0.3, 0.4)


class Small(nn.Module):
    """A network whose head comes before another linear layer by name, as in networks with auxiliary classifiers."""

    def __init__(self, classes: int = 5, pretrained: bool = False, wrap: bool = False):
        super().__init__()
        self.wrap = wrap
        self.stem = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.AdaptiveAvgPool2d(2))
        self.classifier = nn.Sequential(nn.Flatten(), nn.Linear(16, classes))
        self.zz_gate = nn.Linear(4, 4)
        if pretrained:
            generator = torch.Generator().manual_seed(7)
            for parameter in self.parameters():
                parameter.data = torch.randn(parameter.shape, generator=generator) * 0.3

    def forward(self, x: Any) -> Any:
        made = self.stem(x)
        scores = self.classifier(made * self.zz_gate(made.mean((2, 3)))[:, :, None, None].sigmoid())
        return SimpleNamespace(logits=scores) if self.wrap else scores


@dataclass
class Transform:
    """The usual preprocessing, with Pillow: the shorter side to `resize_size` (0: stretched), then the middle."""

    crop_size: list[int]
    resize_size: list[int]
    mean: Any = MEAN
    std: Any = STD
    interpolation: Any = field(default_factory=lambda: SimpleNamespace(value="bilinear"))

    def __call__(self, picture: Any) -> torch.Tensor:
        size, shorter = self.crop_size[0], self.resize_size[0]
        width, height = picture.size
        scale = shorter / min(width, height)
        sides = (int(width * scale), int(height * scale)) if shorter else (size, size)
        way = Image.Resampling[str(getattr(self.interpolation, "value", self.interpolation)).upper()]
        resized = np.asarray(picture.resize(sides, way), np.float32)
        top, left = (round((side - size) / 2) for side in resized.shape[:2])
        pixels = resized[top : top + size, left : left + size] / 255
        return torch.from_numpy((pixels - np.float32(self.mean)) / np.float32(self.std)).permute(2, 0, 1)


def put(monkeypatch, name: str, **attributes: Any) -> ModuleType:
    made = ModuleType(name)
    vars(made).update(attributes)
    monkeypatch.setitem(sys.modules, name, made)
    return made


@pytest.fixture
def timm(monkeypatch):
    """Two networks, of which one has weights; `config` is what `resolve_data_config` returns."""
    config = {
        "input_size": (3, 64, 64), "interpolation": "bicubic", "mean": MEAN, "std": STD, "crop_pct": 0.8,
        "crop_mode": "center",
    }  # fmt: skip

    def create_transform(input_size, interpolation, mean, std, crop_pct, crop_mode, is_training):
        assert not is_training
        shorter = 0 if crop_mode == "squash" else int(input_size[-1] / crop_pct)
        return Transform([input_size[-1]], [shorter], mean, std, interpolation)

    made = put(
        monkeypatch,
        "timm",
        list_models=lambda pretrained=False: ["small.one_in1k"] if pretrained else ["small", "smaller"],
        is_model_pretrained=lambda name: name != "smaller",
        create_model=lambda name, pretrained: Small(pretrained=pretrained),
        config=config,
    )
    put(
        monkeypatch,
        "timm.data",
        resolve_data_config=lambda args, model: dict(config),
        create_transform=create_transform,
    )
    return made


@pytest.fixture
def torchvision(monkeypatch):
    class SmallWeights(enum.Enum):
        V1 = "first"
        V2 = "second"
        DEFAULT = "second"  # noqa: PIE796

        def transforms(self):
            return Transform([64], [80 if self is SmallWeights.V1 else 72])

        @property
        def meta(self):
            return {"categories": ["ant", "bee", "cat", "dog", "emu"]}

    models = put(monkeypatch, "torchvision.models")
    models.list_models = lambda module: ["small", "smaller"] if module is models else ["detector"]
    models.get_model_weights = lambda name: SmallWeights
    models.get_model = lambda name, weights: Small(pretrained=weights is not None)
    put(monkeypatch, "torchvision", models=models)
    return models


@pytest.fixture
def transformers(monkeypatch):
    """A network of the Hub; `processor` is what prepares its pictures."""
    processor = SimpleNamespace(
        size={"shortest_edge": 64}, crop_pct=0.8, resample=2, image_mean=MEAN, image_std=STD, do_normalize=True
    )
    made = put(monkeypatch, "transformers", processor=processor, asked=[])

    class Processor(SimpleNamespace):
        def __call__(self, images, return_tensors):
            size = self.size.get("height") or self.size["shortest_edge"]
            shorter = int(size / self.crop_pct) if self.crop_pct else self.size.get("shortest_edge", 0)
            prepared = Transform([size], [shorter], self.image_mean, self.image_std)(images)
            return {"pixel_values": prepared[None]}

    def config(name, trust_remote_code, **more):
        assert trust_remote_code is False
        if name == "nobody/nothing":
            raise OSError("nobody/nothing is not a valid model identifier\nmore")
        return SimpleNamespace(id2label={0: "ant", 1: "bee", 2: "cat", 3: "dog", 4: "emu"})

    def weights(name, use_safetensors, trust_remote_code, **more):
        assert use_safetensors is True
        assert trust_remote_code is False
        made.asked.append((name, more))
        return Small(pretrained=True, wrap=True)

    made.AutoConfig = SimpleNamespace(from_pretrained=config)
    made.AutoImageProcessor = SimpleNamespace(from_pretrained=lambda name, **more: Processor(**vars(processor)))
    made.AutoModelForImageClassification = SimpleNamespace(
        from_pretrained=weights, from_config=lambda config, trust_remote_code: Small(wrap=True)
    )
    return made
