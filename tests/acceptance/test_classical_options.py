"""The two classical options on pictures, offline: LeNet of the digits 0 to 4, then two digits of 5 to 9.

Option A trains the head alone, option B everything; scratch trains the same network from nothing.
"""

from __future__ import annotations

import numpy as np
import pytest

import relxfer
from relxfer.store import files

LENET = {"use": "lenet", "size": 20, "width": 64}
SOURCE = {
    "name": "digits 0-4",
    "datasets": [{"use": name, "classes": [0, 1, 2, 3, 4]} for name in ("digits", "digits-photo")],
    "shared": True,
    "model": LENET,
    "training": {"steps": 400, "batch_size": 32, "lr": 2e-3, "schedule": "linear", "validations": 0},
}
ROWS = [
    {"name": "A", "use": "feature-extraction", "head": "new"},
    {"name": "A, logistic", "use": "feature-extraction", "head": "logistic"},
    {"name": "B", "use": "finetune", "lr_factor": 0.2, "head_lr_factor": 10.0},
    {"use": "scratch"},
]


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> relxfer.Results:
    config = {
        "name": "options",
        "seeds": 4,
        "threads": 1,
        "device": "cpu",
        "source": SOURCE,
        "target": {
            "dataset": {"use": "digits-photo", "classes": [5, 7]},
            "adapter": {"use": "images", "augment": ["shift"]},
            "model": LENET,
            "label_budgets": [3, "all"],
            "labels_per": "class",
        },
        "training": {"steps": 60, "batch_size": 16, "lr": 2e-3, "validations": 1},
        "validator": "last-step",  # the one validation label of this budget would choose at random
        "strategy": ROWS,
        "report": {"baselines": False},
    }
    return relxfer.run(config, out=tmp_path_factory.mktemp("options"))


def models(done, strategy):
    for cell in done.cells:
        assert cell.status == "done", cell.reason
        if cell.strategy == strategy:
            yield files.read_arrays(done.folder / "cells" / cell.id / "model.safetensors")[0]


def source_model(done):
    (path,) = done.folder.glob("sources/*/model.safetensors")
    return files.read_arrays(path)[0]


@pytest.mark.parametrize("strategy", ["A", "A, logistic"])
def test_option_a_leaves_every_frozen_tensor_and_buffer_bit_equal(done, strategy):
    before = source_model(done)
    body = [name for name in before if not name.startswith("head.")]
    assert {name.rpartition(".")[2] for name in body} >= {"weight", "running_mean", "num_batches_tracked"}
    for after in models(done, strategy):
        assert [name for name in body if before[name].tobytes() != after[name].tobytes()] == []
        assert after["head.weight"].shape == (2, 64)
        assert before["head.weight"].shape == (5, 64)


def test_option_b_moves_every_part(done):
    before = source_model(done)
    for after in models(done, "B"):
        assert all(not np.array_equal(before[name], after[name]) for name in before if name.endswith("weight"))


@pytest.mark.parametrize("strategy", ["A, logistic", "B"])
def test_scratch_is_far_below_at_few_labels(done, strategy):
    """The median over seeds: on another processor training rounds otherwise, and one of four may come out far off."""
    few = [cell for cell in done.cells if cell.budget == 3]
    accuracy = {
        name: np.median([cell.metrics["accuracy"] for cell in few if cell.strategy == name])
        for name in (strategy, "scratch")
    }
    assert accuracy[strategy] > accuracy["scratch"] + 0.05, accuracy
