"""What learns from validation labels is calibrated and scored by labels that it left out in turn, or not at all."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from relxfer.contract.data import Domain, Examples
from relxfer.contract.strategies import LeftOut
from relxfer.execute.transfers import left_out
from relxfer.judge.metrics.classification import Classification
from relxfer.plan.calibration import Calibrated
from relxfer.plan.selection import Selection

TASK = Classification(("a", "b"))
VAL = Examples(None, np.arange(2), np.array([0, 1]))
ALL = Examples(None, np.array([7, 1, 0]), np.array([0, 1, 0]))
TOLD = LeftOut(ALL, np.array([[1.0, 0.0], [3.0, 0.0], [2.0, 0.0]]))


def stages(*learn: bool) -> Any:
    return [SimpleNamespace(build=lambda each=each: SimpleNamespace(learns_validation=each)) for each in learn]


def calibrated(learn: tuple[bool, ...], left: dict[str, LeftOut], val: Examples | None = VAL) -> Calibrated:
    shown: Any = SimpleNamespace(target=Domain("d", TASK, val=val), calibrated=Calibrated(None, "", VAL))
    return left_out.calibrated(shown, stages(*learn), left)


@pytest.mark.parametrize("learns", [True, False])
def test_labels_that_were_learnt_do_not_calibrate(learns):
    made = calibrated((learns,), {})
    assert (made.val is None) is learns
    assert made.reason == ("not calibrated: the strategy learns from validation labels too" if learns else "")


def test_labels_that_the_strategy_never_saw_calibrate():
    assert calibrated((True,), {}, None).val is VAL


def test_labels_that_were_left_out_calibrate():
    made = calibrated((True,), {"": TOLD})
    assert made.val is ALL
    assert made.scores is TOLD.scores
    assert made.reason == ""


@pytest.mark.parametrize(
    ("learn", "left", "by"),
    [
        ((False, True), {"1.": TOLD}, ALL),
        ((True, False), {"0.": TOLD}, None),  # trained on after the labels were left out
        ((True, True), {"1.": TOLD}, None),  # an earlier stage has learnt them
        ((True,), {"member-0.": TOLD}, None),  # of a part of the model
    ],
)
def test_of_several_stages_the_last_alone_may_have_learnt_them(learn, left, by):
    assert calibrated(learn, left).val is by


class Rule:
    """Scores by the highest score of each validation query."""

    def __init__(self, options):
        pass

    def score(self, learner, cell):
        return float(np.concatenate([*learner.predict(cell.target.val.hidden())]).max(1).mean())


def selection(val, needs=("target-labels",)):
    chosen: Any = SimpleNamespace(record=SimpleNamespace(needs=needs), build=lambda: Rule(None))
    return Selection(chosen, Domain("d", TASK, val=val))


def test_validation_labels_are_scored_as_they_were_left_out():
    assert left_out.score(stages(True), {"": TOLD}, selection(VAL)) == 2.5


def test_there_is_no_score_without_labels_left_out_or_by_a_rule_that_asks_for_others():
    others = Examples(None, np.array([99]), np.array([0]))
    assert left_out.score(stages(True), {}, selection(VAL)) is None
    assert left_out.score(stages(True), {"": TOLD}, selection(others)) is None
    assert left_out.score(stages(True), {"": TOLD}, selection(VAL, ("target-inputs",))) is None
    assert left_out.score(stages(True), {"": TOLD}, Selection()) is None
