"""The card of a model is data: an import path in one is never followed, through whichever door the file comes in.

Every payload makes a file when it is obeyed; `test_payloads_bite` shows that it does.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tomli_w

import relxfer
from relxfer.cli import main
from relxfer.errors import UnfitArtefact
from relxfer.execute import artefacts
from relxfer.plugins.finder import Plugins
from relxfer.store import files

LOUD = "loud_when_imported"


@pytest.fixture
def mark(tmp_path, monkeypatch) -> Path:
    """What a payload makes; a module that makes it when it is imported is at hand too."""
    made = tmp_path / "executed"
    (tmp_path / "installed").mkdir()
    (tmp_path / "installed" / f"{LOUD}.py").write_text(
        f"open({str(made)!r}, 'w').close()\nfrom torch.nn import Linear\n"
    )
    monkeypatch.syspath_prepend(tmp_path / "installed")
    return made


def module(path: str, **kwargs: Any) -> dict[str, Any]:
    return {"use": "module", "import_path": path, "kwargs": kwargs}


#: What a card says of its model -> of the file that it would make.
PAYLOADS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "system": lambda m: module("os:system", command=f"touch {m}"),
    "popen": lambda m: module("subprocess:Popen", args=["touch", str(m)]),
    "run": lambda m: module("subprocess:run", args=["touch", str(m)]),
    "runstring": lambda m: module("timeit:timeit", stmt=f"open({str(m)!r}, 'w').close()", number=1),
    "copy": lambda m: module("shutil:copyfile", src=str(m.parent / "installed" / f"{LOUD}.py"), dst=str(m)),
    "no module": lambda m: module("logging:FileHandler", filename=str(m)),
    "import": lambda m: module(f"{LOUD}:Linear", in_features=1, out_features=1),
    "folder": lambda m: (
        module(f"{LOUD}:Linear", in_features=1, out_features=1) | {"folder": str(m.parent / "installed")}
    ),
}


OBEY = """
import importlib, json, sys
model = json.loads(sys.argv[1])
name, _, attribute = model["import_path"].partition(":")
made = getattr(importlib.import_module(name), attribute)(**model["kwargs"])
getattr(made, "wait", lambda: None)()
"""


@pytest.mark.parametrize("name", PAYLOADS)
def test_payloads_bite(mark, name):
    environment = os.environ | {"PYTHONPATH": str(mark.parent / "installed")}
    subprocess.run([sys.executable, "-c", OBEY, json.dumps(PAYLOADS[name](mark))], env=environment, check=True)
    assert mark.exists()


def hostile(path: Path, model: Any, **more: Any) -> Path:
    """A whole checkpoint, with every digest as it should be, whose card says this of its model."""
    rows = {"module.fc.weight": np.zeros((2, 2), np.float32)}
    files.write_arrays(path, rows, {"relxfer": 1, "model": model, "tasks": [], "card": {}} | more)
    return path


def rewritten(run: Path, model: Any) -> None:
    """Every model of a run replaced, with the digests that tell of it."""
    for file in run.glob("*/*/model.safetensors"):
        arrays, card = files.read_arrays(file)
        files.write_arrays(file, arrays, card | {"model": model})
        outcome = files.read_json(file.with_name("outcome.json"))
        files.write_json(
            file.with_name("outcome.json"), outcome | {"sha": files.content_digest(*files.read_arrays(file))}
        )


SIZES = {"use": "ultra", "dim": 4, "relation_layers": 1, "entity_layers": 1}
FACTS = [["a", "r", "b"], ["b", "r", "c"], ["c", "r", "d"], ["d", "r", "e"], ["e", "r", "a"], ["a", "s", "c"]]
CONFIG: dict[str, Any] = {
    "name": "own",
    "threads": 1,
    "source": {"datasets": ["geo-us"], "model": SIZES, "training": {"steps": 1, "validations": 0}},
    "target": {"dataset": {"use": "kg-files", "facts": FACTS, "test_fraction": 0.4}, "model": SIZES},
    "strategy": [{"use": "zero-shot"}],
    "report": {"baselines": False},
}


@pytest.fixture(scope="session")
def finished(tmp_path_factory) -> Path:
    return relxfer.run(CONFIG, tmp_path_factory.mktemp("finished") / "run").folder


def told(capsys: pytest.CaptureFixture, mark: Path, *arguments: Any) -> tuple[int, str]:
    """Exit code and words of a command that executes nothing."""
    capsys.readouterr()
    code = main([*map(str, arguments)])
    words = " ".join(capsys.readouterr().err.split())
    assert not mark.exists()
    assert "Traceback" not in words
    return code, words


def written(folder: Path, **tables: Any) -> Path:
    path = folder / "own.toml"
    path.write_text(tomli_w.dumps(CONFIG | tables))
    return path


def refused(folder: Path, capsys: pytest.CaptureFixture, mark: Path, source: dict[str, Any]) -> str:
    target = {"dataset": CONFIG["target"]["dataset"]}
    code, words = told(
        capsys, mark, "run", written(folder, source=source, target=target), "--out", folder / "out", "-q"
    )
    assert code == 2, words
    assert not list(folder.glob("out/*/*"))
    return words


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_checkpoint(tmp_path, mark, capsys, name):
    path = hostile(tmp_path / "ultra_best.safetensors", PAYLOADS[name](mark))
    for model in ({}, {"model": "ultra"}, {"model": SIZES | {"dim": 64}}):
        words = refused(tmp_path, capsys, mark, {"checkpoint": str(path), **model})
        assert "expected plain values, got " in words
        assert 'name the model in your configuration: model = { use = "module", ... }' in words


@pytest.mark.parametrize("name", PAYLOADS)
def test_a_run_folder(finished, tmp_path, mark, capsys, name):
    shutil.copytree(finished, run := tmp_path / "run")
    rewritten(run, PAYLOADS[name](mark))
    assert "expected plain values" in refused(tmp_path, capsys, mark, {"run": str(run)})
    code, words = told(capsys, mark, "predict", run, "--relation", "r")
    assert (code, "expected plain values, got" in words) == (2, True)
    code, words = told(capsys, mark, "compare", run, finished)
    assert code in (0, 2), words
    assert told(capsys, mark, "report", run)[0] == 0


@pytest.mark.parametrize("name", ["system", "import"])
def test_a_run_that_is_resumed_makes_its_own_again(finished, tmp_path, mark, capsys, name):
    shutil.copytree(finished, run := tmp_path / "run")
    before = files.content_digest(*files.read_arrays(next(run.glob("cells/*/model.safetensors"))))
    rewritten(run, PAYLOADS[name](mark))
    for evaluation in run.glob("evaluations/*"):
        evaluation.unlink()
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        code, words = told(capsys, mark, "run", written(tmp_path), "--out", run, "-q")
    assert code == 0, words
    assert words.count("was damaged and is run again") == 2  # the source and the cell
    assert files.content_digest(*files.read_arrays(next(run.glob("cells/*/model.safetensors")))) == before


#: What a card may say to get a value past a check that knows names alone -> what is said of it.
DISGUISES: dict[str, tuple[Any, str]] = {
    "other case": ({"use": "module", "Import_path": "os:system"}, "unknown key"),
    "other case of the offer": ({"use": "Module", "import_path": "os:system"}, "no source model is called 'Module'"),
    "below another key": ({"use": "module", "options": {"import_path": "os:system"}}, "unknown key"),
    "an offer that is a table": ({"use": {"use": "module", "import_path": "os:system"}}, 'a table with use = "..."'),
    "an offer that is a list": ({"use": ["module"], "import_path": "os:system"}, 'a table with use = "..."'),
    "no table": ("os:system", 'a table with use = "..."'),
    "nothing": (None, 'a table with use = "..."'),
    "a path in another model": (SIZES | {"import_path": "os:system"}, "unknown key"),
    "a strategy": ({"use": "finetune"}, "no source model is called 'finetune'"),
    "a list as a number": (SIZES | {"dim": [4]}, "expected a whole number"),
    "without its path": ({"use": "module", "head": "fc"}, "import_path: this key is needed"),
    "a folder alone": ({"use": "module", "folder": "/etc"}, "expected plain values, got '/etc'"),
}


@pytest.mark.parametrize("name", DISGUISES)
def test_a_disguise(tmp_path, mark, capsys, name):
    model, words = DISGUISES[name]
    path = hostile(tmp_path / "w.safetensors", model)
    assert words in refused(tmp_path, capsys, mark, {"checkpoint": str(path)})


def test_a_withheld_path_that_nobody_named(tmp_path, mark, capsys):
    path = hostile(tmp_path / "w.safetensors", {"use": "module", "head": "fc"}, withheld="0" * 64)
    assert "a checkpoint does not store its import path" in refused(tmp_path, capsys, mark, {"checkpoint": str(path)})
    path = hostile(tmp_path / "w.safetensors", PAYLOADS["system"](mark), withheld="0" * 64)
    assert "expected plain values" in refused(tmp_path, capsys, mark, {"checkpoint": str(path)})


def nested(depth: int) -> Any:
    made: Any = 1
    for _ in range(depth):
        made = [made]
    return made


#: Cards of other shapes, each with what is said of them.
SHAPES: dict[str, tuple[dict[str, Any], str]] = {
    "tasks that are a number": ({"tasks": 3}, "a list of at most"),
    "many tasks": ({"tasks": [{"kind": "ranking"}] * 10_000}, "a list of at most 1,000 tasks, got 10,000"),
    "a task that is a text": ({"tasks": ["ranking"]}, "a task with a kind and answers by name"),
    "answers that are numbers": ({"tasks": [{"kind": "classification", "answers": [1, 2]}]}, "answers by name"),
    "a million answers": ({"tasks": [{"kind": "c", "answers": ["x"] * 10**6}]}, "at most 100,000 answers"),
    "a card that is a list": ({"card": [1]}, "the card of the model itself as a table"),
    "a deep card": ({"card": {"x": nested(400)}}, "at most 32 levels"),
}


@pytest.mark.parametrize("name", SHAPES)
def test_a_card_of_another_shape(tmp_path, mark, capsys, name):
    more, words = SHAPES[name]
    path = hostile(tmp_path / "w.safetensors", SIZES, **more)
    assert words in refused(tmp_path, capsys, mark, {"checkpoint": str(path)})


@pytest.mark.parametrize("text", ["[" * 100_000 + "]" * 100_000, '{"card": ' * 5_000, "[]", "3", '"x"', "[1,"])
def test_a_card_that_is_no_table(tmp_path, mark, capsys, text):
    from safetensors.numpy import save_file

    path = tmp_path / "w.safetensors"
    save_file({"x": np.zeros(1, np.float32)}, path, {"relxfer": text})
    assert "expected a safetensors file" in refused(tmp_path, capsys, mark, {"checkpoint": str(path)})
    save_file({"x": np.zeros(1, np.float32)}, path, {"relxfer": json.dumps({"card": "os:system", "sha256": "0"})})
    assert "expected a safetensors file" in refused(tmp_path, capsys, mark, {"checkpoint": str(path)})


def test_another_model_than_the_configuration_names(finished, tmp_path, mark, capsys):
    (path,) = finished.glob("sources/*/model.safetensors")
    words = refused(tmp_path, capsys, mark, {"checkpoint": str(path), "model": "relation-frequency"})
    assert "expected a checkpoint of the model 'relation-frequency', got one of 'ultra'" in words
    words = refused(tmp_path, capsys, mark, {"checkpoint": str(path), "model": SIZES | {"dim": 8}})
    assert "expected dim = 4, with which the checkpoint" in words
    assert "got 8; leave it out, or set continued = true" in words


def test_options_that_the_shipped_weights_override_are_refused(tmp_path, mark, capsys):
    source = {"weights": "kg-base", "model": {"use": "ultra", "support": 0.9}}
    words = refused(tmp_path, capsys, mark, source)
    assert "expected support = 0.03, with which" in words
    assert "got 0.9; leave it out, or set continued = true to train on with it" in words


#: Sizes that would fill any memory -> of which kind of model.
HUGE: dict[str, dict[str, Any]] = {
    "width": {"use": "lenet", "width": 10**9},
    "picture": {"use": "pixels", "size": 10**6},
    "dim": SIZES | {"dim": 10**6},
    "layers": SIZES | {"entity_layers": 10**9},
    "hidden": {"use": "gcn", "hidden": 10**6},
    "rounds": {"use": "gcn", "layers": 10**9},
}


@pytest.mark.parametrize("name", HUGE)
def test_sizes_that_no_array_has(tmp_path, name):
    path = hostile(tmp_path / "w.safetensors", HUGE[name], card={"inputs": 3})
    with pytest.raises(UnfitArtefact, match="expected a model of the size of its 1 arrays, got sizes that"):
        artefacts.read(path, Plugins.load(third_party=False), None)


def test_more_classes_than_rows(tmp_path):
    task = {"kind": "classification", "answers": [str(number) for number in range(90_000)]}
    path = hostile(tmp_path / "w.safetensors", {"use": "lenet", "width": 4096}, card={"task": task})
    with pytest.raises(UnfitArtefact, match="a Linear of far more numbers"):
        artefacts.read(path, Plugins.load(third_party=False), None)
