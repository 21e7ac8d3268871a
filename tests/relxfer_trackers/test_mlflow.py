"""Runs of MLflow: one for the whole, one for each cell, which goes on where the cell does."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.extra


def test_a_cell_has_one_run_below_that_of_the_whole(told, mlflow_place):
    from relxfer_trackers.mlflow import MLflow
    from relxfer_trackers.mlflow_store import Store
    from relxfer_trackers.options import MLflowOptions

    folder = mlflow_place / "run"
    told.tell(MLflow(MLflowOptions()), folder, ends=False)
    told.tell(MLflow(MLflowOptions()), folder, points=[told.POINT])
    store = Store(MLflowOptions(), folder)
    (whole,), (cell,) = store.found("whole"), store.found(told.CELL["id"])
    assert cell.data.tags["mlflow.parentRunId"] == whole.info.run_id
    assert cell.data.tags["relxfer.folder"] == str(folder)
    assert (cell.data.params["training.lr"], cell.data.params["seed"]) == ("0.1", "0")
    assert (cell.info.status, whole.info.status) == ("FINISHED", "FINISHED")
    steps = [each.step for each in store.client.get_metric_history(cell.info.run_id, "fit-0/validation")]
    assert steps == [0, 5], "each point once"
    assert cell.data.metrics["test/mrr"] == 0.5
    assert whole.data.metrics["gain/s.t.finetune.10"] == 0.1
    assert whole.data.tags["verdict/s.t.finetune.10"] == "HELPS"
