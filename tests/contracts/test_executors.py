"""Every built-in executor keeps the contract."""

from __future__ import annotations

from relxfer.testing import ExecutorContract


class TestSerial(ExecutorContract):
    executor = "serial"


class TestProcesses(ExecutorContract):
    executor, options = "processes", {"jobs": 2}
