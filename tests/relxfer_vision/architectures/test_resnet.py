"""ResNets: the parameters and names of the published ones, and their weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from relxfer_vision.adapter import ImageAdapter
from relxfer_vision.architectures import resnet
from relxfer_vision.options import ImageOptions
from relxfer_vision.pictures.images import ArrayImages

from relxfer.contract.data import Examples
from relxfer.contract.records import SourceModel
from relxfer.declare.experiment import Chosen
from relxfer.execute import artefacts
from relxfer.judge.metrics.classification import Classification
from relxfer.plugins.finder import Plugins

THOUSAND = {"task": Classification(tuple(f"class {i}" for i in range(1000))).card()}


VISION = "data/checkpoints/vision"


def parameters(model) -> int:
    return sum(p.numel() for p in model.network.parameters())


def shapes(model) -> dict[str, tuple[int, ...]]:
    return {name: array.shape for name, array in model.state()[0].items()}


def read(name: str, path: Path) -> artefacts.Artefact:
    loaded = Plugins.load(third_party=False)
    offer = loaded.find(SourceModel.kind, name)
    return artefacts.read(path, loaded, Chosen(offer, None))


@pytest.mark.parametrize(
    ("made", "count"), [(resnet.resnet18, 11_689_512), (resnet.resnet34, 21_797_672), (resnet.resnet50, 25_557_032)]
)
def test_resnets_have_the_parameters_of_torchvisions(made, count):
    assert parameters(made(None, None, THOUSAND)) == count


def test_names_are_torchvisions():
    found = shapes(resnet.resnet50(None, None, THOUSAND))
    assert found["layer2.0.downsample.0.weight"] == (512, 256, 1, 1)
    assert found["layer4.2.bn3.num_batches_tracked"] == ()
    assert found["fc.weight"] == (1000, 2048)
    assert len(found) == 320


@pytest.mark.parametrize(
    ("name", "file", "accuracy"),
    [("resnet20", "resnet20-12fca82f", 0.8135), ("resnet56", "resnet56-4bfd9763", 0.8315)],
)
def test_published_cifar_weights_score_what_is_known(shared, name, file, accuracy):
    model = read(name, shared / VISION / f"{file}.safetensors").load()
    with np.load(shared / "data/vision/cifar10/cifar10_jpegtest2000.npz") as data:
        images, labels = ArrayImages.of(data["images"]), data["labels"]
    learner = ImageAdapter(ImageOptions()).attach(model, None, ())
    scores = np.concatenate(list(learner.predict(Examples(images, np.arange(len(images))))))
    assert (scores.argmax(1) == labels).mean() == pytest.approx(accuracy, abs=0.001)
