"""The confusion matrix."""

from __future__ import annotations

import pytest

from relxfer.report.plots import confusion

pytest.importorskip("matplotlib")


def test_a_field_is_as_dark_as_the_share_of_its_class():
    (panel,) = confusion.figure(["$a$", "b"], [[3, 1], [0, 0]]).axes
    shades = panel.images[0].get_array()[..., 3].round(3).tolist()
    assert shades == [[0.612, 0.238], [0.05, 0.05]]
    assert sorted(text.get_text() for text in panel.texts) == ["1", "3"]


def test_of_many_classes_numbers_are_left_out():
    (panel,) = confusion.figure([str(n) for n in range(20)], [[1] * 20] * 20).axes
    assert not panel.texts
