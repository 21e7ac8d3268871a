"""Items as points, or why there are none."""

from __future__ import annotations

from relxfer.errors import Incompatible
from relxfer.report.parts import embedding
from relxfer.report.shown.points import Points


def points() -> Points:
    return Points("finetune, seed 0", [(0.0, 1.0), (1.0, 0.0)], (0.75, 0.25), ["cat", "dog"], ["cat", "cat"])


def test_wrong_predictions_have_a_cross(told, drawn):
    part = embedding.part(points)
    assert "1 are predicted wrongly" in told(part)
    (svg,) = drawn(part)
    assert ">first component (75 % of the variance)</text>" in svg
    assert ">predicted wrongly</text>" in svg


def test_why_there_is_none_is_told(told):
    def refuse():
        raise Incompatible("a model with features", "one without", "name another row")

    assert told(embedding.part(refuse)).startswith("No picture of it: expected a model with features")
    assert embedding.part(None) is None
