"""A plugin in a file is imported under its stem, and every mistake is told in words."""

from __future__ import annotations

import itertools
import sys

import pytest

from relxfer.errors import PluginError, UsageError
from relxfer.plugins import from_file
from relxfer.plugins.finder import Plugins

GOOD = """
from relxfer import TransferStrategy, hookimpl
from {beside} import FACTOR

class Mine:
    def __init__(self, options): ...
    def transfer(self, cell): return cell.learner

@hookimpl
def relxfer_transfer_strategies():
    return [TransferStrategy(name="mine-{name}", load="{name}:Mine", needs=("source-model",))]
"""
_numbers = itertools.count()


@pytest.fixture
def written(tmp_path, monkeypatch):
    """A function that writes a plugin under a new name, which no other test has imported."""
    monkeypatch.setattr(sys, "path", list(sys.path))

    def write(text: str):
        name = f"file_plugin_{next(_numbers)}"
        (tmp_path / f"{name}_beside.py").write_text("FACTOR = 1\n")
        path = tmp_path / f"{name}.py"
        path.write_text(text.format(name=name, beside=f"{name}_beside") if "{" in text else text)
        return path

    return write


def test_its_offers_are_found_and_load(written):
    path = written(GOOD)
    plugins = Plugins.load(files=[path])
    offer = plugins.find("strategy", f"mine-{path.stem}")
    assert offer.record.load == f"{path.stem}:Mine"
    assert sys.modules[path.stem].FACTOR == 1
    assert [name for _, name in plugins.given] == [path.stem]


def test_a_file_named_twice_is_one_plugin(written, monkeypatch):
    path = written(GOOD)
    monkeypatch.chdir(path.parent)
    plugins = Plugins.load(files=[path, path.name])
    assert [name for _, name in plugins.given] == [path.stem]


def test_its_version_is_that_of_its_content(written):
    text = GOOD.replace("{beside}", "math").replace("FACTOR", "pi")
    first = written(text)
    version = Plugins.load(files=[first]).find("strategy", f"mine-{first.stem}").version
    again = Plugins.load(files=[first]).find("strategy", f"mine-{first.stem}").version
    assert version == again
    first.write_text(first.read_text() + "\nTHETA = 2\n")
    del sys.modules[first.stem]
    assert Plugins.load(files=[first]).find("strategy", f"mine-{first.stem}").version != version


def test_a_file_beside_it_takes_the_place_of_nothing_installed(written):
    path = written(GOOD)
    (path.parent / "colorsys.py").write_text("raise RuntimeError('not me')\n")
    path.write_text("import colorsys\n" + path.read_text())
    Plugins.load(files=[path])


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("x = 1\ny = 1 / 0\n", PluginError, r"ZeroDivisionError: division by zero \(.*\.py:2\); correct the file"),
        ("x = (\n", PluginError, r"SyntaxError: .*\.py:1\)"),
        ("import sys\nsys.exit(0)\n", PluginError, "SystemExit: 0"),
        ("import a_module_that_nobody_has\n", PluginError, r"No module named .*\.py:1\)"),
        ("x = 1\n", UsageError, "which has no hooks; write a function such as relxfer_transfer_strategies"),
        ("def relxfer_strategies(): ...\n", PluginError, "did you mean 'relxfer_transfer_strategies'"),
        ("def relxfer_datasets(): ...\n", PluginError, "lacks the decorator"),
        (GOOD.replace("mine-{name}", "finetune"), PluginError, "'finetune' is already offered by plugin 'strategies'"),
    ],
)
def test_a_file_that_is_wrong(written, text, error, words):
    path = written(text)
    with pytest.raises(error, match=words):
        Plugins.load(files=[path])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere.py", "which is not there"),
        ("notes.txt", "a file of another kind"),
        ("folder", "a folder"),
        ("my-plugin.py", "rename the file with letters, digits and _ only"),
        ("json.py", "a module 'json' is installed or loaded"),
        ("__main__.py", "a module '__main__' is installed or loaded"),
    ],
)
def test_a_path_that_cannot_be_a_plugin(tmp_path, name, words):
    (tmp_path / "folder").mkdir()
    for each in ("notes.txt", "my-plugin.py", "json.py", "__main__.py"):
        (tmp_path / each).write_text(GOOD)
    with pytest.raises(UsageError, match=words):
        from_file.module_of(tmp_path / name)


def test_a_second_file_of_the_same_name_is_refused(written, tmp_path):
    path = written(GOOD)
    from_file.module_of(path)
    other = tmp_path / "other"
    other.mkdir()
    (other / path.name).write_text(path.read_text())
    with pytest.raises(UsageError, match="rename the file"):
        from_file.module_of(other / path.name)
