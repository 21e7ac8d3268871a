"""What learns from validation labels is not calibrated on them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from relxfer.contract.data import Domain, Examples
from relxfer.execute.transfers.transfer import _left
from relxfer.judge.metrics.classification import Classification
from relxfer.plan.calibration import Calibrated

VAL = Examples(None, np.arange(2), np.array([0, 1]))


def left(learns: bool, val: Examples | None = VAL) -> Calibrated:
    stage = SimpleNamespace(build=lambda: SimpleNamespace(learns_validation=learns))
    ready: Any = SimpleNamespace(cell=SimpleNamespace(method=SimpleNamespace(stages=(stage,))))
    shown: Any = SimpleNamespace(
        target=Domain("d", Classification(("a", "b")), val=val), calibrated=Calibrated(None, "", VAL)
    )
    return _left(shown, ready)


@pytest.mark.parametrize("learns", [True, False])
def test_labels_that_were_learnt_do_not_calibrate(learns):
    made = left(learns)
    assert (made.val is None) is learns
    assert made.reason == ("not calibrated: the strategy learns from validation labels too" if learns else "")


def test_labels_that_the_strategy_never_saw_calibrate():
    assert left(True, None).val is VAL
