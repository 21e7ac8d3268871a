"""Training curves."""

from __future__ import annotations

import pytest

from relxfer.report.plots import training

pytest.importorskip("matplotlib")


def test_runs_of_one_strategy_share_colour_and_name():
    (panel,) = training.figure(
        "loss", {"a": [[(1, 0.5), (2, 0.4)], [(1, 0.6), (2, 0.1)]], "b": [[(1, 1), (3, 2)]]}
    ).axes
    colours = [line.get_color() for line in panel.lines]
    assert colours[0] == colours[1] != colours[2]
    assert [text.get_text() for text in panel.get_legend().get_texts()] == ["a", "b"]
