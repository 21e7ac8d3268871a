"""A small run of the blobs, and what must be equal when it is run again after a fault."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import relxfer
from relxfer import files
from relxfer.testing import blobs, harness

TRAINING = {"steps": 4, "batch_size": 8, "lr": 0.01, "validations": 2, "checkpoint_seconds": 0.0}
CONFIG: dict[str, Any] = {
    "name": "small",
    "threads": 1,
    "device": "cpu",
    "source": {"datasets": ["blobs-source"], "training": TRAINING},
    "target": {"dataset": "blobs-target"},
    "training": TRAINING,
    "strategy": [{"stages": ["feature-extraction", "finetune"], "name": "both"}],
    "report": {"resamples": 200},
}
#: What no damage may change, of a cell and of a row of the report.
CELL = ("source", "target", "budget", "seed", "strategy", "status", "id", "evaluation", "sha", "n", "metrics")
ROW = ("strategy", "budget", "metrics", "interval", "gain", "over_direct", "verdict", "p", "selection")


def run(folder: Path, *plugins: Any, **changes: Any) -> relxfer.Results:
    """The small run with these keys changed; what it remarks on is not of interest."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return harness.run(CONFIG | changes, folder, [blobs, *plugins])


def ending(folder: Path) -> dict[str, Any]:
    """Weights and numbers as they lie in a run directory."""
    results = relxfer.Results.open(folder)
    models = sorted(folder.glob("*/*/model.safetensors"))
    return {
        "weights": {path.parent.name: files.content_digest(*files.read_arrays(path)) for path in models},
        "cells": [_of(cell, CELL) for cell in results.cells],
        "rows": [_of(row, ROW) for row in results.rows],
    }


def _of(values: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: values[name] for name in names if name in values}


@pytest.fixture(scope="session")
def small() -> SimpleNamespace:
    """`run(folder, *plugins, **changes)`, `ending(folder)`, and the configuration behind them."""
    return SimpleNamespace(run=run, ending=ending, config=CONFIG, training=TRAINING, relxfer=relxfer)


@pytest.fixture(scope="session")
def whole(small, tmp_path_factory) -> Path:
    """The run that nothing disturbs; copy it before you damage it."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    small.run(folder)
    return folder
