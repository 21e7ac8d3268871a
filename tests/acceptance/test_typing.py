"""A user's script is checked by the types of relxfer, and does what it says."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import relxfer
from relxfer.testing import blobs

ROOT = Path(relxfer.__file__).parents[1]
SCRIPT = Path(__file__).parent / "templates" / "typed" / "user.py"


def checked(script: Path) -> tuple[int, str]:
    """mypy --strict of a script; what is in relxfer itself is tested by its own run."""
    pytest.importorskip("mypy")
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent", script.name],
        capture_output=True, text=True, cwd=script.parent, env={**os.environ, "MYPYPATH": str(ROOT)},
    )  # fmt: skip
    return done.returncode, done.stdout


def test_the_package_says_that_it_is_typed():
    assert (Path(relxfer.__file__).parent / "py.typed").exists()


def test_mypy_has_nothing_to_say_of_a_users_script(tmp_path):
    code, words = checked(Path(shutil.copy(SCRIPT, tmp_path)))
    assert code == 0, words


@pytest.mark.parametrize(
    ("right", "wrong", "words"),
    [
        ("gain.low if", "gain.lowest if", 'has no attribute "lowest"'),
        ("row.interval is not None", "row.metrics", '"None" of "Interval | None" has no attribute "estimate"'),
        ('cell.metrics.get("mrr", 0.0)', 'cell["metrics"]["mrr"]', "not indexable"),
        ('results.to_frame("cells")', 'results.to_frame("columns")', "incompatible type"),
        ("error.problems", "error.problem", 'has no attribute "problem"'),
        ("cell.target.train", "cell.target.training", 'has no attribute "training"'),
    ],
)
def test_mypy_finds_what_is_wrong_in_it(tmp_path, right, wrong, words):
    text = SCRIPT.read_text(encoding="utf-8")
    assert right in text
    (tmp_path / "user.py").write_text(text.replace(right, wrong), encoding="utf-8")
    code, said = checked(tmp_path / "user.py")
    assert code == 1
    assert words in said


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
        "report": {"resamples": 200, "baselines": False},
    }
    results = relxfer.run(config, tmp_path / "run", plugins=[blobs, module])
    lines = module.report(results)
    assert lines[0].startswith("half 0 ")
    assert lines[1].startswith("half: 0.")
    assert any(line.startswith("blobs-target: 24 ") for line in lines)
