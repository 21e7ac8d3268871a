"""How fast the cells of a row are, as measured, and what they cost at that speed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """Seconds for n queries: `start + n each`."""

    start: float = 0.0
    each: float = 0.0

    def at(self, count: int) -> float:
        """Seconds for `count` queries.

        >>> Line(1.0, 0.5).at(4)
        3.0
        """
        return self.start + count * self.each

    @classmethod
    def through(cls, few: tuple[int, float], many: tuple[int, float]) -> Line:
        """The line through two measurements, (queries, seconds) each; through the larger one alone where it would fall,
        or begin below zero; level where the counts are equal.

        >>> Line.through((10, 2.0), (20, 3.0)), Line.through((10, 3.0), (20, 2.0))
        (Line(start=1.0, each=0.1), Line(start=0.0, each=0.1))
        """
        if many[0] <= few[0]:
            return cls(many[1])
        each = (many[1] - few[1]) / (many[0] - few[0])
        start = many[1] - many[0] * each
        return cls(start, each) if each > 0 and start >= 0 else cls(0.0, many[1] / many[0])


NOTHING = Line()


@dataclass(frozen=True)
class Pace:
    """Measured seconds of a cell, or of the pre-training of a source.

    step      for each training step; 0 where there are none
    fit       besides the steps, by the number of queries that are trained on: attaching, fits in closed form, storing
    validate  for each validation point, by the number of its queries
    answer    for test queries
    again     for test queries whose features another cell has computed already
    """

    step: float = 0.0
    fit: Line = NOTHING
    validate: Line = NOTHING
    answer: Line = NOTHING
    again: Line = NOTHING
