"""A calibrator is used where the strategy sees validation labels of a task that it is for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from relxfer.contract.data import Domain, Examples
from relxfer.judge.classification import Classification
from relxfer.judge.ranking import Ranking
from relxfer.plan.calibration import NO_CALIBRATION, Calibrated, choose

NAMED: Any = SimpleNamespace(name="temperature", record=SimpleNamespace(tasks=("classification",)))
CLASSES = Classification(answers=("a", "b"))
LABELS = Examples(None, np.arange(3), np.array([0, 1, 1]))


def test_none_is_named():
    assert choose(None, Domain("d", CLASSES, val=LABELS)) is NO_CALIBRATION


def test_labels_are_seen():
    assert choose(NAMED, Domain("d", CLASSES, val=LABELS)) == Calibrated(NAMED)


def test_no_labels_are_seen():
    reason = "not calibrated by temperature: the strategy sees no validation labels of the target"
    for val in (None, LABELS.take(np.arange(0)), LABELS.hidden()):
        assert choose(NAMED, Domain("d", CLASSES, train=LABELS, val=val)) == Calibrated(None, reason)


def test_another_task():
    reason = "not calibrated by temperature, which is for classification: the task is ranking"
    task = Ranking(answers=("a", "b"), open=True)
    assert choose(NAMED, Domain("d", task, val=LABELS)) == Calibrated(None, reason)
