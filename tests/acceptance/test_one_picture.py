"""Batches and budgets of one picture: every built-in strategy runs, or says what it needs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import relxfer
from relxfer.plan.grid import strategies_of
from relxfer.plugins.finder import Plugins


def pictures(folder: Path, count: int = 6) -> Path:
    """Two classes, told by where a bright bar lies."""
    rng = np.random.default_rng(5)
    for kind in range(2):
        (folder / f"c{kind}").mkdir(parents=True)
        for number in range(count):
            values = rng.integers(0, 60, (28, 28)).astype(np.uint8)
            values[slice(0, 9) if kind else slice(-9, None)] = 220
            Image.fromarray(values).save(folder / f"c{kind}" / f"{number}.png")
    return folder


def strategies() -> list[dict]:
    """Every built-in one that pictures can have, stages with a fit after them."""
    rows: list[dict] = [{"use": "feature-extraction", "head": head} for head in ("new", "logistic", "svm")]
    rows += [{"use": "co-train", "stage": "grace"}, {"use": "ensemble", "of": "finetune", "members": 2}]
    for record in strategies_of(Plugins.load(third_party=False)):
        if record.name not in ("prior", "k-means", "ensemble") and not any("." in need for need in record.needs):
            rows.append({"stages": [record.name, "finetune"]} if record.stage else {"use": record.name})
    return [{"name": f"{number}", **row} for number, row in enumerate(rows)]


@pytest.mark.parametrize("batch_size", [1, 16])
def test_every_strategy_with_a_batch_or_a_budget_of_one(tmp_path, batch_size):
    config = {
        "seeds": 1,
        "threads": 1,
        "device": "cpu",
        "source": {
            "model": "lenet",
            "datasets": [{"use": "image-files", "path": str(pictures(tmp_path / "source"))}],
            "training": {"steps": 2, "batch_size": batch_size},
        },
        "target": {
            "dataset": {"use": "image-files", "path": str(pictures(tmp_path / "target"))},
            "label_budgets": [1, 2, 3, "all"],
        },
        "training": {"steps": 2, "batch_size": batch_size, "validations": 1},
        "strategy": strategies(),
        "report": {"baselines": False},
    }
    results = relxfer.run(config, tmp_path / "run")
    assert not results.failed, {cell.strategy: cell.reason for cell in results.failed}
    refused = {cell.reason for cell in results.cells if cell.status == "refused"}
    of_batches = {"expected batches of at least 2 inputs, got 1; raise training.batch_size"}  # adabn
    of_labels = {"expected labels of at least two classes, got of 1; raise the label budget"}  # logistic, svm
    assert refused == (of_labels | of_batches if batch_size == 1 else of_labels)
