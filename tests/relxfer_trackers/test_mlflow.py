"""Runs of MLflow: one for the whole, one for each cell, which goes on where the cell does."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.extra


def test_a_cell_has_one_run_below_that_of_the_whole(told, mlflow_place):
    from relxfer_trackers.mlflow import MLflow
    from relxfer_trackers.mlflow_store import Store
    from relxfer_trackers.options import MLflowOptions

    folder = mlflow_place / "run"
    broken = MLflow(MLflowOptions())
    told.tell(broken, folder, ends=False)
    broken.close()
    store = Store(MLflowOptions(), folder)
    assert [store.found(key)[0].info.status for key in ("whole", told.CELL["id"])] == ["KILLED", "KILLED"]
    told.tell(MLflow(MLflowOptions()), folder, points=[told.POINT, told.LATER])
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


def test_one_store_is_asked_few_things(told, mlflow_place, monkeypatch):
    from relxfer_trackers import mlflow_store
    from relxfer_trackers.mlflow import MLflow
    from relxfer_trackers.options import MLflowOptions

    made, sent = [], []
    begin, send = mlflow_store.Store.__init__, mlflow_store.Store._send
    monkeypatch.setattr(mlflow_store.Store, "__init__", lambda self, *given: made.append(self) or begin(self, *given))
    monkeypatch.setattr(mlflow_store.Store, "_send", lambda *given: sent.append(given[2]) or send(*given))
    points = [{**told.POINT, "step": -step} for step in range(1, 9)]
    told.tell(MLflow(MLflowOptions()), mlflow_place / "few", points=points)
    assert len(made) == 1
    # parameters, the points of an earlier run, two points, costs, metrics on the test, numbers of rows
    assert sent == ["params", *["metrics"] * 6, "tags"]
