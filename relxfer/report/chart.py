"""Curves drawn with characters, on a logarithmic axis."""

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
    """WIDTH x HEIGHT characters; x from `left` to `right`, both above 0, and y from `low` to `high`."""

    left: float
    right: float
    low: float
    high: float
    cells: list[list[str]] = field(default_factory=lambda: [[" "] * WIDTH for _ in range(HEIGHT)])

    def column(self, x: float) -> int:
        return round(math.log(x / self.left) / math.log(self.right / self.left) * (WIDTH - 1))

    def row(self, y: float) -> int:
        return round((self.high - y) / (self.high - self.low) * (HEIGHT - 1))

    def put(self, x: float, y: float, character: str) -> None:
        self.cells[self.row(y)][self.column(x)] = character

    def join(self, points: Points) -> None:
        """A line of dots from point to point, straight in log x."""
        for (x, y), (further, then) in pairwise(points):
            steps = self.column(further) - self.column(x)
            for step in range(1, steps):
                part = step / steps
                self.put(x * (further / x) ** part, y + (then - y) * part, "·")

    def lines(self, ticks: Sequence[int]) -> Iterator[str]:
        """With its axes; a tick that would touch the one before is left out."""
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
    """Lines of text: each curve's points as a letter, joined by dots, then what each letter is.

    ticks  values of x that are named, ascending, two or more; the first and the last are the ends of the axis

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
    named = dict(zip(curves, ascii_letters, strict=False))
    for name, points in curves.items():
        for x, y in points:
            canvas.put(x, y, named.get(name, "*"))
    legend = "   ".join(f"{mark} {name}" for name, mark in named.items())
    return [*canvas.lines(ticks), f"{'':>8}{legend}"]
