"""The row to use at each label budget of a target: the best by validation, never by the test."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from relxfer.results.records import Row

#: Without validation labels, the first row of the first of these roles.
_UNVALIDATED = ("direct", "candidate", "scratch", "prior")


def each(rows: Sequence[Row]) -> Iterator[Row]:
    """The row to use for every target and budget, over all sources.

    Where some rows have no validation score, they are not compared; where none has one, the source unchanged.
    """
    places = dict.fromkeys((row.target, row.budget) for row in rows)
    for target, budget in places:
        here = [row for row in rows if (row.target, row.budget) == (target, budget) and row.finished]
        if here:
            yield best(here)


def best(rows: Sequence[Row]) -> Row:
    """The row with the highest validation score, of equal ones the first; without scores, by role."""
    scored = [row for row in rows if row.validation is not None]
    if scored:
        return max(scored, key=lambda row: row.validation or 0.0)
    return min(rows, key=lambda row: _UNVALIDATED.index(row.role))
