"""Modules of the user's: each from its own folder, as it stands there now, with what it imports from there."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
import tomli_w
from PIL import Image
from relxfer_vision.architectures import module as by_path
from relxfer_vision.architectures.module import ModuleOptions
from relxfer_vision.architectures.user_code import UserCode

import relxfer
from relxfer.cli import main
from relxfer.contract.records import SourceModel
from relxfer.declare.experiment import Chosen
from relxfer.errors import ArtefactError, ConfigError, PluginError
from relxfer.plugins.finder import Plugins

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


def imported(folder: Path, path: str) -> Any:
    return by_path._imported(options(folder, path))


def fingerprint(made: ModuleOptions) -> Any:
    return Chosen(Plugins.load(third_party=False).find(SourceModel.kind, "module"), made).content()


@pytest.fixture
def mine(tmp_path) -> Path:
    return folder_of(tmp_path / "mine", net=NET, helper="CLASSES = 2")


def test_two_of_one_name_in_different_folders(mine, tmp_path):
    before = {name: sys.modules.get(name) for name in ("net", "helper")}, list(sys.path)
    theirs = folder_of(tmp_path / "theirs", net=NET, helper="CLASSES = 3")
    made = [imported(folder, "net:Net") for folder in (mine, theirs, mine)]
    assert made[0] is made[2]
    assert made[0] is not made[1]
    assert [kind().fc.out_features for kind in made] == [2, 3, 2]
    assert [sys.modules[kind.__module__].Net for kind in made] == made
    assert ({name: sys.modules.get(name) for name in ("net", "helper")}, list(sys.path)) == before


def test_a_change_counts_at_once(mine):
    """As in a notebook: in the same second, of the same length, and with the time of the file set back."""
    first, times = options(mine), (mine / "helper.py").stat()
    assert imported(mine, "net:Net")().fc.out_features == 2
    (mine / "helper.py").write_text("CLASSES = 5")
    os.utime(mine / "helper.py", ns=(times.st_atime_ns, times.st_mtime_ns))
    assert imported(mine, "net:Net")().fc.out_features == 5
    assert fingerprint(options(mine)) != fingerprint(first)
    (mine / "net.py").write_text(NET.replace("width=4", "width=7"))
    assert imported(mine, "net:Net")().fc.in_features == 7
    with pytest.raises(
        ArtefactError, match=r"as it was when the configuration was read, got other code in .*; run again"
    ):
        by_path.module(first)


def test_the_same_elsewhere_is_the_same_model(mine, tmp_path):
    moved = folder_of(tmp_path / "a" / "b", net=NET, helper="CLASSES = 2", another="not imported")
    assert options(moved).code == options(mine).code
    assert "folder" not in {key for key, value in fingerprint(options(moved)).items() if value}
    assert fingerprint(options(moved)) == fingerprint(options(mine))
    assert fingerprint(options(mine, kwargs={"width": 5})) != fingerprint(options(mine))


#: Ways to import -> the files beside `net`, of which `varies` decides what the class does.
WAYS: dict[str, tuple[str, dict[str, str]]] = {
    "import": ("import varies\nX = varies.X", {"varies": "X = 1"}),
    "from": ("from varies import X", {"varies": "X = 1"}),
    "star": ("from varies import *", {"varies": "X = 1"}),
    "as": ("import varies as c\nX = c.X", {"varies": "X = 1"}),
    "package": ("import p.varies\nX = p.varies.X", {"p/__init__": "", "p/varies": "X = 1"}),
    "package as": ("import p.varies as c\nX = c.X", {"p/__init__": "", "p/varies": "X = 1"}),
    "from package": ("from p import varies\nX = varies.X", {"p/__init__": "", "p/varies": "X = 1"}),
    "star of package": ("from p import *\nX = varies.X", {"p/__init__": "__all__ = ['varies']",
                                                          "p/varies": "X = 1"}),
    "no init": ("from p.varies import X", {"p/varies": "X = 1"}),
    "through": ("from other import X", {"other": "from varies import X", "varies": "X = 1"}),
    "relative": ("from p import X", {"p/__init__": "from .varies import X", "p/varies": "X = 1"}),
    "relative sibling": ("from p.a import X", {"p/__init__": "", "p/a": "from . import varies\nX = varies.X",
                                              "p/varies": "X = 1"}),
    "relative above": ("from p.q.a import X", {"p/__init__": "", "p/q/__init__": "",
                                              "p/q/a": "from ..varies import X", "p/varies": "X = 1"}),
    "relative beside": ("from .varies import X", {"varies": "X = 1"}),
    "in a circle": ("import varies\nY = 1\nX = varies.x()", {"varies": "import net\ndef x(): return 1 * net.Y"}),
    "in a function": ("def x():\n    import varies\n    return varies.X\nX = x()", {"varies": "X = 1"}),
    "by hand": ("X = __import__('varies').X", {"varies": "X = 1"}),
}  # fmt: skip
CLASS = "\nfrom torch import nn\nclass Net(nn.Linear):\n    x = X\n"


@pytest.mark.parametrize("way", WAYS)
def test_what_it_imports_takes_part(tmp_path, way):
    source, others = WAYS[way]
    if way == "by hand":  # a name that is made while it runs is not found, and therefore not loaded
        folder_of(tmp_path, net=source + CLASS, **others)
        with pytest.raises(PluginError, match="ModuleNotFoundError: No module named 'varies'"):
            imported(tmp_path, "net:Net")
        return
    folder_of(tmp_path, net=source + CLASS, **others)
    before, (changing,) = options(tmp_path).code, tmp_path.rglob("varies.py")
    assert imported(tmp_path, "net:Net").x == 1
    changing.write_text(changing.read_text().replace("1", "2"))
    assert options(tmp_path).code != before
    assert imported(tmp_path, "net:Net").x == 2
    assert not {"net", "varies", "other", "p", "p.varies"} & sys.modules.keys()


def test_a_folder_beside_it_hides_no_installed_package(tmp_path):
    (tmp_path / "torch").mkdir()
    (tmp_path / "numpy").mkdir()
    folder_of(tmp_path, net="import numpy\nfrom torch import nn\nNet = nn.Linear\nX = numpy.float32")
    assert imported(tmp_path, "net:X").__name__ == "float32"


def test_an_import_in_a_forward_pass_finds_its_own(tmp_path):
    source = "from torch import nn\nclass Net(nn.Module):\n  def forward(self):\n    import late\n    return late.X\n"
    folder_of(tmp_path, net=source, late="X = 4")
    made = imported(tmp_path, "net:Net")()
    assert made() == 4
    assert "late" not in sys.modules


@pytest.mark.parametrize(
    ("source", "words"), [("class Net(", "SyntaxError"), ("1 / 0", "ZeroDivisionError"), ("x = 1", "AttributeError")]
)
def test_what_is_wrong_in_it_is_told(tmp_path, source, words):
    folder_of(tmp_path, net=source)
    with pytest.raises(PluginError, match=f"expected 'Net' in the module 'net', got {words}"):
        imported(tmp_path, "net:Net")


def test_a_module_on_the_path_alone_is_known_by_its_content(mine, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(mine)
    (elsewhere := tmp_path / "elsewhere").mkdir()
    assert options(elsewhere).code == options(mine).code


def test_a_module_on_the_path_alone_is_run_as_it_is_now(mine, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(mine)
    (elsewhere := tmp_path / "elsewhere").mkdir()
    assert imported(elsewhere, "net:Net")().fc.out_features == 2
    (mine / "helper.py").write_text("CLASSES = 5")
    assert imported(elsewhere, "net:Net")().fc.out_features == 5


def test_files_that_it_names_take_part(mine, tmp_path):
    folder_of(mine, helper="import pathlib\nCLASSES = int(pathlib.Path(__file__).with_name('n.txt').read_text())")
    codes = set()
    for classes_ in (2, 3):
        (mine / "n.txt").write_text(str(classes_))
        (mine / "unnamed.txt").write_text(str(classes_))
        codes.add(options(mine).code)
        assert imported(mine, "net:Net")().fc.out_features == classes_
    assert len(codes) == 2
    (mine / "unnamed.txt").write_text("other")
    assert options(mine).code in codes


def test_files_that_its_arguments_name_take_part(mine, tmp_path):
    (table := tmp_path / "table.txt").write_text("1")
    made = options(mine, kwargs={"tables": [str(table)]})
    assert options(mine, kwargs={"tables": [str(table)]}).code == made.code
    table.write_text("2")
    assert options(mine, kwargs={"tables": [str(table)]}).code != made.code
    with pytest.raises(ArtefactError, match="got other code in"):
        by_path.module(made)


def test_a_code_that_is_not_that_of_the_file_is_refused(mine):
    assert options(mine, code=options(mine).code).code == options(mine).code
    with pytest.raises(ValueError, match="restore it, or leave code out to take it as it is"):
        options(mine, code="0" * 64)


def test_a_file_that_is_no_python_still_has_a_digest(tmp_path):
    folder_of(tmp_path, net="import helper (", helper="")
    assert list(UserCode.find(tmp_path, "net").files) == ["net"]
    assert UserCode.find(tmp_path, "x" * 300) is None


# ------------------------------------------------------------------ in runs

TRAINING = {"steps": 2, "batch_size": 4, "validations": 0}


def config(model: Any, **source: Any) -> dict[str, Any]:
    return {
        "name": "own",
        "threads": 1,
        "training": TRAINING,
        "source": {
            **({"training": TRAINING} if "datasets" in source else {}),
            **({"model": model} if model else {}),
            **source,
        },
        "target": {"dataset": "digits", "label_budgets": [20, "all"]},
        "strategy": ["finetune"],
        "report": {"baselines": False},
    }


MODEL = {"use": "module", "import_path": "net:Net", "size": 28}


def written(folder: Path, tables: dict[str, Any]) -> Path:
    (folder / "own.toml").write_text(tomli_w.dumps(tables))
    return folder / "own.toml"


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> Path:
    """The folder of a configuration with its module, and its finished run below it."""
    folder = folder_of(tmp_path_factory.mktemp("trained"), net=NET, helper="CLASSES = 2")
    relxfer.run(written(folder, config(MODEL, datasets=["digits"])), folder / "run")
    return folder


@pytest.fixture
def again(trained, tmp_path) -> Path:
    shutil.copytree(trained, tmp_path / "again")
    return tmp_path / "again"


def statuses(results: relxfer.Results) -> list[str]:
    return [cell.status for cell in results.cells]


def test_its_card_names_no_code_and_the_configuration_does(again, tmp_path):
    from relxfer.store import files

    (checkpoint,) = again.glob("run/sources/*/model.safetensors")
    card = files.read_arrays(checkpoint)[1]
    assert not {"import_path", "folder", "code"} & card["model"].keys()
    assert len(card["withheld"]) == 64
    named = config(MODEL, checkpoint="run/sources/" + checkpoint.parent.name + "/model.safetensors")
    assert statuses(relxfer.run(written(again, named), tmp_path / "named")) == ["done", "done"]
    assert statuses(relxfer.run(tmp_path / "named" / "config.toml", tmp_path / "saved")) == ["done", "done"]
    unnamed = config(None, checkpoint=str(checkpoint))
    with pytest.raises(ConfigError, match="because a checkpoint does not store its import path; got none: name it"):
        relxfer.run(written(again, unnamed), tmp_path / "unnamed")
    with pytest.raises(ConfigError, match="got one with size = 32; restore that, or set continued = true"):
        relxfer.run(
            written(again, named | {"source": named["source"] | {"model": MODEL | {"size": 32}}}), tmp_path / "x"
        )
    (again / "helper.py").write_text("CLASSES = 2  # changed")
    with pytest.raises(
        ConfigError, match=r"got one with another import_path, .*code; restore that, or set continued = true"
    ):
        relxfer.run(written(again, named), tmp_path / "changed")
    further = config(MODEL, checkpoint=str(checkpoint), continued=True, datasets=["digits"])
    assert statuses(relxfer.run(written(again, further), tmp_path / "further")) == ["done", "done"]


def test_a_run_is_its_own_wherever_it_lies_and_not_of_other_code(again, trained, tmp_path, capsys):
    results = relxfer.run(again / "own.toml", again / "run")
    assert [cell.id for cell in results.cells] == [c.id for c in relxfer.Results.open(trained / "run").cells]
    Image.new("L", (28, 28)).save(picture := tmp_path / "picture.png")
    assert main(["predict", str(again / "run"), "--queries", str(picture)]) == 0
    (again / "net.py").write_text(NET + "\n# changed\n")
    capsys.readouterr()
    assert main(["predict", str(again / "run"), "--queries", str(picture)]) == 2
    words = " ".join(capsys.readouterr().err.split())
    assert "expected the code of net:Net for which code = " in words
    assert "got other code in" in words


def test_workers_have_the_same_module(again, tmp_path):
    tables = config(MODEL, datasets=["digits"]) | {"executor": {"use": "processes", "jobs": 2}}
    serial = relxfer.Results.open(again / "run")
    assert main(["run", str(written(again, tables)), "--out", str(tmp_path / "parallel"), "-q"]) == 0
    parallel = relxfer.Results.open(tmp_path / "parallel")
    assert [cell.id for cell in parallel.cells] == [cell.id for cell in serial.cells]
    assert statuses(parallel) == ["done", "done"]
