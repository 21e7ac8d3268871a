"""The pages for authors, block by block, in an empty folder."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from relxfer import Results
from relxfer.cli import main

DOCS = Path(__file__).resolve().parents[2] / "docs"
_BLOCK = re.compile(r"^(?:<!-- file: (\S+) -->\n)?```(\w+)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: Lines of code that fit on a screen.
SCREEN = 50


def blocks(page: str) -> Iterator[tuple[str, str, str]]:
    """(name of the file or "", language, content) of every block, in order."""
    yield from _BLOCK.findall((DOCS / page).read_text(encoding="utf-8"))


def paste(page: str, folder: Path) -> None:
    """Do what the page says, in this folder: write its files, and run its commands."""
    for name, language, content in blocks(page):
        if name:
            (folder / name).write_text(content, encoding="utf-8")
        elif language == "sh":
            for line in content.splitlines():
                verb, *arguments = line.split()
                assert verb == "relxfer"
                relxfer(arguments, folder)


def relxfer(arguments: list[str], folder: Path) -> None:
    """The command in this folder, in a copy of this process, which has imported what it needs."""
    if not hasattr(os, "fork"):
        return run([sys.executable, "-m", "relxfer", *arguments], folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # there is no other thread of ours
        process = os.fork()
    if process == 0:
        os.chdir(folder)
        code = 99
        try:
            warnings.resetwarnings()
            with contextlib.redirect_stdout((folder / "told.txt").open("w")) as told, contextlib.redirect_stderr(told):
                code = main(arguments)
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 0, (folder / "told.txt").read_text()
    return None


def run(command: list[str], folder: Path) -> None:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=600, env=os.environ | {"PYTHONPATH": ""}
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("page", "name", "rows"),
    [
        ("own_strategy.md", "own-strategy", {"match-means", "match hard", "mmd"}),
        ("own_dataset.md", "own-data", {"finetune", "zero-shot"}),
        ("own_metric.md", "own-metric", {"finetune", "zero-shot"}),
    ],
)
def test_a_page_works_when_it_is_pasted(page, name, rows, tmp_path):
    paste(page, tmp_path)
    results = Results.open(tmp_path / "runs" / name)
    assert {cell.strategy for cell in results.cells if cell.status == "done"} >= rows
    if page == "own_metric.md":
        assert results.row("finetune").metrics["top-2"] >= results.row("finetune").metrics.get("accuracy", 0.0)
    if page == "own_strategy.md":
        assert next(cell for cell in results.cells if cell.strategy == "match-means").texts == {
            "compared": "means of features"
        }
        run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_my_strategy.py"], tmp_path)


@pytest.mark.parametrize("page", ["own_strategy.md", "own_dataset.md", "own_metric.md"])
def test_a_file_of_code_fits_on_a_screen(page):
    sizes = {name: len(content.splitlines()) for name, language, content in blocks(page) if language == "python"}
    assert {name: size for name, size in sizes.items() if size > SCREEN} == {}


def test_the_blocks_of_the_page_on_helpers_hold():
    names: dict[str, object] = {}
    for _, language, content in blocks("authoring.md"):
        if language == "python":
            exec(compile(content, "authoring.md", "exec"), names)
    assert names["loss"].item() > 0  # type: ignore[attr-defined]


def test_every_helper_that_the_page_names_is_there():
    import importlib

    text = (DOCS / "authoring.md").read_text(encoding="utf-8")
    for row in re.findall(r"^\| (`relxfer\.authoring.*?) \| (.*) \|$", text, re.MULTILINE):
        modules = [importlib.import_module(name) for name in re.findall(r"`([\w.]+)`", row[0])]
        for helper in re.findall(r"`(\w+)`", row[1]):
            if helper not in ("learn", "predict"):
                assert any(hasattr(module, helper) for module in modules), helper
