"""A small experiment to recommend from: two sources of points, fine-tuning, and scratch."""

from __future__ import annotations

from typing import Any

import pytest

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


@pytest.fixture
def config() -> dict[str, Any]:
    return CONFIG
