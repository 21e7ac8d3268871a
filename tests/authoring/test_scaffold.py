"""`relxfer new-plugin` writes a package whose tests pass as generated; so do those of the example plugin."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from relxfer.authoring.scaffold import KINDS, write_plugin
from relxfer.errors import UsageError

#: As in the project of a plugin.
SETTINGS = """[pytest]
addopts = --import-mode=importlib
filterwarnings =
    error
    ignore:.*torch.jit.*:DeprecationWarning
"""


def run_tests(folder: Path, *more: str) -> str:
    """The plugin's own tests, in a process of their own that does not know this checkout's settings."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), *more]
    environment = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    environment.pop("PYTEST_ADDOPTS", None)
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=900)
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


@pytest.fixture(scope="session")
def every_kind(tmp_path_factory) -> Path:
    """A folder with a package of every kind."""
    folder = tmp_path_factory.mktemp("kinds")
    for kind in KINDS:
        write_plugin(f"my-{kind}", folder / kind, kind)
    return folder


def test_the_tests_of_every_kind_pass_as_generated(every_kind):
    """In one process, so that libraries are imported once."""
    (every_kind / "pytest.ini").write_text(SETTINGS)
    paths = [str(every_kind / kind) for kind in KINDS]
    told = run_tests(every_kind, *(f"--override-ini=pythonpath={' '.join(paths)}", *paths))
    assert " passed" in told
    for kind in KINDS:
        assert (every_kind / kind / "tests" / "test_contract.py").is_file()


def test_every_module_has_at_most_60_lines(every_kind, root):
    paths = [*every_kind.glob("*/relxfer_*.py"), *(root / "examples" / "plugin").glob("relxfer_*.py")]
    lengths = {path.name: len(path.read_text().splitlines()) for path in paths}
    assert len(lengths) == len(KINDS) + 3
    assert {name: length for name, length in lengths.items() if length > 60} == {}


def test_every_module_with_hooks_is_light(every_kind):
    """Listing plugins imports neither torch nor pytest."""
    names = [path.stem for path in every_kind.glob("*/relxfer_*.py") if not path.stem.endswith(("_net", "_learner"))]
    code = f"import sys, {', '.join(names)}; assert not {{'torch', 'pytest'}} & set(sys.modules)"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(str(every_kind / kind) for kind in KINDS)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr


def test_it_is_clean(every_kind):
    ruff = pytest.importorskip("ruff", reason="ruff is not installed")
    for verb in (["check", "--select", "E,F,I,UP,B"], ["format", "--diff"]):
        for kind in KINDS:
            command = [ruff.find_ruff_bin(), *verb, "--isolated", "--no-cache", "--line-length", "110", "."]
            done = subprocess.run(command, cwd=every_kind / kind, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr


def test_a_kind_that_is_none(tmp_path):
    with pytest.raises(UsageError, match="did you mean 'metric'"):
        write_plugin("my-method", tmp_path / "plugin", "metrics")


def test_an_offer_of_another_kind_may_have_the_name(tmp_path):
    write_plugin("finetune", tmp_path / "plugin", "section")
    with pytest.raises(UsageError, match="built-in metric"):
        write_plugin("mrr", tmp_path / "other", "metric")


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


@pytest.mark.parametrize(("name", "why"), [("finetune", "built-in transfer strategy"), ("kg", "module 'relxfer_kg'")])
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
