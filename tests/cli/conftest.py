"""A configuration, a finished run of the points with two seeds, and what a verb says to standard error."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from relxfer.testing import blobs, harness

CONFIG = {
    "seeds": 2,
    "threads": 1,
    "device": "cpu",
    "source": {"name": "points", "datasets": ["blobs-source"], "training": {"steps": 1}, "shared": True},
    "target": {"name": "turned", "dataset": {"use": "blobs-target", "train": 60}, "label_budgets": [12, "all"]},
    "strategy": [{"use": "finetune"}],
}


@pytest.fixture(scope="session")
def trained(tmp_path_factory) -> Path:
    """A run directory; not to be changed."""
    config = CONFIG | {"training": {"steps": 40, "lr": 0.05, "batch_size": 12}}
    return harness.run(config, tmp_path_factory.mktemp("cli") / "trained", [blobs]).folder


@pytest.fixture(scope="session")
def untrained(tmp_path_factory) -> Path:
    """The same without training: worse; not to be changed."""
    return harness.run(
        CONFIG | {"training": {"steps": 0}}, tmp_path_factory.mktemp("cli") / "untrained", [blobs]
    ).folder


@pytest.fixture
def runs(trained, tmp_path) -> Path:
    """A folder `runs` with a copy of the run as `one`."""
    shutil.copytree(trained, tmp_path / "runs" / "one")
    return tmp_path / "runs"


@pytest.fixture
def config(tmp_path) -> Path:
    """The file of a configuration that nobody has run."""
    path = tmp_path / "run.toml"
    path.write_text(
        '[source]\ndatasets = ["geo-world"]\n[target]\ndataset = "geo-us"\n[[strategy]]\nuse = "finetune"\n'
    )
    return path


@pytest.fixture
def told(capsys) -> Callable[[], str]:
    """A function that returns the complaint on standard error, on one line; a traceback is none."""

    def complaint() -> str:
        shown = capsys.readouterr().err
        assert "Traceback" not in shown
        return " ".join(shown.split())

    return complaint
