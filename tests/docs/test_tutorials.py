"""The tutorials work when they are pasted, with fewer steps, in a folder that has the examples."""

from __future__ import annotations

import importlib.util
import runpy
import shutil
from pathlib import Path
from typing import Any

import pytest

from relxfer import cli

ROOT = Path(__file__).resolve().parents[2]
TUTORIALS = sorted((ROOT / "docs" / "tutorials").glob("*.md"))
#: So few steps show that the commands work; the pages show what more of them give.
FEWER = ("--seeds", "1", "--set", "training.steps=2", "--set", "target.label_budgets=[10, 20]", "-q")


@pytest.fixture(scope="module")
def pages() -> Any:
    """The script that runs the pages, as a module."""
    spec = importlib.util.spec_from_file_location("tutorial_pages", ROOT / "scripts" / "tutorial_pages.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def do(words: list[str]) -> None:
    if words[0] == "python":
        runpy.run_path(words[1])
        return
    fewer = FEWER if words[1] == "run" else ()
    if fewer and "[source.training]" in Path(words[2]).read_text(encoding="utf-8"):
        fewer = (*fewer, "--set", "source.training.steps=2")
    assert cli.main([*words[1:], *fewer]) == 0, words


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_a_tutorial_works_when_it_is_pasted(page, pages, tmp_path, monkeypatch):
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    monkeypatch.chdir(tmp_path)
    text = page.read_text(encoding="utf-8")
    list(pages.work(text, tmp_path, lambda words: do(words) or ""))
    assert any((tmp_path / "runs").iterdir())


@pytest.mark.parametrize("page", TUTORIALS, ids=lambda page: page.stem)
def test_every_output_of_a_tutorial_was_written(page, pages):
    for block in pages.blocks(page.read_text(encoding="utf-8")):
        mark, info, content = block.groups()
        if mark == "output":
            assert info == "text"
            assert content.strip()


def test_the_output_of_a_command_stands_in_its_place(pages, tmp_path):
    text = "```sh\nfirst\n```\n\n<!-- output -->\n```text\nold\n```\nafter\n"
    pages.command = lambda words, folder: f"{words[0]} in {folder.name}\n"
    assert pages.filled(text, tmp_path / "room") == text.replace("old", "first in room")
