"""Tables with a row for each item, or for each item and run: of one system, or of several, which a column names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from relxfer.data.bad_rows import BadRowList
from relxfer.data.scores import exported
from relxfer.data.scores.numbers import number, numbers
from relxfer.data.scores.records import WHAT, ItemScores, Named, stem
from relxfer.data.tables.column import Column
from relxfer.data.tables.reading import Expected, read
from relxfer.data.tables.roles import Role, by_heading, layout, plain
from relxfer.data.tables.table import Table
from relxfer.errors import DataError

#: A class changes what is measured, so that no heading alone says it.
ROLES = (
    Role.of("id", "id itemid item docid questionid question exampleid example sampleid sample queryid query uid key"),
    Role.of("score", "correct iscorrect score accuracy acc exactmatch result value"),
    Role.of("seed", "seed run trial repetition repeat replicate", needed=False),
    Role.of("group", "group groupid cluster clusterid", needed=False),
    Role.of("system", "system systemname model modelname", needed=False),
)
_NEEDED = ("id", "score")
#: Role -> how its cells are called in messages.
_CALLED = {
    "id": "the id of an item",
    "seed": "the name of a run",
    "group": "the name of a group",
    "class": "the name of a class",
    "system": "the name of a system",
}


def systems(path: Path, named: Named, bad: BadRowList) -> list[ItemScores]:
    """The systems of a table, in the order in which they first occur; without a column of systems it is one.

    Raises:
        DataError: it cannot be read, or a column is not there.
    """
    table = read(path, Expected(WHAT, _roles(named), True if _told(named) else None), bad)
    if not len(table):
        raise DataError(f"expected {WHAT} in {path}, got no rows; name another file")
    table, about = exported.as_long(table)
    places = _places(table, named)
    chosen = {role: table.columns[place] for role, place in places.items()}
    lines = np.asarray(table.lines)
    scores = _scores(path, chosen, lines, bad)
    metric = table.called(places["score"]).strip("'")
    seeds, groups, classes = (chosen.get(role) for role in ("seed", "group", "class"))
    notes = (*table.notes, *about, *_said(table, places))
    made = ItemScores(stem(path), path, metric, chosen["id"], scores, lines, seeds, groups, classes, notes=notes)
    there, system = ~np.isnan(scores), chosen.get("system")
    return _split(made.rows(there), None if system is None else system.rows(there))


def _scores(path: Path, chosen: dict[str, Column], lines: np.ndarray, bad: BadRowList) -> np.ndarray:
    """[n] float; NaN where the score or another cell of the row is missing, which `bad` is told."""
    made = numbers(chosen["score"], str(path), lines, bad)
    for role, column in chosen.items():
        if role == "score" or "" not in column.distinct:
            continue
        for row in np.flatnonzero(column.codes == column.values.index("")).tolist():
            if not np.isnan(made[row]):
                bad.add(path, int(lines[row]), f"expected {_CALLED[role]}, got an empty cell")
            made[row] = np.nan
    return made


def _told(named: Named) -> dict[str, str]:
    """Role -> what the user calls its column."""
    return {**named.columns, **({"score": named.metric} if named.metric else {})}


def _roles(named: Named) -> list[Role]:
    """The usual headings, or what the user calls the columns."""
    told = _told(named)
    return [replace(role, headings=(plain(told[role.name]),)) if role.name in told else role for role in ROLES]


def _places(table: Table, named: Named) -> dict[str, int]:
    """Role -> place of its column: as the user says, else by heading, else the first two columns."""
    told = _told(named).items()
    found = {role: layout(table, [Role(role, ())], [name]).positions[role] for role, name in told}
    left = [role for role in ROLES if role.name not in found]
    names = ["" if place in found.values() else name for place, name in enumerate(table.names or ())]
    found |= by_heading(names, left)
    missing = [role for role in _NEEDED if role not in found]
    if missing and table.names is None and table.width > 1 and number(table.columns[1][0]) is not None:
        return {"id": 0, "score": 1}
    if missing:
        raise DataError(_lacks(table, missing))
    return found


def _lacks(table: Table, missing: Sequence[str]) -> str:
    listed = ", ".join(map(repr, (table.names or table.row(0))[:20]))
    options = {"id": "--id NAME", "score": "--metric NAME"}
    return (
        f"{table.place}: expected a column with the {' and one with the '.join(missing)} of items, got {listed}; say "
        f"which: {', '.join(options[role] for role in missing)}"
    )


def _said(table: Table, places: dict[str, int]) -> Iterator[str]:
    """Which column was taken for what, and which are not used."""
    taken = ", ".join(f"{role} {table.called(place)}" for role, place in places.items())
    unused = [table.called(place) for place in range(table.width) if place not in places.values()]
    more = f" and {len(unused) - 10:,} more" * (len(unused) > 10)
    rest = f"; not used: {', '.join(unused[:10])}{more}" if unused else ""
    yield f"of {table.place}: {taken}{rest}"


def _split(whole: ItemScores, system: Column | None) -> list[ItemScores]:
    """By the column of systems."""
    if system is None:
        return [whole]
    made = [whole.rows(system.codes == code) for code in range(len(system.values))]
    named = [replace(each, name=name) for each, name in zip(made, system.values, strict=True)]
    return [named[0], *(replace(each, notes=()) for each in named[1:])]
