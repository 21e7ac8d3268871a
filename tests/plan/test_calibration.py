"""A calibrator is used where the strategy sees validation labels of a task that it is for."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np

from relxfer.contract.data import Domain, Examples
from relxfer.judge.metrics.classification import Classification
from relxfer.judge.metrics.ranking import Ranking
from relxfer.plan.calibration import NO_CALIBRATION, Calibrated, choose
from relxfer.plugins.finder import Plugins

NAMED: Any = SimpleNamespace(name="temperature", record=SimpleNamespace(tasks=("classification",)))
CLASSES = Classification(answers=("a", "b"))
LABELS = Examples(None, np.arange(3), np.array([0, 1, 1]))


def chosen(named, shown, asked="temperature"):
    return choose(named, asked, Plugins.load(third_party=False), shown, None)


def test_an_automatic_one_is_used_where_none_is_named():
    found = chosen(None, Domain("d", CLASSES, val=LABELS), "auto")
    assert found.calibrator.name == "temperature"
    assert found.val is LABELS
    assert chosen(None, Domain("d", CLASSES, train=LABELS), "auto") == NO_CALIBRATION, "nothing is said"


def test_none_is_named():
    assert chosen(None, Domain("d", CLASSES, val=LABELS), "none") is NO_CALIBRATION


def test_labels_are_seen():
    assert chosen(NAMED, Domain("d", CLASSES, val=LABELS)) == Calibrated(NAMED)


def test_no_labels_are_seen():
    reason = "not calibrated by temperature: the strategy sees no validation labels of the target"
    for val in (None, LABELS.take(np.arange(0)), LABELS.hidden()):
        assert chosen(NAMED, Domain("d", CLASSES, train=LABELS, val=val)) == Calibrated(None, reason)


def test_another_task():
    reason = "not calibrated by temperature, which is for classification: the task is ranking"
    task = Ranking(answers=("a", "b"), open=True)
    assert chosen(NAMED, Domain("d", task, val=LABELS)) == Calibrated(None, reason)
