"""Training curves: a value that was recorded at the validation points of each run, against the steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from relxfer.report.plots.canvas import COLOURS, MARKERS, named, panels, styled

#: A course: steps, and values there.
Line = Sequence[tuple[int, float]]


@styled
def figure(value: str, courses: Mapping[str, Sequence[Line]]) -> Any:
    """A figure of matplotlib with a line for every run; runs of one strategy have one colour and marker.

    value    what was recorded, such as "loss"
    courses  strategy -> the course of each of its runs
    """
    made, (panel,) = panels(1, 2.8)
    for number, (name, lines) in enumerate(courses.items()):
        colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
        for line in lines:
            label = {"label": named(name)} if line is lines[0] else {}
            every = max(1, len(line) // 8)
            panel.plot(*zip(*line, strict=True), color=colour, marker=marker, markevery=every, linewidth=1, **label)
    panel.set_xlabel("step")
    panel.set_ylabel(named(value))
    panel.legend()
    return made
