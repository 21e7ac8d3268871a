"""What a metric returns: contributions whose mean is the metric."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from relxfer import ByInfluence, PerItem, RelxferError, Undefined


def test_the_mean_of_contributions_is_the_metric():
    assert PerItem(np.array([0.0, 1.0])).contributions.mean() == 0.5
    made = ByInfluence(3.0, np.array([-1.0, 0.5, 0.5]))
    assert made.contributions.tolist() == [2.0, 3.5, 3.5]
    assert made.contributions.mean() == made.value


def test_undefined_has_a_reason_and_is_told_in_words():
    with pytest.raises(RelxferError, match="all test answers are equal"):
        raise Undefined("all test answers are equal")


def test_tasks_and_metrics_are_listed_without_numpy_and_torch():
    code = (
        "import sys; from relxfer.plugins.finder import Plugins; from relxfer.judge import offers;"
        "offers.relxfer_metrics(); import relxfer.contract.metrics, relxfer.contract.tasks;"
        "assert not {'numpy', 'torch'} & {*sys.modules}"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
