"""Scores are judged only where there is a column for every answer."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.contract.data import Examples
from relxfer.contract.tasks import Task
from relxfer.errors import Incompatible
from relxfer.judge.scoring import judge

ASKED = Examples(None, np.array([[0, 0], [1, 0]]), np.array([0, 2]))


@pytest.mark.parametrize("kind", ["classification", "ranking"])
@pytest.mark.parametrize("shape", [(2, 2), (2, 7), (2,)])
def test_scores_without_a_column_for_each_answer_are_refused(kind, shape):
    with pytest.raises(Incompatible, match=r"expected scores \[b, 3\], a column for each answer of the task, got \["):
        judge(Task(kind, ("a", "b", "c")), [np.ones(shape)], ASKED, [ASKED])


@pytest.mark.parametrize("kind", ["classification", "ranking"])
def test_scores_with_a_column_for_each_answer_are_judged(kind):
    scored = judge(Task(kind, ("a", "b", "c")), [np.eye(3)[:1], np.eye(3)[2:]], ASKED, [ASKED])
    assert next(iter(scored.values().values())).tolist() == [1.0, 1.0]
