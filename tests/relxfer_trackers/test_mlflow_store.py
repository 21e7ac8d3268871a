"""The store of MLflow: runs are found again, and numbers that did not change are not logged again."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.extra


def test_a_run_is_found_again_and_numbers_are_set_once(mlflow_place):
    from relxfer_trackers.mlflow_store import Store
    from relxfer_trackers.options import MLflowOptions

    store = Store(MLflowOptions(), mlflow_place / "other")
    run = store.run("mine", "a name")
    store.describe(run, {"a": 1, "a|b": None})
    store.describe(run, {"a": 2})
    for value in (1.0, 1.0, 2.0):
        store.set(run, {"gain": value})
    store.log(run, (7, {"loss": 0.5}), (8, {"loss": 0.25}))
    many = {f"x{number}": 1.0 for number in range(250)}
    store.log(run, (0, many))
    assert Store(MLflowOptions(), mlflow_place / "other").run("mine", "another name") == run
    assert [each.value for each in store.client.get_metric_history(run, "gain")] == [1.0, 2.0]
    assert {("loss", 7), ("loss", 8)} <= store.held(run)
    assert many.keys() <= store.client.get_run(run).data.metrics.keys(), "more than one request takes"
    assert store.client.get_run(run).data.params == {"a": "1", "a_b": ""}
    assert store.found("yours") == []
