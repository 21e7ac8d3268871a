"""Items as points."""

from __future__ import annotations

import pytest

from relxfer.report.plots import embedding

pytest.importorskip("matplotlib")


def test_wrong_ones_are_crosses_and_rare_classes_are_one_colour():
    answers = ["a", "a", *(f"rare {n}" for n in range(9))]
    right = [True, False, *[True] * 9]
    (panel,) = embedding.figure([(n, n) for n in range(11)], answers, right, (0.5, 0.25)).axes
    names = [text.get_text() for text in panel.get_legend().get_texts()]
    assert names[:2] == ["a", "a, predicted wrongly"]
    assert names[-1] == "3 others"
    assert [line.get_marker() for line in panel.lines][:3] == ["o", "x", "o"]
