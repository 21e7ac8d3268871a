"""Items as points."""

from __future__ import annotations

import pytest

from relxfer.report.plots import embedding

pytest.importorskip("matplotlib")


def test_wrong_ones_are_crosses_and_rare_classes_are_one_colour():
    answers = ["a", "a", *(f"rare {n}" for n in range(9))]
    right = [True, False, *[True] * 9]
    made = embedding.figure([(n, n) for n in range(11)], answers, right, (0.5, 0.25))
    names = [text.get_text() for text in made.legends[0].get_texts()]
    assert (names[0], names[-2:]) == ("a", ["3 others", "predicted wrongly"])
    assert [line.get_marker() for line in made.axes[0].lines][:3] == ["o", "x", "o"]
