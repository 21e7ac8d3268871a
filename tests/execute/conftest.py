"""An engine on the blobs, without a run around it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from relxfer.declare import resolve
from relxfer.execute.engine import Engine
from relxfer.store.run_directory import Store
from relxfer.testing import blobs, harness

TRAINING = {"steps": 2, "batch_size": 8, "validations": 1}
CONFIG: dict[str, Any] = {
    "name": "small",
    "seeds": [0, 1],
    "threads": 1,
    "device": "cpu",
    "source": {"name": "s", "datasets": ["blobs-source"], "training": TRAINING},
    "target": {"name": "t", "dataset": "blobs-target", "label_budgets": [6, "all"]},
    "training": TRAINING,
    "strategy": [{"use": "finetune"}],
    "report": {"baselines": False, "resamples": 200},
}


class Small:
    """Configurations of the blobs: `Small(folder)(seeds=1)` is an engine of one of them."""

    config = CONFIG

    def __init__(self, folder: Path):
        self.folder = folder

    def __call__(self, *plugins: Any, **changes: Any) -> Engine:
        loaded = harness.plugins_with([blobs, *plugins])
        experiment = resolve.load(CONFIG | changes, loaded)
        folder = self.folder / "run"
        folder.mkdir(exist_ok=True)
        return Engine(experiment, loaded, Store(folder))

    def run(self, *plugins: Any, **changes: Any) -> Any:
        """The results of a whole run, in the same folder."""
        return harness.run(CONFIG | changes, self.folder / "run", [blobs, *plugins])


@pytest.fixture
def small(tmp_path: Path) -> Small:
    return Small(tmp_path)
