"""The records of learning curves: what a file of results may hold."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from relxfer.results.curves.learning_curves import Curve, Point


def test_a_curve_is_read_by_labels_and_values():
    curve = Curve("s", (Point(10, 0.2, 0.1, 0.3), Point(100, 0.5, 0.4, 0.6)))
    assert (curve.labels, curve.values) == ((10, 100), (0.2, 0.5))


def test_a_stored_curve_has_a_point():
    with pytest.raises(ValidationError, match="at least 1 item"):
        TypeAdapter(Curve).validate_python({"strategy": "s", "points": []})
