"""The executor `ray` keeps the contract."""

from __future__ import annotations

import os

import pytest
from relxfer_clusters.options import RayOptions
from relxfer_clusters.ray_actors import _room

from relxfer.testing import ExecutorContract

ray = pytest.importorskip("ray", reason="needs ray")

pytestmark = [pytest.mark.extra, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module", autouse=True)
def cluster():
    """One cluster for all tests, because each takes seconds to start; an executor uses the one that is there."""
    os.environ.update({"RAY_USAGE_STATS_ENABLED": "0", "RAY_worker_niceness": "0"})
    ray.init(address="local", num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


class TestRay(ExecutorContract):
    executor, options = "ray", {"jobs": 2}


@pytest.mark.parametrize(
    ("options", "free", "expected"),
    [
        ({"jobs": 4}, {"CPU": 8.0}, (4, 0.0)),
        ({"jobs": 4, "cpus": 4}, {"CPU": 8.0}, (2, 0.0)),
        ({"jobs": 4}, {"CPU": 8.0, "GPU": 2.0}, (2, 1.0)),
        ({"jobs": 4, "gpus": 0.5}, {"CPU": 8.0, "GPU": 2.0}, (4, 0.5)),
        ({"jobs": 4, "gpus": 0}, {"CPU": 8.0, "GPU": 2.0}, (4, 0)),
    ],
)
def test_a_worker_has_its_own_gpu_and_there_are_as_many_as_have_room(monkeypatch, options, free, expected):
    monkeypatch.setattr(ray, "available_resources", lambda: free)
    monkeypatch.setattr(ray, "cluster_resources", lambda: free)
    assert _room(RayOptions(**options)) == expected
