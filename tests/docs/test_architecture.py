"""The page on the architecture: every path and name on it exists, and each of its walks enters a package once."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PLACE = re.compile(r"`((?:relxfer|plugins|tests|docs)/[\w/.]*?)(?::([A-Za-z_.]+))?`")
WALKS = re.findall(r"^### (.+?)\n(.*?)(?=^##)", PAGE, re.MULTILINE | re.DOTALL)


def defined(path: Path, name: str) -> bool:
    """Whether a module has this function, class or method."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    for part in name.split("."):
        found = [item for item in body if getattr(item, "name", None) == part]
        if not found:
            return False
        body = getattr(found[0], "body", [])
    return True


def package(path: str) -> str:
    """`relxfer/predict/answers.py` is in `relxfer/predict`; a plugin is one package to a stranger."""
    return "/".join(path.split("/")[:2])


@pytest.mark.parametrize(("path", "name"), sorted(set(PLACE.findall(PAGE))), ids=lambda text: text or "-")
def test_every_place_on_the_page_exists(path, name):
    assert (ROOT / path).exists()
    assert not name or defined(ROOT / path, name)


@pytest.mark.parametrize(("title", "walk"), WALKS, ids=[title for title, _ in WALKS])
def test_a_walk_enters_a_package_once(title, walk):
    passed = [package(path) for path, _ in PLACE.findall(walk)]
    entered = [one for one, before in zip(passed, [None, *passed], strict=False) if one != before]
    assert len(entered) >= 3
    assert len(entered) == len(set(entered))


def test_there_are_three_walks():
    assert len(WALKS) == 3


def test_the_table_has_every_package():
    table = re.findall(r"^\| `relxfer/(\w+)`", PAGE, re.MULTILINE)
    assert sorted(table) == sorted(
        path.name for path in (ROOT / "relxfer").iterdir() if (path / "__init__.py").exists()
    )


def test_the_table_is_in_the_order_of_imports():
    """As `tests/test_import_rules.py` has it."""
    rules = ast.parse((ROOT / "tests" / "test_import_rules.py").read_text(encoding="utf-8"))
    (order,) = (
        ast.literal_eval(item.value)
        for item in rules.body
        if isinstance(item, ast.Assign) and getattr(item.targets[0], "id", "") == "ORDER"
    )
    table = re.findall(r"^\| `relxfer/(\w+)`", PAGE, re.MULTILINE)
    assert table == sorted(table, key=order.index)
