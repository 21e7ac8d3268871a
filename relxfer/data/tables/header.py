"""Whether the first row of a table names its columns: by how it differs from the rows below."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from relxfer.data.tables.column import Column
from relxfer.data.tables.kinds import is_missing, is_number, numeric, shape
from relxfer.data.tables.roles import Role, by_heading

#: Points from which a first row is a header, and from which it may be one.
_ENOUGH, _SOME = 4.0, 2.0
#: Below fewer rows, numbers tell little.
_FEW = 3
#: A column whose cells have one shape, as a share of them; at most so many of its values are looked at.
_ALIKE, _MOST = 0.95, 10_000
#: Columns share a vocabulary where this share of the smaller one is in the other.
_SHARED = 0.05


@dataclass(frozen=True)
class Header:
    """Whether the first row is a header, whether that is sure, and why."""

    found: bool
    sure: bool
    why: str = ""

    def notes(self, first: Sequence[str]) -> list[str]:
        """What to tell the user."""
        row = ", ".join(cell[:30] for cell in first[:6]) + ", ..." * (len(first) > 6)
        if self.found and not self.sure:
            return [f"the first line ({row}) is taken for a header: {self.why} (header = false if it is a row)"]
        if not self.found and self.why:
            return [f"the first line ({row}) {self.why} (set header to change it)"]
        return []


def decide(first: Sequence[str], columns: Sequence[Column], roles: Sequence[Role] = ()) -> Header:
    """Whether the first row names the columns.

    It does where its cells are usual headings, are texts above numbers, or have another shape than the cells below,
    provided that they occur nowhere further down in columns of one vocabulary.

    Args:
        first: its cells.
        columns: without it.
        roles: what the columns may be.

    >>> below = [Column.of(["1", "2", "3"]), Column.of(["2", "3", "1"])]
    >>> decide(["id_1", "id_2"], below).found, decide(["1", "4"], below).found
    (True, False)
    """
    needed = [role for role in roles if role.needed]
    headed = bool(needed) and len(by_heading(first, needed)) == len(needed)
    if headed and set(_used(first, needed)) & _again(first, columns):
        return Header(False, False, "looks like a header, but its cells occur again, so it is taken for a row")
    if headed:
        return Header(True, True)
    if not columns or not len(columns[0]) or _no_names(first) or _again(first, columns):
        return Header(False, True)
    points = list(_evidence(first, columns))
    points += [(1.5, "some are usual headings")] if by_heading(first, roles) else []
    total = sum(value for value, _ in points)
    why = " and ".join(dict.fromkeys(reason for value, reason in sorted(points, reverse=True) if value > 0.5))
    if total >= _ENOUGH:
        return Header(True, False, why)
    return Header(False, False, f"may be a header, since {why}") if total >= _SOME and why else Header(False, True)


def _used(first: Sequence[str], roles: Sequence[Role]) -> Iterator[int]:
    yield from by_heading(first, roles).values()


def _no_names(first: Sequence[str]) -> bool:
    """Whether cells of the first row cannot be names of columns: numbers, missing values, or one of them twice."""
    cells = first[1:] if first and not first[0] else first  # an index has no name
    counted = cells if not _counting(cells[1:]) else cells[:1]
    return any(is_missing(cell) or is_number(cell) for cell in counted) or len(set(cells)) < len(cells)


def _counting(cells: Sequence[str]) -> bool:
    """Whether they are 0, 1, 2 ... or 1, 2, 3 ..., as columns without names are numbered."""
    return len(cells) > 1 and any(list(cells) == [str(i + start) for i in range(len(cells))] for start in (0, 1))


def _again(first: Sequence[str], columns: Sequence[Column]) -> set[int]:
    """Places of cells that occur further down, in any column of the same vocabulary."""
    kinds = [numeric(column) for column in columns]
    return {
        place
        for place, cell in enumerate(first)
        if cell
        and not is_missing(cell)
        and any(cell in other.distinct and _alike(columns, kinds, place, i) for i, other in enumerate(columns))
    }


def _alike(columns: Sequence[Column], kinds: Sequence[bool], one: int, other: int) -> bool:
    """Whether two columns share a vocabulary, or are the same. Numbers are shared by any two columns."""
    return one == other or (kinds[one] == kinds[other] and _shared(columns[one], columns[other]))


def _shared(column: Column, other: Column) -> bool:
    smaller = min(len(column.values), len(other.values))
    return len(column.distinct & other.distinct) > _SHARED * smaller if smaller else False


def _evidence(first: Sequence[str], columns: Sequence[Column]) -> Iterator[tuple[float, str]]:
    """Points for a header, and the reason for each."""
    kinds = [numeric(column) for column in columns]
    for place, (cell, column) in enumerate(zip(first, columns, strict=True)):
        if not cell:
            continue
        if kinds[place]:
            points = 4.5 if len(column) >= _FEW else 1.0
            yield (points if not _counting([*first[1:]]) or place == 0 else 0.0), "texts stand above numbers"
            continue
        usual = _usual_shape(column)
        if usual and usual != "a":
            yield (2.2, "it has another form than the rows below") if shape(cell) != usual else (-9.0, "")
        elif usual == "a" and (cell.islower() and not _mostly_lower(column)):
            yield 1.0, "it has another form than the rows below"
        yield _rare(columns, kinds, place)


def _usual_shape(column: Column) -> str | None:
    shapes = Counter(shape(value[:60]) for value in column.values[:_MOST] if value)
    if not shapes:
        return None
    usual, count = shapes.most_common(1)[0]
    return usual if count >= _ALIKE * shapes.total() else None


def _mostly_lower(column: Column) -> bool:
    values = column.values[:_MOST]
    return 2 * sum(value.islower() for value in values) > len(values)


def _rare(columns: Sequence[Column], kinds: Sequence[bool], place: int) -> tuple[float, str]:
    """Minus the logarithm of the share of rows whose cell, too, occurs but once in the vocabulary."""
    column = columns[place]
    together: Counter[str] = Counter()
    for other in (columns[i] for i in range(len(columns)) if _alike(columns, kinds, place, i)):
        together.update(dict(zip(other.values, other.counts.tolist(), strict=True)))
    alone = sum(together[value] == 1 for value in column.values)
    return math.log((len(column) + 2) / (alone + 1)), "its cells occur nowhere else, while those below do"
