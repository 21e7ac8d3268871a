"""The reliability diagram."""

from __future__ import annotations

import pytest

from relxfer.judge.records import Bin, Reliability
from relxfer.report.plots import reliability

pytest.importorskip("matplotlib")


def test_points_are_shares_that_are_right_at_a_probability():
    made = reliability.figure({"a": Reliability(0.1, None, 9, (Bin(0.3, 0.2, 0.5), Bin(0.9, 0.8, 0.5)))})
    (panel,) = made.axes
    assert panel.lines[1].get_xydata().tolist() == [[0.3, 0.2], [0.9, 0.8]]
    assert panel.collections[0].get_sizes().tolist() == [200, 200]
