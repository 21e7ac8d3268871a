"""A small run of the blobs, and what must be equal when it is run again after a fault."""

from __future__ import annotations

import functools
import os
import sys
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
import tomli_w

import relxfer
from relxfer.cli import main
from relxfer.results.records import CellResult, Row
from relxfer.store import files
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
}
#: What no damage may change, of a cell and of a row of the report.
CELL = ("source", "target", "budget", "seed", "strategy", "status", "id", "evaluation", "sha", "n", "metrics")
ROW = ("strategy", "budget", "metrics", "interval", "gain", "over_direct", "selection")


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


@dataclass(frozen=True)
class Told:
    """What a command came to; `words` are of both outputs."""

    code: int
    words: str


def command(config: Path, folder: Path, prepare: Callable[[], None] = lambda: None) -> Told:
    """`relxfer run CONFIG --out FOLDER` in a copy of this process, where `prepare()` runs first."""
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # there is no other thread of ours
        process = os.fork()
    if process == 0:
        _become(config, folder, prepare, writing)
    os.close(writing)
    with open(reading) as stream:
        words = " ".join(stream.read().split())
    assert "Traceback" not in words, words
    return Told(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), words)


def _become(config: Path, folder: Path, prepare: Callable[[], None], writing: int) -> NoReturn:
    code = 99
    try:
        os.dup2(writing, 1)
        os.dup2(writing, 2)
        sys.stdout, sys.stderr = (os.fdopen(number, "w", closefd=False) for number in (1, 2))
        warnings.resetwarnings()
        harness.installed(blobs)
        prepare()
        code = main(["run", str(config), "--out", str(folder), "-q"])
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _of(record: CellResult | Row, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}


@pytest.fixture(scope="session")
def small() -> SimpleNamespace:
    """`run(folder, *plugins, **changes)`, `ending(folder)`, and the configuration behind them."""
    return SimpleNamespace(run=run, ending=ending, config=CONFIG, training=TRAINING)


@pytest.fixture
def command_of(tmp_path) -> Callable[..., Told]:
    """`command(folder, prepare)` of the small run; skips where a process cannot be copied."""
    if not hasattr(os, "fork"):
        pytest.skip("needs fork")
    config = tmp_path / "small.toml"
    config.write_text(tomli_w.dumps(CONFIG))
    return functools.partial(command, config)


@pytest.fixture(scope="session")
def whole(small, tmp_path_factory) -> Path:
    """The run that nothing disturbs; copy it before you damage it."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    small.run(folder)
    return folder
