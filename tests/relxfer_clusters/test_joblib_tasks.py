"""The executor `joblib` keeps the contract, and gives each worker a device of its own."""

from __future__ import annotations

import pytest

from relxfer.testing import ExecutorContract

pytest.importorskip("joblib", reason="needs joblib")

pytestmark = pytest.mark.extra


class TestJoblib(ExecutorContract):
    executor, options = "joblib", {"jobs": 2}
