"""Reliability diagram: how often answers are right against the probability that they were given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relxfer.judge.records import Reliability
from relxfer.report.plots.canvas import COLOURS, MARKERS, named, panels, styled


@styled
def figure(curves: Mapping[str, Reliability]) -> Any:
    """A figure of matplotlib, where right probabilities lie on the diagonal; a point's area is its share of answers.

    curves  name of a row -> its reliability
    """
    made, (panel,) = panels(1, 4.2, 4.2)
    panel.plot([0, 1], [0, 1], color="#000000", linewidth=0.8, ls="--", label="right")
    for number, (name, of) in enumerate(curves.items()):
        colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
        points = [(bin.probability, bin.right) for bin in of.bins]
        panel.plot(*zip(*points, strict=True), color=colour, linewidth=1, label=named(name), marker=marker)
        panel.scatter(*zip(*points, strict=True), s=[400 * bin.share for bin in of.bins], color=colour, alpha=0.25)
    panel.set_xlim(-0.02, 1.02)
    panel.set_ylim(-0.02, 1.02)
    panel.set_aspect("equal")
    panel.set_xlabel("probability of the answer")
    panel.set_ylabel("share that is right")
    panel.legend()
    return made
