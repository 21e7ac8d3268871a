"""The executor `ray` keeps the contract."""

from __future__ import annotations

import os

import pytest

from relxfer.testing import ExecutorContract

ray = pytest.importorskip("ray", reason="needs ray")

pytestmark = [pytest.mark.extra, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module", autouse=True)
def cluster():
    """One cluster for all tests, because each takes seconds to start; an executor uses the one that is there."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    ray.init(address="local", num_cpus=2, include_dashboard=False, log_to_driver=False)
    yield
    ray.shutdown()


class TestRay(ExecutorContract):
    executor, options = "ray", {"jobs": 2}
