"""Which column has which role: as the user says, by headings, by content, or by position."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from relxfer.data.tables.table import Table
from relxfer.errors import DataError, did_you_mean


@dataclass(frozen=True)
class Role:
    """What a column may be.

    name      such as "head"
    headings  how people call such columns, the most telling first: in lower case, letters and digits alone
    needed    whether there must be such a column

    >>> Role.of("label", "label class y").headings
    ('label', 'class', 'y')
    """

    name: str
    headings: tuple[str, ...]
    needed: bool = True

    @classmethod
    def of(cls, name: str, headings: str, needed: bool = True) -> Role:
        """With headings as one text, separated by blanks."""
        return cls(name, tuple(map(plain, headings.split())), needed)


@dataclass(frozen=True)
class Layout:
    """The columns of a table by role.

    positions  role -> place of its column, from 0; roles without one are left out
    evidence   sentences: what was guessed, and why
    unused     places of columns without a role
    """

    positions: Mapping[str, int]
    evidence: tuple[str, ...]
    unused: tuple[int, ...]

    def note(self, table: Table) -> tuple[str, ...]:
        """What to tell the user: the evidence, and the columns that are not used."""
        if not self.unused:
            return self.evidence
        few = [table.called(column) for column in self.unused[:10]]
        more = f" and {len(self.unused) - 10:,} more" * (len(self.unused) > 10)
        return (*self.evidence, f"of {table.place}, not used: {', '.join(few)}{more}")


#: From the table to the columns of roles and the evidence for it, or None where the content tells nothing.
ByContent = Callable[[Table], tuple[Mapping[str, int], Sequence[str]] | None]


def plain(heading: str) -> str:
    """A heading in lower case, letters and digits alone.

    >>> plain("Node_1"), plain("from node")
    ('node1', 'fromnode')
    """
    return re.sub(r"[\W_]+", "", heading.casefold())


def by_heading(names: Sequence[str], roles: Sequence[Role]) -> dict[str, int]:
    """Role -> place of the column whose heading is usual for it. A column has one role.

    >>> by_heading(["type", "from", "to"], [Role.of("head", "head from"), Role.of("tail", "tail to")])
    {'head': 1, 'tail': 2}
    """
    headings = [plain(name) for name in names]
    found: dict[str, int] = {}
    for role in roles:
        places = (headings.index(usual) for usual in role.headings if usual in headings)
        place = next((place for place in places if place not in found.values()), None)
        if place is not None:
            found[role.name] = place
    return found


def usual(question: Mapping[str, Sequence[str]], roles: Sequence[Role]) -> dict[str, Sequence[str]]:
    """Columns by name, with the names of roles in place of usual headings; an only column has the only role.

    >>> usual({"Subject": ["Rome"], "predicate": ["in"]}, [Role.of("head", "head subject"), Role.of("tail", "tail")])
    {'head': ['Rome'], 'predicate': ['in']}
    >>> usual({"member": ["ann"]}, [Role.of("node", "node id")])
    {'node': ['ann']}
    """
    names = list(question)
    if len(names) == len(roles) == 1:
        return {roles[0].name: question[names[0]]}
    called = {names[place]: role for role, place in by_heading(names, roles).items()}
    return {called.get(name, name): cells for name, cells in question.items()}


def layout(
    table: Table, roles: Sequence[Role], told: Sequence[int | str] | None = None, content: ByContent | None = None
) -> Layout:
    """Which column has which role.

    The user's word counts first, then headings where all needed roles have one, then the content, then the position.

    Args:
        table: to be looked at.
        roles: in their usual order.
        told: positions from 0 or names, of the first roles in their order; None: nothing is told.
        content: looks at the cells.

    Raises:
        DataError: a column that is told, or one of a needed role, is not there.
    """
    if told is not None:
        places = {role.name: _place(table, column) for role, column in zip(roles, told, strict=False)}
        return _laid(table, places)
    headed = by_heading(table.names, roles) if table.names else {}
    if all(role.name in headed for role in roles if role.needed):
        return _laid(table, headed)
    found = content(table) if content else None
    if found:
        return _laid(table, found[0], found[1])
    needed = [role for role in roles if role.needed]
    if table.width < len(needed):
        raise DataError(_too_few(table, needed))
    return _laid(table, {role.name: place for place, role in enumerate(needed)})


def _laid(table: Table, positions: Mapping[str, int], evidence: Sequence[str] = ()) -> Layout:
    unused = tuple(place for place in range(table.width) if place not in positions.values())
    return Layout(dict(positions), tuple(evidence), unused)


def _too_few(table: Table, needed: Sequence[Role]) -> str:
    wanted = ", ".join(role.name for role in needed)
    row = f" in {' '.join(table.row(0))[:120]!r}" if len(table) else ""
    where = table.where(0) if len(table) else table.place
    return (
        f"{where}: expected {len(needed)} columns ({wanted}), got {table.width}{row}; separate the columns by tabs, "
        "commas or semicolons"
    )


def _place(table: Table, column: int | str) -> int:
    if isinstance(column, int):
        if not 0 <= column < table.width:
            raise DataError(
                f"{table.place}: expected a column at position {column} (from 0), got {table.width} "
                f"column{'s' * (table.width != 1)}; correct columns"
            )
        return column
    names = list(table.names or ())
    alike = [place for place, name in enumerate(names) if name == column]
    alike = alike or [place for place, name in enumerate(names) if plain(name) == plain(column)]
    if not alike:
        raise DataError(f"{table.place}: expected a column {column!r}, got none: {did_you_mean(column, names)}")
    if len(alike) > 1:
        raise DataError(f"{table.place}: expected one column {column!r}, got {len(alike)}; rename them")
    return alike[0]
