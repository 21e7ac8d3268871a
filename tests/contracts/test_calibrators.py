"""Every built-in calibrator keeps the contract."""

from __future__ import annotations

from relxfer.testing import CalibratorContract


class TestTemperature(CalibratorContract):
    calibrator = "temperature"
