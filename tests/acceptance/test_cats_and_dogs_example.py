"""The two classical options of examples/cats_dogs.toml, and scratch, end to end on an embedded stand-in."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest
from sklearn.datasets import load_digits

import relxfer
from relxfer.store import files


@pytest.fixture(scope="module")
def run(root, tmp_path_factory):
    """LeNet learns the digits 0 to 4; the task is to tell small ones from large ones among 5 to 9."""
    folder = tmp_path_factory.mktemp("digits")
    found = load_digits()
    images = (found.images * (255 / 16)).astype(np.uint8)
    for name, chosen, labels in (
        ("source", found.target < 5, found.target),
        ("target", found.target >= 5, np.where(found.target < 7, "small", "large")),
    ):
        np.savez(folder / f"{name}.npz", images=images[chosen], labels=labels[chosen])
    example = tomllib.loads((root / "examples" / "cats_dogs.toml").read_text())
    model = {"use": "lenet", "width": 32}
    config = {
        **example,
        "seeds": 2,
        "threads": 1,
        "device": "cpu",
        "source": {
            "datasets": [{"use": "image-files", "path": str(folder / "source.npz"), "name": "0 to 4"}],
            "model": model,
            "shared": True,
            "training": {"steps": 100, "batch_size": 32, "lr": 2e-3},
        },
        "target": {
            **example["target"],
            "dataset": {"use": "image-files", "path": str(folder / "target.npz"), "name": "5 to 9"},
            "adapter": "images",
            "model": model,
        },
        "training": {**example["training"], "steps": 120},
    }
    return relxfer.run(config, out=folder / "run")


def test_both_options_and_scratch_run_at_every_budget(run):
    done = {(cell.strategy, cell.budget) for cell in run.cells if cell.status == "done"}
    rows = ("only the head", "everything", "scratch", "majority-class")
    assert done == {(name, b) for name in rows for b in (10, "all")}
    assert run.row("only the head").metrics["accuracy"] > 0.65
    assert run.row("everything", budget=10).labels_per == "class"
    assert run.row("scratch", budget=10).interval


def test_the_source_model_unchanged_is_refused_for_another_task(run):
    direct = [cell for cell in run.cells if cell.role == "direct"]
    assert {cell.status for cell in direct} == {"refused"}


def test_only_the_head_leaves_every_frozen_tensor_and_buffer_bit_equal(run):
    (source,) = (run.folder / "sources").glob("*/model.safetensors")
    before = files.read_arrays(source)[0]
    cells = {cell.id for cell in run.cells if cell.strategy == "only the head"}
    for cell in cells:
        after = files.read_arrays(run.folder / "cells" / cell / "model.safetensors")[0]
        frozen = [name for name in before if not name.startswith("head.")]
        assert any("running_mean" in name for name in frozen)
        assert all(before[name].tobytes() == after[name].tobytes() for name in frozen)


def test_everything_moves_everything(run):
    (source,) = (run.folder / "sources").glob("*/model.safetensors")
    before = files.read_arrays(source)[0]
    cell = next(cell for cell in run.cells if cell.strategy == "everything" and cell.budget == "all")
    after = files.read_arrays(run.folder / "cells" / cell.id / "model.safetensors")[0]
    assert all(not np.array_equal(before[name], after[name]) for name in before if "weight" in name)
