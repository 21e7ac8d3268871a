"""The forest plot."""

from __future__ import annotations

import pytest

from relxfer.judge.records import Gain, Interval, Verdict
from relxfer.report.plots import forest
from relxfer.results.records import MetricSummary

pytest.importorskip("matplotlib")


def test_a_line_for_each_gain_from_the_top_and_a_mark_for_each_verdict():
    gains = [
        ("a", Gain(0.1, 0.0, 0.2, 3, 9, baseline="b", verdict=Verdict.HELPS)),
        ("b", Gain(-0.1, -0.2, 0.0, 3, 9, baseline="b", verdict=None)),
        ("c", Interval(0.3, 0.2, 0.4, 3, 9)),
    ]
    made = forest.figure(gains, MetricSummary(name="mrr", minimal_effect=0.05))
    (panel,) = made.axes
    assert [label.get_text() for label in panel.get_yticklabels()] == ["a", "b", "c"]
    ends = [line.get_xdata() for line in panel.lines if len(line.get_xdata()) == 2][1:]
    assert [list(end) for end in ends] == [[0.0, 0.2], [-0.2, 0.0], [0.2, 0.4]]
    assert [text.get_text() for text in made.legends[0].get_texts()] == ["HELPS", "no verdict"]
