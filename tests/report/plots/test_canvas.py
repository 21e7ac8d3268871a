"""The style of plots, and their files."""

from __future__ import annotations

import pytest

from relxfer.report.plots import canvas

matplotlib = pytest.importorskip("matplotlib")


@canvas.styled
def drawn():
    figure, (panel,) = canvas.panels(1, 2.0)
    panel.plot([0, 1], [0, 1])
    return figure


def test_settings_of_the_user_change_nothing():
    plain = canvas.svg(drawn())
    with matplotlib.rc_context({"lines.linewidth": 9, "axes.facecolor": "red", "svg.fonttype": "path"}):
        assert canvas.svg(drawn()) == plain


def test_there_is_a_marker_for_every_colour():
    assert len(set(canvas.COLOURS)) == len(set(canvas.MARKERS)) == len(canvas.COLOURS)


@pytest.mark.parametrize("name", ["a.svg", "a.png"])
def test_the_same_figure_gives_the_same_file(tmp_path, name):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        canvas.write(drawn(), tmp_path / folder / name)
    assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
