"""Any module by its import path: its options, its code, its weights."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from relxfer_vision.architectures import module as by_path
from relxfer_vision.architectures.module import ModuleOptions
from safetensors.numpy import save_file

from relxfer.contract.records import SourceModel
from relxfer.declare.experiment import Chosen
from relxfer.errors import Incompatible, PluginError
from relxfer.plugins.finder import Plugins

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


def shapes(model) -> dict[str, tuple[int, ...]]:
    return {name: array.shape for name, array in model.state()[0].items()}


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
    assert by_path.module(mine(), arrays, card).task.answers == ("class 0", "class 1", "class 2")


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


NET = """
from torch import nn
import helper

class Net(nn.Module):
    def __init__(self, width=4):
        super().__init__()
        self.body = nn.Sequential(nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(12, width), nn.ReLU())
        self.fc = nn.Linear(width, helper.CLASSES)

    def forward(self, x):
        return self.fc(self.body(x))
"""


def folder_of(at: Path, **sources: str) -> Path:
    """Files by name, in folders where it has a slash."""
    for name, source in sources.items():
        path = (at / name).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(source))
    return at


def options(folder: Path, path: str = "net:Net", **more: Any) -> ModuleOptions:
    return ModuleOptions.model_validate({"import_path": path, "size": 16, **more}, context={"folder": folder})


def test_what_is_no_class_of_modules_is_not_called(tmp_path):
    folder_of(
        tmp_path,
        net="class Plain:\n    def __init__(self):\n        raise SystemExit\ndef made():\n    raise SystemExit",
    )
    for name, got in (("Plain", "the class Plain"), ("made", "a function")):
        with pytest.raises(Incompatible, match=f"expected a subclass of torch.nn.Module as net:{name}, got {got}"):
            by_path.module(options(tmp_path, f"net:{name}"))
    with pytest.raises(Incompatible, match="as os:system, got a builtin_function_or_method"):
        by_path.module(options(tmp_path, "os:system", kwargs={"command": f"touch {tmp_path / 'executed'}"}))
    assert not (tmp_path / "executed").exists()


def test_an_installed_module_is_known_by_its_version(tmp_path):
    assert options(tmp_path, "torch.nn:Linear").code.startswith("torch ")
    assert options(tmp_path, "json:Nothing").code.startswith("Python ")
    assert options(tmp_path, "nowhere_at_all:Net").code is None


@pytest.mark.parametrize("editable", [False, True])
def test_an_installed_module_under_the_same_version_is_another_with_other_files(tmp_path, monkeypatch, editable):
    project = tmp_path / "project" if editable else tmp_path
    folder_of(project, **{"installed_net/__init__": "", "installed_net/net": "S = 1"})
    (info := tmp_path / "installed_net-1.0.dist-info").mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: installed-net\nVersion: 1.0\n")
    (info / "top_level.txt").write_text("installed_net\n")
    (info / "RECORD").write_text("" if editable else "installed_net/__init__.py,,\ninstalled_net/net.py,,\n")
    if editable:
        (info / "direct_url.json").write_text(f'{{"url": "{project.as_uri()}", "dir_info": {{"editable": true}}}}')
    for each in {tmp_path, project}:
        monkeypatch.syspath_prepend(each)
    before = options(tmp_path / "mine", "installed_net.net:Net").code
    (project / "installed_net" / "net.py").write_text("S = 2")
    after = options(tmp_path / "mine", "installed_net.net:Net").code
    assert before.startswith("installed-net 1.0+")
    assert after.startswith("installed-net 1.0+")
    assert after != before
