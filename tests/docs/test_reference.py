"""The reference names what there is: every public name, every verb with its options."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

import relxfer
import relxfer.testing

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def module(name: str):
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def named() -> list[str]:
    """What the pages of the reference show."""
    pages = sorted((DOCS / "reference").glob("*.md"))
    return [name for page in pages for name in re.findall(r"^::: ([\w.]+)$", page.read_text("utf-8"), re.MULTILINE)]


def test_every_public_name_is_shown_once():
    expected = [*(f"relxfer.{n}" for n in relxfer.__all__), *(f"relxfer.testing.{n}" for n in relxfer.testing.__all__)]
    assert {name: named().count(name) for name in expected} == dict.fromkeys(expected, 1)


def test_every_module_for_authors_is_shown():
    modules = {path.stem for path in (ROOT / "relxfer" / "authoring").glob("*.py")} - {"__init__", "scaffold"}
    assert modules == {n.removeprefix("relxfer.authoring.") for n in named() if n.startswith("relxfer.authoring.")}


def test_the_page_of_the_command_line_is_up_to_date():
    text = (DOCS / "cli.md").read_text(encoding="utf-8")
    assert text == module("cli_page").page(), "run python scripts/cli_page.py"


@pytest.mark.extra
@pytest.mark.parametrize(
    ("docstring", "shown"),
    [
        (
            "A.\n\nlow   the lower\n      bound\nhigh  the upper",
            "A.\n\n- **low**: the lower bound\n- **high**: the upper",
        ),
        ("A.\n\n>>> 1 + 1\n2", "A.\n\n```pycon\n>>> 1 + 1\n2\n```"),
        ("Args:\n    low: the lower bound", "Args:\n    low: the lower bound"),
        ("A.\n\nname  what it is\nbut then a sentence.", "A.\n\nname  what it is\nbut then a sentence."),
    ],
    ids=["fields", "example", "sections are left", "prose is left"],
)
def test_a_docstring_is_shown(docstring, shown):
    pytest.importorskip("griffe", reason="needs the extra docs")
    assert module("docs_fields").listed(docstring) == shown
