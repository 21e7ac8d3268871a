"""The executor `joblib` keeps the contract, and gives each worker a device of its own."""

from __future__ import annotations

import pytest
from relxfer_clusters import joblib_tasks

from relxfer.testing import ExecutorContract

pytest.importorskip("joblib", reason="needs joblib")

pytestmark = pytest.mark.extra


class TestJoblib(ExecutorContract):
    executor, options = "joblib", {"jobs": 2}


def test_each_worker_of_a_machine_has_a_device_of_its_own(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    held = [joblib_tasks._held.__wrapped__("run", ("cuda:0", "cuda:1")) for _ in range(2)]
    assert [device for device, _ in held] == ["cuda:0", "cuda:1"]
    for _, lock in held:
        lock.release()
