"""The executor `joblib` keeps the contract, and gives each worker a device of its own."""

from __future__ import annotations

import pytest

pytest.importorskip("joblib", reason="needs joblib")
from relxfer.testing import ExecutorContract

pytestmark = pytest.mark.extra


class TestJoblib(ExecutorContract):
    executor, options = "joblib", {"jobs": 2}
