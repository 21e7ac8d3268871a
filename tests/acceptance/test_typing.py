"""A user's script is checked by the types of relxfer, and does what it says."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

import relxfer
from relxfer.testing import blobs

ROOT = Path(relxfer.__file__).parents[1]
SCRIPT = Path(__file__).parent / "templates" / "typed" / "user.py"


#: What is wrong in a script -> what stands there instead of what, and what mypy says of it.
MISTAKES = {
    "attribute": ("gain.low if", "gain.lowest if", 'has no attribute "lowest"'),
    "optional": ("row.interval is not None", "row.metrics", '"None" of "Interval | None" has no attribute "estimate"'),
    "mapping": ('cell.metrics.get("mrr", 0.0)', 'cell["metrics"]["mrr"]', "not indexable"),
    "literal": ('results.to_frame("cells")', 'results.to_frame("columns")', "incompatible type"),
    "error": ("error.problems", "error.problem", 'has no attribute "problem"'),
    "domain": ("cell.target.train", "cell.target.training", 'has no attribute "training"'),
}


@pytest.fixture(scope="module")
def said(tmp_path_factory) -> list[str]:
    """What mypy --strict says of the script and of every mistake in it; relxfer itself is checked by its own run."""
    pytest.importorskip("mypy")
    folder, text = tmp_path_factory.mktemp("typed"), SCRIPT.read_text(encoding="utf-8")
    (folder / "user.py").write_text(text, encoding="utf-8")
    for name, (right, wrong, _) in MISTAKES.items():
        assert right in text
        (folder / f"{name}.py").write_text(text.replace(right, wrong), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", *sorted(os.listdir(folder))],
        capture_output=True, text=True, cwd=folder, env={**os.environ, "MYPYPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout.splitlines()


def test_the_package_says_that_it_is_typed():
    assert (Path(relxfer.__file__).parent / "py.typed").exists()


def test_mypy_has_nothing_to_say_of_a_users_script(said):
    assert [line for line in said if line.startswith("user.py")] == []


@pytest.mark.parametrize("name", MISTAKES)
def test_mypy_finds_what_is_wrong_in_it(said, name):
    assert any(line.startswith(f"{name}.py") and MISTAKES[name][2] in line for line in said)


def test_the_script_does_what_it_says(tmp_path, monkeypatch):
    spec = importlib.util.spec_from_file_location("user", SCRIPT)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "user", module)
    spec.loader.exec_module(module)  # type: ignore[union-attr]
    config = {
        "seeds": 2,
        "threads": 1,
        "source": {"datasets": ["blobs-source"], "training": {"steps": 2}, "shared": True},
        "target": {"dataset": "blobs-target"},
        "training": {"steps": 2, "validations": 1},
        "strategy": {"use": "half", "share": 0.25},
        "report": {"baselines": False},
    }
    results = relxfer.run(config, tmp_path / "run", plugins=[blobs, module])
    lines = module.report(results)
    assert lines[0].startswith("half 0 ")
    assert lines[1].startswith("half: 0.")
    assert any(line.startswith("blobs-target: 24 ") for line in lines)
