"""SqueezeNet: the parameters of the published one, and its weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from relxfer_vision.architectures import squeezenet

from relxfer.contract.records import SourceModel
from relxfer.declare.experiment import Chosen
from relxfer.execute import artefacts
from relxfer.judge.metrics.classification import Classification
from relxfer.plugins.finder import Plugins

THOUSAND = {"task": Classification(tuple(f"class {i}" for i in range(1000))).card()}


VISION = "data/checkpoints/vision"


def parameters(model) -> int:
    return sum(p.numel() for p in model.network.parameters())


def read(name: str, path: Path) -> artefacts.Artefact:
    loaded = Plugins.load(third_party=False)
    offer = loaded.find(SourceModel.kind, name)
    return artefacts.read(path, loaded, Chosen(offer, None))


def published_squeezenet() -> dict[str, np.ndarray]:
    arrays = squeezenet.squeezenet(None).state()[0]
    rng = np.random.default_rng(0)
    arrays["classifier.1.weight"] = rng.normal(size=(1000, 512, 1, 1)).astype(np.float32)
    arrays["classifier.1.bias"] = rng.normal(size=1000).astype(np.float32)
    return arrays


def test_a_new_head_of_squeezenet_is_linear_under_the_same_name():
    model = squeezenet.squeezenet(None, published_squeezenet(), THOUSAND)
    model.network.head, model.task = model.network.new_head(2), Classification(("ant", "bee"))
    arrays, card = model.state()
    assert arrays["classifier.1.weight"].shape == (2, 512)
    again = squeezenet.squeezenet(None, arrays, card).network.eval()
    assert again.head(again.embed(torch.zeros(1, 3, 64, 64))).shape == (1, 2)


def test_the_published_squeezenet_knows_its_classes(shared):
    found = read("squeezenet1_0", shared / VISION / "squeezenet1_0-deepcompressed.safetensors")
    assert found.tasks[0].answers[-1] == "class 999"
    assert parameters(found.load()) == 1_248_424
