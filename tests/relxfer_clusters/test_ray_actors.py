"""The executor `ray` keeps the contract."""

from __future__ import annotations

import pytest

pytest.importorskip("ray", reason="needs ray")
from relxfer.testing import ExecutorContract

pytestmark = [pytest.mark.extra, pytest.mark.filterwarnings("ignore")]


class TestRay(ExecutorContract):
    executor, options = "ray", {"jobs": 2}
