"""Facts in tables: TSV, CSV, objects in JSON, Parquet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from relxfer.data.bad_rows import BadRowList
from relxfer.data.tables.column import Column, recoded
from relxfer.data.tables.reading import Expected, read
from relxfer.data.tables.roles import Layout, layout
from relxfer.data.tables.split_words import SPLITS, split_of
from relxfer.data.tables.table import Table
from relxfer.errors import DataError
from relxfer_kg.files.formats import sparql
from relxfer_kg.named.facts import Facts
from relxfer_kg.named.order import ROLES, by_content, split_column

#: Part of a split -> the role of its facts.
_ROLES = {"train": "train", "val": "valid", "test": "test"}


@dataclass(frozen=True)
class FactColumns:
    """Where the facts of a table are, as far as the user says.

    columns   head, relation, tail, or head and tail alone where `relation` names the one relation: by position from 0
              or by name; None: by headings or content
    header    whether the first row names the columns; None: by content
    relation  the name of the one relation of a table that has none
    evidence  sentences: why `columns` were chosen, where the user did not
    """

    columns: tuple[int | str, ...] | None = None
    header: bool | None = None
    relation: str | None = None
    evidence: tuple[str, ...] = ()

    def read(self, path: Path, bad: BadRowList) -> Table:
        """The table in a file.

        Raises:
            DataError: it cannot be read, or has no row.
        """
        named = any(isinstance(column, str) for column in self.columns or ())
        if named and self.header is False:
            raise DataError(
                f"{path}: expected positions in columns, got names {list(self.columns or ())} with header = false; "
                "leave header out, or write columns = [0, 1, 2]"
            )
        table = sparql.table(path) or read(path, Expected("facts", ROLES, True if named else self.header), bad)
        if not len(table):
            raise DataError(f"{path}: expected facts, got none; check that this is the right file")
        return table

    def find(self, table: Table) -> Layout:
        """Which columns hold the facts.

        Raises:
            NotMine: the table holds no facts.
            DataError: it lacks a column.
        """
        roles = [ROLES[0], ROLES[2]] if self.relation is not None else ROLES
        if self.columns is not None and len(self.columns) != len(roles):
            wanted = " and ".join(role.name for role in roles) if self.relation else "head, relation, tail"
            do = "" if self.relation else '; name the one relation where there are two: relation = "linked_to"'
            raise DataError(f"{table.place}: expected columns for {wanted}, got {list(self.columns)}{do}")
        return layout(table, roles, self.columns, None if self.relation is not None else by_content)

    def facts(self, table: Table, found: Layout, bad: BadRowList) -> dict[str, Facts]:
        """The facts by part of a split, "train", "valid" and "test", where a column says it; else all, under "all".

        Rows without a name for each role are bad.
        """
        columns = [_without_stop(self._column(table, found, role.name)) for role in ROLES]
        kept = ~_without_names(table, dict(zip((role.name for role in ROLES), columns, strict=True)), bad)
        part = split_column(table, list(found.positions.values()))
        used = replace(found, unused=tuple(place for place in found.unused if place != part))
        notes = (*table.notes, *self.evidence, *used.note(table))
        facts = Facts.over(columns, notes)
        if part is None:
            return {"all": facts if kept.all() else facts.rows(kept)}
        told = f"{table.called(part)} of {table.place} says which facts are held out"
        return _parts(facts.noted(told), table.columns[part], kept)

    def _column(self, table: Table, found: Layout, role: str) -> Column:
        if role == "relation" and self.relation is not None:
            return Column(np.zeros(len(table), np.int32), [self.relation])
        return table.columns[found.positions[role]]


def _without_stop(column: Column) -> Column:
    """Without the full stop that ends a statement, where N-Triples are in a table."""
    if not column.values or not all(value.endswith((" .", "\t.")) for value in column.values):
        return column
    return recoded(column.codes, [value[:-1] for value in column.values])


def renamed(facts: Facts, entities: Path | None, relations: Path | None) -> Facts:
    """Facts whose numbers are replaced by the names in two tables of numbers and names.

    Raises:
        DataError: a number has no name, or a name is that of two numbers.
    """
    head, relation, tail = facts.columns
    if entities:
        names = _names(entities, head.distinct | tail.distinct)
        head, tail = (recoded(column.codes, [names[value] for value in column.values]) for column in (head, tail))
    if relations:
        names = _names(relations, relation.distinct)
        relation = recoded(relation.codes, [names[value] for value in relation.values])
    return replace(facts, head=head, relation=relation, tail=tail)


def _names(path: Path, wanted: frozenset[str]) -> Mapping[str, str]:
    table = read(path, Expected("numbers and names"))
    if table.width < 2:
        raise DataError(f"{path}: expected a number and a name in each row, got one column; add the other")
    first, second = table.columns[:2]
    number, name = (second, first) if len(wanted & second.distinct) > len(wanted & first.distinct) else (first, second)
    if len(number.values) < len(number) or len(name.values) < len(name):
        twice = number if len(number.values) < len(number) else name
        again = twice.values[int(np.argmax(twice.counts > 1))]
        raise DataError(f"{path}: expected each number and each name once, got {again!r} again; correct it")
    names = dict(zip(number, name, strict=True))
    missing = sorted(wanted - names.keys())
    if missing:
        raise DataError(
            f"{path}: expected a name for every number in the facts, got none for {len(missing):,}, such as "
            f"{missing[0]!r}; add them, or name another file"
        )
    return names


def _without_names(table: Table, columns: Mapping[str, Column], bad: BadRowList) -> np.ndarray:
    """[n] bool: rows with an empty cell."""
    empty = np.zeros(len(table), bool)
    for role, column in columns.items():
        if "" in column.distinct:
            here = column.codes == column.values.index("")
            for row in np.flatnonzero(here & ~empty).tolist():
                bad.add(
                    table.place,
                    int(table.lines[row]),
                    f"expected a name as {role}, got an empty cell in {_row(table, row)}",
                )
            empty |= here
    return empty


def _row(table: Table, row: int) -> str:
    text = (table.separator or ", ").join(table.row(row))
    return repr(text if len(text) <= 120 else text[:117] + "...")


def _parts(facts: Facts, part: Column, kept: np.ndarray) -> dict[str, Facts]:
    said = np.array([split_of(value) for value in part.values])[part.codes]
    rows = {_ROLES[split]: np.flatnonzero((said == split) & kept) for split in SPLITS}
    return {role: facts.rows(of) for role, of in rows.items() if len(of)}
