"""Calibrators: probabilities of scores, fitted to validation labels.

The record of each offer stands here; `load` names the module beside it that holds the class.
"""

from __future__ import annotations

from relxfer.contract.records import Calibrator

CALIBRATORS = (
    Calibrator(
        name="temperature",
        load="relxfer_strategies.calibrating.temperature:Temperature",
        tasks=("classification",),
        summary="the scores divided by one number before the softmax",
    ),
)
