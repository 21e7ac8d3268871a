"""A small experiment to tune."""

from __future__ import annotations

from typing import Any

import pytest

CONFIG: dict[str, Any] = {
    "seeds": 3,
    "threads": 1,
    "device": "cpu",
    "target": {"dataset": "blobs-target", "label_budgets": [24]},
    "training": {"steps": 20, "batch_size": 8, "validations": 4, "lr": 1e-4},
    "strategy": [{"use": "l2-sp"}],
    "source": {"datasets": ["blobs-source"], "shared": True, "training": {"steps": 20}},
}


@pytest.fixture
def config() -> dict[str, Any]:
    return CONFIG
