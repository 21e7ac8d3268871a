"""Where an error comes from: the line that the author of a plugin can change."""

from __future__ import annotations

import importlib.util
import sys
import sysconfig
import types
from pathlib import Path

import pytest
import torch

from relxfer.plugins import fault


def module(path: Path, name: str, text: str) -> types.ModuleType:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    spec = importlib.util.spec_from_file_location(name, path)
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def caught(call, *of) -> BaseException:
    try:
        call(*of)
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


def test_of_an_error_in_torch_it_is_the_line_that_called_torch(tmp_path):
    mine = module(tmp_path / "mine.py", "mine", "def loss(x):\n    return (\n        x @ x)\n")
    assert fault.place(caught(mine.loss, torch.ones(2, 3))) == "mine.py:3"


def test_a_module_of_a_package_is_named_from_the_package(tmp_path):
    mine = module(tmp_path / "pack" / "inner" / "net.py", "pack.inner.net", "def loss():\n    return {}[1]\n")
    assert fault.place(caught(mine.loss)) == "pack/inner/net.py:2"
    top = module(tmp_path / "pack" / "__init__.py", "pack", "def loss():\n    return {}[1]\n")
    assert fault.place(caught(top.loss)) == "pack/__init__.py:2"


def test_a_library_that_the_plugin_calls_is_not_the_plugin(tmp_path, monkeypatch):
    monkeypatch.setattr(sysconfig, "get_path", lambda name: str(tmp_path / name))
    library = module(tmp_path / "purelib" / "lib.py", "lib", "def inner():\n    raise ValueError\n")
    monkeypatch.setitem(sys.modules, "lib", library)
    mine = module(tmp_path / "mine.py", "mine", "import lib\n\ndef loss():\n    lib.inner()\n")
    plugin = types.SimpleNamespace(mine=mine)
    monkeypatch.setitem(caught.__globals__, "__name__", "relxfer.train")
    assert fault.place(caught(plugin.mine.loss)) == "mine.py:4"
    assert fault.place(caught(library.inner)) == "lib.py:2", "an installed plugin, which relxfer called itself"


def test_without_a_line_of_a_plugin_there_is_none(monkeypatch):
    monkeypatch.setitem(caught.__globals__, "__name__", "relxfer.train")
    assert fault.place(caught(torch.zeros(2).view, 3)) == ""


def test_a_traceback_names_causes_and_is_bounded():
    def raises():
        try:
            raise KeyError("cause")
        except KeyError as error:
            raise ValueError("x" * 50_000) from error

    with pytest.raises(ValueError) as raised:  # noqa: PT011
        raises()
    text = fault.full(raised.value)
    assert "KeyError: 'cause'" in text
    assert "left out" in text
    assert len(text) < 21_000
