"""Weights from elsewhere: read without unpickling, and told when they are of another network."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from relxfer_vision.architectures import resnet
from relxfer_vision.weights.state_dicts import read_arrays
from safetensors.numpy import save_file

from relxfer.contract.records import SourceModel
from relxfer.declare.experiment import Chosen
from relxfer.errors import ArtefactError
from relxfer.execute import artefacts
from relxfer.judge.metrics.classification import Classification
from relxfer.plugins.finder import Plugins


@pytest.fixture(scope="module")
def small():
    return resnet.resnet20(None, None, {"task": Classification(tuple("0123456789")).card()})


def read(name: str, path: Path) -> artefacts.Artefact:
    loaded = Plugins.load(third_party=False)
    offer = loaded.find(SourceModel.kind, name)
    return artefacts.read(path, loaded, Chosen(offer, None))


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_torch_file_is_read_with_and_without_wrapping(small, tmp_path, wrapped):
    state = small.network.state_dict()
    content = {"state_dict": {f"module.{k}": v for k, v in state.items()}, "best": 1.0} if wrapped else state
    torch.save(content, tmp_path / "w.th")
    found = read("resnet20", tmp_path / "w.th")
    assert found.tasks[0].answers == resnet.CIFAR10
    assert np.array_equal(found.arrays["conv1.weight"], state["conv1.weight"].numpy())


def test_classes_that_nobody_named_are_numbered(tmp_path):
    save_file(
        resnet.resnet20(None, None, {"task": Classification(tuple("abc")).card()}).state()[0],
        tmp_path / "w.safetensors",
    )
    assert read("resnet20", tmp_path / "w.safetensors").tasks[0].answers == ("class 0", "class 1", "class 2")


class Harmful:
    def __reduce__(self):
        return (pytest.fail, ("a pickle was loaded",))


def test_a_pickle_is_refused(tmp_path):
    (tmp_path / "w.pth").write_bytes(pickle.dumps(Harmful()))
    torch.save({"state_dict": Harmful()}, tmp_path / "v.pth")
    for name in ("w.pth", "v.pth"):
        with pytest.raises(ArtefactError, match="tensors only, got one that does not load safely"):
            read_arrays(tmp_path / name)


def test_other_weights_are_told_by_a_few_names(small, tmp_path):
    save_file(small.state()[0], tmp_path / "small.safetensors")
    with pytest.raises(ArtefactError, match=r"a ResNet-18, fc\.weight among them, got bn1\.bias, .*in all\)"):
        read("resnet18", tmp_path / "small.safetensors")
    with pytest.raises(ArtefactError, match=r"weights that lack layer1\.3\.bn1\.bias, .*in all\); choose the model"):
        read("resnet56", tmp_path / "small.safetensors")
    arrays = {**small.state()[0], "conv1.weight": np.zeros((16, 1, 3, 3), np.float32)}
    save_file(arrays, tmp_path / "gray.safetensors")
    with pytest.raises(ArtefactError, match=r"conv1\.weight of shape \[16, 3, 3, 3\].* got \[16, 1, 3, 3\]"):
        read("resnet20", tmp_path / "gray.safetensors")
    save_file({**small.state()[0], "bn1.bias": np.full(16, np.nan, np.float32)}, tmp_path / "nan.safetensors")
    with pytest.raises(ArtefactError, match=r"finite numbers in bn1\.bias"):
        read("resnet20", tmp_path / "nan.safetensors")
    (tmp_path / "w.zip").touch()
    with pytest.raises(ArtefactError, match="ending in"):
        read("resnet20", tmp_path / "w.zip")
