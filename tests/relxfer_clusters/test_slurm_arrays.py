"""The executor `slurm` keeps the contract, in processes of this machine."""

from __future__ import annotations

import pytest

from relxfer.testing import ExecutorContract

pytest.importorskip("submitit", reason="needs submitit")

pytestmark = pytest.mark.extra


class TestSlurm(ExecutorContract):
    executor = "slurm"
    options = {"cluster": "local", "jobs": 2}
