"""Items as points: the first two principal components of what a model makes of them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from relxfer.report.plots.canvas import COLOURS, named, panels, styled


@styled
def figure(
    points: Sequence[tuple[float, float]],
    answers: Sequence[str],
    right: Sequence[bool],
    explained: tuple[float, float],
) -> Any:
    """A figure of matplotlib with a point for each item in the colour of its right answer, and a cross where a wrong
    one was predicted.

    points     first and second component of each item
    explained  the share of the variance along each axis
    """
    made, (panel,) = panels(1, 4.2)
    shown = sorted(dict.fromkeys(answers), key=lambda name: -answers.count(name))
    for number, name in enumerate(shown[: len(COLOURS) - 1]):
        _scatter(panel, points, [answer == name for answer in answers], right, COLOURS[number], name)
    others = shown[len(COLOURS) - 1 :]
    if others:
        _scatter(panel, points, [answer in others for answer in answers], right, COLOURS[-1], f"{len(others)} others")
    first, second = (f"{100 * share:.0f} % of the variance" for share in explained)
    panel.set_xlabel(f"first component ({first})")
    panel.set_ylabel(f"second component ({second})")
    panel.set_xticks([])
    panel.set_yticks([])
    if not all(right):
        panel.plot([], [], ls="", marker="x", color="#000000", label="predicted wrongly")
    made.legend(loc="outside lower center", ncols=4)
    return made


def _scatter(
    panel: Any,
    points: Sequence[tuple[float, float]],
    members: Sequence[bool],
    right: Sequence[bool],
    colour: str,
    name: str,
) -> None:
    inside = [(at, is_right) for at, member, is_right in zip(points, members, right, strict=True) if member]
    for correct, marker, size in ((True, "o", 3.0), (False, "x", 5.0)):
        there = [at for at, is_right in inside if is_right is correct] or [(math.nan, math.nan)]
        label = {"label": named(name)} if correct else {}
        panel.plot(*zip(*there, strict=True), ls="", marker=marker, markersize=size, color=colour, **label)
