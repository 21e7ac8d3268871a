"""Where records stand in the JSON of a run, so that each number that is shown can be found there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from relxfer.judge.records import Interval
from relxfer.report import wording
from relxfer.report.shown.blocks import Cell, Number, Tone

R = TypeVar("R")
Step = str | int


@dataclass(frozen=True)
class Place(Generic[R]):
    """A record of the results, and its path in their JSON (a JSON pointer, RFC 6901)."""

    record: R
    path: str

    def to(self, *steps: Step) -> Place[Any]:
        """What stands below: attributes of records, keys of mappings, numbers of lists.

        >>> Place({"a/b": [3, 4]}, "/rows").to("a/b", 1)
        Place(record=4, path='/rows/a~1b/1')
        """
        found: Any = self.record
        for step in steps:
            found = getattr(found, step) if isinstance(step, str) and not isinstance(found, Mapping) else found[step]
        return Place(found, "/".join([self.path, *(str(s).replace("~", "~0").replace("/", "~1") for s in steps)]))

    def number(self, *steps: Step, write: Callable[[float], str] = wording.share) -> Number | str:
        """The number there, as it is written; a dash where there is none.

        >>> Place(Interval(0.41234, 0.4, 0.5, 3, 9), "/rows/0/interval").number("estimate").text
        '.412'
        """
        place = self.to(*steps)
        return wording.EMPTY if place.record is None else Number(write(place.record), place.record, place.path)

    def interval(self, *steps: Step, write: Callable[[float], str] = wording.share, tone: Tone = "") -> Cell:
        """An estimate with the ends of its interval; a dash where there is none.

        >>> "".join(map(str, Place(Interval(0.4, 0.3, 0.5, 3, 9), "").interval().line))
        '.400 [.300, .500]'
        """
        place: Place[Interval | None] = self.to(*steps)
        if place.record is None:
            return Cell((wording.EMPTY,))
        estimate, low, high = (place.number(name, write=write) for name in ("estimate", "low", "high"))
        return Cell((estimate, " [", low, ", ", high, "]"), tone)


def each(records: Sequence[R], path: str) -> list[Place[R]]:
    """The places of records in a list."""
    return [Place(record, f"{path}/{number}") for number, record in enumerate(records)]


def whole(value: float) -> str:
    """A number without what stands behind its point.

    >>> whole(168705.4)
    '168,705'
    """
    return f"{value:,.0f}"
