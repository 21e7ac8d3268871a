"""One strategy on the blobs, through the real engine."""

from __future__ import annotations

import pytest

from relxfer.store import files
from relxfer.testing import blobs, harness


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory):
    return harness.pretrained(tmp_path_factory.getbasetemp())


@pytest.fixture
def transferred(checkpoint, tmp_path):
    """A function of a strategy and its options: arrays of the source model and of the transferred one."""

    def run(use, steps=8, **options):
        config = {
            "name": "one",
            "threads": 1,
            "device": "cpu",
            "source": {"datasets": ["blobs-source"], "checkpoint": str(checkpoint)},
            "target": {"dataset": "blobs-target"},
            "training": {"steps": steps, "batch_size": 8, "lr": 0.01, "validations": 0},
            "strategy": {"use": use, **options},
            "report": {"baselines": False, "resamples": 200},
        }
        results = harness.run(config, tmp_path / f"{len(list(tmp_path.iterdir()))}", [blobs])
        cell = harness.the_cell(results)
        after, _ = files.read_arrays(results.folder / "cells" / cell["id"] / "model.safetensors")
        return files.read_arrays(checkpoint)[0], after

    return run
