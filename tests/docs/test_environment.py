"""The page on the environment names every variable that is read, and no other; and the columns of the log."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "environment.md").read_text(encoding="utf-8")
NAME = re.compile(r"\bRELXFER_[A-Z][A-Z_]*\b")
READ = ("relxfer", "plugins", "tests", "scripts", "benchmarks", "examples", ".ci")


def named_in(*folders: str) -> set[str]:
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.is_file()]
    text = (path.read_text(encoding="utf-8", errors="ignore") for path in paths if "__pycache__" not in path.parts)
    return {name for content in text for name in NAME.findall(content)}


def rows(variables: str) -> set[str]:
    return set(re.findall(r"^\| `(RELXFER_[A-Z_]+)` \|", variables, re.MULTILINE))


def test_the_page_has_the_variables_that_code_reads_and_no_other():
    users, tests = PAGE.split("The tests of relxfer read")
    assert rows(users) == named_in("relxfer", "plugins")
    assert rows(users) | rows(tests) == named_in(*READ)


def test_no_other_page_has_a_variable_that_this_one_lacks():
    assert named_in("docs") <= rows(PAGE)


def test_the_page_has_the_variables_of_others_that_code_reads():
    asked = re.compile(r"environ(?:\.(?:get|setdefault)\(|\[)\"([A-Z]\w+)\"")
    code = [
        path.read_text(encoding="utf-8") for folder in ("relxfer", "plugins") for path in (ROOT / folder).rglob("*.py")
    ]
    read = {name for text in code for name in asked.findall(text)}
    assert {"OMP_WAIT_POLICY", "RAY_ADDRESS"} <= read
    assert [name for name in sorted(read) if f"`{name}`" not in PAGE] == []
