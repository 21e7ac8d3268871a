"""A transfer is spelt in one place."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import relxfer
from relxfer.results import names


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("a", "b", "a → b"),
        (None, "b", "no source → b"),
        ("a", None, "a"),
        (None, None, "no source"),
        ("", "b", "no source → b"),
    ],
)
def test_a_transfer_and_a_source_stage(source, target, expected):
    assert names.transfer(source, target) == expected


def test_nobody_else_spells_it():
    """In code an arrow stands in this module, and in heads of tables; elsewhere only documentation has one."""
    for path in sorted(Path(relxfer.__file__).parent.rglob("*.py")):
        if path.name == "names.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                assert not any(isinstance(part, ast.Constant) and "→" in str(part.value) for part in node.values), path
