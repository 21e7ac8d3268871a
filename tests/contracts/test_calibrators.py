"""Every built-in calibrator keeps the contract."""

from __future__ import annotations

from relxfer.testing import CalibratorContract


class TestTemperature(CalibratorContract):
    calibrator = "temperature"


class TestPlattRanking(CalibratorContract):
    calibrator = "platt-ranking"


class TestPlatt(CalibratorContract):
    calibrator = "platt"
    keeps_order = False  # every label has its own line
