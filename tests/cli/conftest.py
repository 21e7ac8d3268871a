"""A finished run of the points, two seeds, for verbs that read one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from relxfer.testing import blobs, harness

CONFIG = {
    "seeds": 2,
    "threads": 1,
    "device": "cpu",
    "source": {"name": "points", "datasets": ["blobs-source"], "training": {"steps": 1}, "shared": True},
    "target": {"name": "turned", "dataset": {"use": "blobs-target", "train": 60}, "label_budgets": [12]},
    "strategy": [{"use": "finetune"}],
    "report": {"resamples": 200},
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
