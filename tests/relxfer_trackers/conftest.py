"""Events of a cell, as a run tells them, and a store of MLflow."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

CELL = {"source": "s", "target": "t", "strategy": "finetune", "budget": 10, "seed": 0, "id": "0123456789abcdef"}
POINT = {"phase": "fit-0", "step": 0, "values": {"validation": 0.25}}
LATER = {"phase": "fit-0", "step": 5, "values": {"validation": 0.5, "loss": 2.0}}


def tell(observer, folder, *, points=(), ends=True):
    """One cell with two points, after the points of an earlier run, then the end of the run."""
    observer.relxfer_cell_started(folder=folder, cell=CELL, options={"training.lr": 0.1}, points=points)
    observer.relxfer_epoch_finished(cell=CELL, **POINT)
    observer.relxfer_epoch_finished(cell=CELL, **LATER)
    if ends:
        measured = {"seconds": 3.0, "cpu_seconds": 4.0, "energy_wh": 0.5, "peak_mb": None}
        observer.relxfer_cell_finished(cell=CELL, outcome={"status": "done", **measured})
        observer.relxfer_run_finished(folder=folder, results=RESULTS)


GAIN = SimpleNamespace(estimate=0.1, low=0.05, high=0.2)
ROW = SimpleNamespace(
    source="s", target="t", strategy="finetune", budget=10, metrics={"mrr": 0.5}, gain=GAIN, verdict="HELPS"
)
RESULTS = SimpleNamespace(cells=[SimpleNamespace(id=CELL["id"], metrics={"mrr": 0.5})], rows=[ROW])


@pytest.fixture(scope="session")
def mlflow_place(tmp_path_factory) -> Path:
    """A folder with a store of MLflow, which takes seconds to make."""
    pytest.importorskip("mlflow", reason="the extra mlflow is not installed")
    from relxfer_trackers.mlflow_store import Store
    from relxfer_trackers.options import MLflowOptions

    place = tmp_path_factory.mktemp("mlflow")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
        patch.delenv("MLFLOW_TRACKING_URI", raising=False)
        Store(MLflowOptions(), place / "run")
    return place


@pytest.fixture
def told():
    """What is told, and `tell(observer, folder)`."""
    return SimpleNamespace(tell=tell, CELL=CELL, POINT=POINT, LATER=LATER)
