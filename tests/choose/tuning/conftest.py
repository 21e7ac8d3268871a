"""A small experiment to tune."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from relxfer.declare import resolve
from relxfer.plugins import in_process
from relxfer.testing import blobs

CONFIG: dict[str, Any] = {
    "seeds": 3,
    "threads": 1,
    "device": "cpu",
    "target": {"dataset": "blobs-target", "label_budgets": [24]},
    "training": {"steps": 20, "batch_size": 8, "validations": 4, "lr": 1e-4},
    "strategy": [{"use": "l2-sp"}],
    "source": {"datasets": ["blobs-source"], "shared": True, "training": {"steps": 20}},
}


@pytest.fixture(scope="session")
def plugins():
    return in_process.load([blobs])


@pytest.fixture
def experiment(plugins):
    def of(**changes: Any) -> Any:
        return resolve.load({**CONFIG, **changes}, plugins, (), Path("unused"))

    return of
