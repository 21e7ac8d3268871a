"""A small experiment to recommend from: two sources of points, fine-tuning, and scratch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from relxfer.declare import resolve
from relxfer.plugins import in_process
from relxfer.testing import blobs

SOURCE: dict[str, Any] = {"datasets": ["blobs-source"], "shared": True, "training": {"steps": 20}}
OTHER: dict[str, Any] = {**SOURCE, "name": "other", "datasets": [{"use": "blobs-source", "train": 12}]}
CONFIG: dict[str, Any] = {
    "name": "small",
    "seeds": 3,
    "threads": 1,
    "device": "cpu",
    "target": {"dataset": "blobs-target", "label_budgets": [24]},
    "training": {"steps": 12, "batch_size": 8, "validations": 3, "lr": 0.01},
    "strategy": [{"use": "finetune"}],
    "source": [SOURCE, OTHER],
}


@pytest.fixture(scope="session")
def plugins():
    return in_process.load([blobs])


@pytest.fixture
def experiment(plugins):
    def of(**changes: Any) -> Any:
        return resolve.load({**CONFIG, **changes}, plugins, (), Path("unused"))

    return of
