"""Calibrators: probabilities of scores, fitted to validation labels.

The record of each offer stands here; `load` names the module beside it that holds the class.
"""

from __future__ import annotations

from relxfer.contract.records import Calibrator

CALIBRATORS = (
    Calibrator(
        name="temperature",
        load="relxfer_strategies.calibrating.temperature:Temperature",
        tasks=("classification", "link-prediction"),
        automatic=1,
        summary="the scores divided by one number before the softmax",
    ),
    Calibrator(
        name="platt-ranking",
        load="relxfer_strategies.calibrating.platt_ranking:PlattRanking",
        tasks=("ranking", "relation-prediction"),
        automatic=1,
        summary="a logistic function of the share of a candidate in the softmax",
    ),
    Calibrator(
        name="platt",
        load="relxfer_strategies.calibrating.platt:Platt",
        tasks=("multi-label",),
        automatic=1,
        summary="a logistic function of the score of each label",
    ),
)
