"""`relxfer new-plugin` writes a package whose tests pass as generated; so do those of the example plugin."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from relxfer.authoring.scaffold import write_plugin
from relxfer.errors import UsageError


def run_tests(folder: Path) -> str:
    """The plugin's own tests, in a process of their own that does not know this checkout's settings."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder)]
    environment = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("PYTEST_ADDOPTS", None)
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def files_of(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


@pytest.fixture
def written(tmp_path) -> Path:
    return write_plugin("my-method", tmp_path / "plugin")


def test_it_writes_a_package(written):
    expected = ["README.md", "pyproject.toml", "relxfer_my_method.py", "tests/test_contract.py"]
    assert files_of(written) == expected
    project = tomllib.loads((written / "pyproject.toml").read_text())["project"]
    assert project["name"] == "relxfer-my-method"
    assert project["entry-points"] == {"relxfer": {"my-method": "relxfer_my_method"}}
    assert not [path for path in files_of(written) if "$" in (written / path).read_text()]


def test_its_tests_pass_as_generated(written):
    assert " passed" in run_tests(written)


def test_it_is_clean(written):
    ruff = pytest.importorskip("ruff", reason="ruff is not installed")
    for verb in (["check", "--select", "E,F,I,UP,B"], ["format", "--diff"]):
        command = [ruff.find_ruff_bin(), *verb, "--isolated", "--no-cache", "--line-length", "110", "."]
        done = subprocess.run(command, cwd=written, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("My Method", "try 'my-method'"),
        ("my_method", "try 'my-method'"),
        ("2-fast", "try 'fast'"),
        ("a--b", "try 'a-b'"),
        ("-", "begin with a letter"),
        ("../up", "try 'up'"),
    ],
)
def test_a_name_that_cannot_be_used(tmp_path, name, hint):
    with pytest.raises(UsageError, match=hint):
        write_plugin(name, tmp_path / "plugin")
    assert not (tmp_path / "plugin").exists()


@pytest.mark.parametrize(("name", "why"), [("finetune", "built-in strategy"), ("kg", "module 'relxfer_kg'")])
def test_a_name_that_is_taken(tmp_path, name, why):
    with pytest.raises(UsageError, match=why):
        write_plugin(name, tmp_path / "plugin")


def test_files_are_never_overwritten(tmp_path):
    (tmp_path / "precious.txt").write_text("mine")
    with pytest.raises(UsageError, match="new or empty folder"):
        write_plugin("my-method", tmp_path)
    with pytest.raises(UsageError, match="got a file"):
        write_plugin("my-method", tmp_path / "precious.txt")
    assert files_of(tmp_path) == ["precious.txt"]


def test_the_tests_of_the_example_plugin_pass(root):
    assert " passed" in run_tests(root / "examples" / "plugin")
