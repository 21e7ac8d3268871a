"""Reliability diagram: how often answers are right against the probability that they were given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from relxfer.judge.records import Reliability
from relxfer.report.plots.canvas import COLOURS, MARKERS, panels, styled
from relxfer.store import escaping


@styled
def figure(curves: Mapping[str, Sequence[Reliability]]) -> Any:
    """A figure of matplotlib, where right probabilities lie on the diagonal.

    curves  name of a row -> the reliability of each of its seeds
    """
    made, (panel,) = panels(1, 4.2, 4.2)
    panel.plot([0, 1], [0, 1], color="#000000", linewidth=0.8, ls="--", label="right")
    for number, (name, seeds) in enumerate(curves.items()):
        colour, marker = COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)]
        for seed, each in enumerate(seeds):
            points = [(of.probability, of.right) for of in each.bins]
            style = {"label": escaping.picture(name)} if seed == 0 else {}
            panel.plot(*zip(*points, strict=True), color=colour, marker=marker, linewidth=1, alpha=0.8, **style)
    panel.set_xlim(-0.02, 1.02)
    panel.set_ylim(-0.02, 1.02)
    panel.set_aspect("equal")
    panel.set_xlabel("probability of the answer")
    panel.set_ylabel("share that is right")
    panel.legend()
    return made
