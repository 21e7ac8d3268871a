"""Curves drawn with characters."""

from __future__ import annotations

from relxfer.report.curves import chart


def test_the_chart_has_every_point_where_it_belongs():
    lines = chart.draw({"one": [(10, 0.0), (1000, 1.0)], "two": [(100, 0.5)]}, [10, 100, 1000])
    inside = [line.partition("┤")[2] for line in lines[: chart.HEIGHT]]
    assert inside[0] == " " * (chart.WIDTH - 1) + "a" or inside[0].endswith("·a")
    assert inside[-1][0] == "a"
    assert inside[chart.HEIGHT // 2][(chart.WIDTH - 1) // 2 + 1] == "b"
    assert lines[-1].split() == ["a", "one", "b", "two"]
    assert lines[-2].split() == ["10", "100", "1,000"]


def test_a_level_chart_and_close_ticks():
    lines = chart.draw({"one": [(10, 0.5), (1000, 0.5)]}, [10, 11, 1000])
    assert lines[-2].split() == ["10", "1,000"]
    assert sum("a" in line for line in lines[: chart.HEIGHT]) == 1
