"""Charts of curves in characters, with a logarithmic x axis."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from string import ascii_letters

from relxfer.report import wording

WIDTH, HEIGHT = 64, 13
Points = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Canvas:
    """An area of WIDTH x HEIGHT characters.

    left, right  range of x; both are above 0, because the axis is logarithmic
    low, high    range of y
    """

    left: float
    right: float
    low: float
    high: float
    cells: list[list[str]] = field(default_factory=lambda: [[" "] * WIDTH for _ in range(HEIGHT)])

    def column(self, x: float) -> int:
        """The column of an x value, from 0 at the left."""
        return round(math.log(x / self.left) / math.log(self.right / self.left) * (WIDTH - 1))

    def row(self, y: float) -> int:
        """The row of a y value, from 0 at the top."""
        return round((self.high - y) / (self.high - self.low) * (HEIGHT - 1))

    def put(self, x: float, y: float, character: str) -> None:
        """Draw a character at a point."""
        self.cells[self.row(y)][self.column(x)] = character

    def join(self, points: Points) -> None:
        """Draw lines of dots from point to point, straight in log x."""
        for (x, y), (further, then) in pairwise(points):
            steps = self.column(further) - self.column(x)
            for step in range(1, steps):
                share = step / steps
                self.put(x * (further / x) ** share, y + (then - y) * share, "·")

    def lines(self, ticks: Sequence[int]) -> Iterator[str]:
        """The lines of the chart with its axes; a tick whose label would touch the one before is left out."""
        for number, cells in enumerate(self.cells):
            y = self.high - (self.high - self.low) * number / (HEIGHT - 1)
            yield f"{wording.share(y) if number % 4 == 0 else '':>6} ┤{''.join(cells)}".rstrip()
        axis, names = ["─"] * WIDTH, ""
        for tick in ticks:
            name, at = f"{tick:,}", self.column(tick)
            if at >= len(names) + bool(names):
                axis[at], names = "┬", f"{names:<{at}}{name}"
        yield f"{'':>6} └{''.join(axis)}"
        yield f"{'':>8}{names}"


def draw(curves: Mapping[str, Points], ticks: Sequence[int]) -> list[str]:
    """Draw curves as lines of text, with a letter for each point of a curve, and a legend of the letters.

    curves  name -> points (x, y)
    ticks   two or more values of x to label, ascending; the first and the last are the ends of the axis

    >>> for line in draw({"scratch": [(10, 0.2), (100, 0.8)]}, [10, 100])[-3:]:
    ...     print(line.replace("─", ""))
           └┬┬
            10                                                             100
            a scratch
    """
    values = [y for points in curves.values() for _, y in points]
    low, high = min(values), max(values)
    canvas = Canvas(ticks[0], ticks[-1], low, high if high > low else low + 1)
    for points in curves.values():
        canvas.join(points)
    letters = dict(zip(curves, ascii_letters, strict=False))
    for name, points in curves.items():
        for x, y in points:
            canvas.put(x, y, letters.get(name, "*"))
    legend = "   ".join(f"{mark} {name}" for name, mark in letters.items())
    return [*canvas.lines(ticks), f"{'':>8}{legend}"]
