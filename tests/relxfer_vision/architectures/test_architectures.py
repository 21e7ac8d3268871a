"""Networks by the names and shapes of the published ones, and weights from elsewhere."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from relxfer_vision.adapter import ImageAdapter
from relxfer_vision.architectures import module as by_path
from relxfer_vision.architectures import resnet, squeezenet
from relxfer_vision.architectures.module import ModuleOptions
from relxfer_vision.options import ImageOptions
from relxfer_vision.pictures.images import ArrayImages
from relxfer_vision.weights.state_dicts import read_arrays
from safetensors.numpy import save_file

from relxfer.contract.data import Examples
from relxfer.contract.records import SourceModel
from relxfer.declare.resolve import Chosen
from relxfer.errors import ArtefactError, Incompatible, PluginError
from relxfer.execute import artefacts
from relxfer.plugins.finder import Plugins

THOUSAND = {"answers": [f"class {i}" for i in range(1000)]}
VISION = "data/checkpoints/vision"


def parameters(model) -> int:
    return sum(p.numel() for p in model.network.parameters())


def shapes(model) -> dict[str, tuple[int, ...]]:
    return {name: array.shape for name, array in model.state()[0].items()}


@pytest.fixture(scope="module")
def small():
    return resnet.resnet20(None, None, {"answers": list("0123456789")})


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


def test_a_new_head_of_squeezenet_is_linear_under_the_same_name():
    model = squeezenet.squeezenet(None, published_squeezenet(), THOUSAND)
    model.network.head, model.answers = model.network.new_head(2), ("ant", "bee")
    arrays, card = model.state()
    assert arrays["classifier.1.weight"].shape == (2, 512)
    again = squeezenet.squeezenet(None, arrays, card).network.eval()
    assert again.head(again.embed(torch.zeros(1, 3, 64, 64))).shape == (1, 2)


@pytest.mark.parametrize("made", [resnet.resnet20, squeezenet.squeezenet])
def test_parts_hold_every_parameter_once(made):
    network = made(None).network
    held = [id(p) for _, part in network.parts() for p in part.parameters()]
    assert sorted(held) == sorted(id(p) for p in network.parameters())
    assert network.parts()[-1][1] is network.head


# ------------------------------------------------------------------ weights from elsewhere


@pytest.mark.parametrize("wrapped", [False, True])
def test_a_torch_file_is_read_with_and_without_wrapping(small, tmp_path, wrapped):
    state = small.network.state_dict()
    content = {"state_dict": {f"module.{k}": v for k, v in state.items()}, "best": 1.0} if wrapped else state
    torch.save(content, tmp_path / "w.th")
    found = read("resnet20", tmp_path / "w.th")
    assert found.tasks[0].answers == resnet.CIFAR10
    assert np.array_equal(found.arrays["conv1.weight"], state["conv1.weight"].numpy())


def test_classes_that_nobody_named_are_numbered(tmp_path):
    save_file(resnet.resnet20(None, None, {"answers": list("abc")}).state()[0], tmp_path / "w.safetensors")
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


def test_the_published_squeezenet_knows_its_classes(shared):
    found = read("squeezenet1_0", shared / VISION / "squeezenet1_0-deepcompressed.safetensors")
    assert found.tasks[0].answers[-1] == "class 999"
    assert parameters(found.load()) == 1_248_424


# ------------------------------------------------------------------ any module

MINE = """
from torch import nn

class Mine(nn.Module):
    def __init__(self, width=8):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, width, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
        self.top = nn.Sequential(nn.Linear(width, 6), nn.ReLU(), nn.Linear(6, 5))

    def forward(self, x):
        return self.top(self.body(x))

def number():
    return 3
"""


@pytest.fixture
def mine(tmp_path):
    (tmp_path / "my_networks.py").write_text(MINE)

    def options(**given):
        table = {"import_path": "my_networks:Mine", "head": "top.2", "size": 16, **given}
        return ModuleOptions.model_validate(table, context={"folder": tmp_path})

    return options


def test_a_module_by_its_path(mine):
    model = by_path.module(mine(kwargs={"width": 4}))
    network = model.network.eval()
    pictures = torch.randn(2, 3, 16, 16)
    assert network.width == 6
    assert [name for name, _ in network.parts()] == ["body", "top.0", "top.2"]
    features = network.embed(pictures)
    assert torch.equal(network.head(features), network.module(pictures))
    network.head = network.new_head(7)
    assert network.module(pictures).shape == (2, 7)
    assert shapes(model)["module.top.2.weight"] == (7, 6)


def test_weights_of_a_module_by_its_own_names(mine, tmp_path):
    model = by_path.module(mine())
    plain = {k.removeprefix("module."): v for k, v in model.state()[0].items()}
    plain["top.2.weight"], plain["top.2.bias"] = np.ones((3, 6), np.float32), np.ones(3, np.float32)
    save_file(plain, tmp_path / "w.safetensors")
    arrays, card = by_path.read(tmp_path / "w.safetensors")
    assert by_path.module(mine(), arrays, card).answers == ("class 0", "class 1", "class 2")


def test_what_is_wrong_with_a_module_is_told(mine):
    with pytest.raises(
        Incompatible, match=r"head 'fc' of Mine, got none of this name; set head to one of: top\.0, top\.2"
    ):
        by_path.module(mine(head="fc"))
    with pytest.raises(Incompatible, match="got Sequential"):
        by_path.module(mine(head="top"))
    with pytest.raises(Incompatible, match=r"subclass of torch\.nn\.Module as my_networks:number, got a function"):
        by_path.module(mine(import_path="my_networks:number"))
    with pytest.raises(PluginError, match="'Other' in the module 'my_networks', got AttributeError"):
        by_path.module(mine(import_path="my_networks:Other"))
    with pytest.raises(PluginError, match="put its file beside the configuration"):
        by_path.module(mine(import_path="nowhere_at_all:Other"))


def test_other_code_is_another_model_and_another_place_is_not(mine, tmp_path):
    offer = Plugins.load(third_party=False).find(SourceModel.kind, "module")
    before = Chosen(offer, mine())
    (tmp_path / "moved").mkdir()
    (tmp_path / "moved" / "my_networks.py").write_text(MINE)
    assert Chosen(offer, mine(folder="moved")).content() == before.content()
    assert "folder" in before.card()
    (tmp_path / "my_networks.py").write_text(MINE + "\n# changed\n")
    assert Chosen(offer, mine()).content() != before.content()


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
