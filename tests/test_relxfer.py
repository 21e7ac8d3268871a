"""What `import relxfer` offers: names for people, errors to catch, and nothing heavy."""

from __future__ import annotations

import ast
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import relxfer
from relxfer import errors

API = (Path(__file__).parents[1] / "docs" / "api.md").read_text(encoding="utf-8")
ERRORS = {name for name, made in vars(errors).items() if inspect.isclass(made) and issubclass(made, Exception)}


def for_checkers() -> dict[str, str]:
    """name -> module, of the imports that only a type checker sees."""
    tree = ast.parse(inspect.getsource(relxfer))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    return {alias.name: node.module or "" for node in block.body for alias in node.names}  # type: ignore[attr-defined]


def test_every_name_exists_and_is_what_a_type_checker_takes_it_for():
    assert relxfer.__all__ == sorted({*for_checkers(), "API_VERSION", "hookimpl"})
    assert for_checkers() == relxfer._HOME
    for name in relxfer.__all__:
        assert getattr(relxfer, name) is not None


def test_a_name_that_nobody_offers():
    with pytest.raises(AttributeError, match="no attribute 'Nothing'"):
        relxfer.Nothing  # noqa: B018


def test_every_error_can_be_caught_by_name():
    assert set(relxfer.__all__) >= ERRORS


def test_every_error_is_in_the_tree_and_in_the_documentation():
    assert set(re.findall(r"[├└]── (\w+)", errors.__doc__ or "")) | {"RelxferError"} == ERRORS
    assert set(re.findall(r"^\| `relxfer\.(\w+)` \|", API, re.MULTILINE)) >= ERRORS


def test_importing_it_brings_nothing_heavy():
    code = "import sys, relxfer; relxfer.RelxferError; print({'torch', 'numpy', 'pydantic'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize(("given", "expected"), [({}, "PASSIVE"), ({"OMP_WAIT_POLICY": "ACTIVE"}, "ACTIVE")])
def test_threads_wait_without_spinning_unless_the_user_says_otherwise(given, expected):
    code = "import os, relxfer; print(os.environ['OMP_WAIT_POLICY'])"
    environment = {name: value for name, value in os.environ.items() if name != "OMP_WAIT_POLICY"} | given
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.strip() == expected
