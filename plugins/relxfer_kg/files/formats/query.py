"""Facts that a query selects from a database file."""

from __future__ import annotations

from pathlib import Path

from relxfer.contract.query import Query
from relxfer.data.bad_rows import BadRowList
from relxfer.data.tables.queried import queried
from relxfer.data.tables.roles import by_heading
from relxfer.errors import DataError
from relxfer.store import database
from relxfer_kg.files.fact_tables import FactColumns
from relxfer_kg.named.facts import Facts
from relxfer_kg.named.order import ROLES


def read_query(query: Query, bad: BadRowList) -> dict[str, Facts]:
    """The rows of a query as facts: its first three columns are head, relation and tail. By part, as those of a file.

    Raises:
        DataError: the query is refused or cannot be run, or has fewer columns or no row.
    """
    table = queried(query, "facts", [role.name for role in ROLES])
    how = FactColumns((0, 1, 2))
    return how.facts(table, how.find(table), bad)


def select_of(path: Path) -> str:
    """A query for the facts of a database whose tables nobody named.

    One table, or view, must have usual names of columns; or be the only one with three columns.

    Raises:
        DataError: there is none, or there are several; the message says what to write.
    """
    tables = database.tables(path)
    placed = {name: by_heading(columns, ROLES) for name, columns in tables.items()}
    usual = {
        name: [tables[name][places[role.name]] for role in ROLES]
        for name, places in placed.items()
        if len(places) == len(ROLES)
    }
    found = usual or {name: columns for name, columns in tables.items() if len(columns) == 3}
    if len(found) != 1:
        held = "; ".join(f"{name} ({', '.join(columns)})" for name, columns in tables.items()) or "no table"
        raise DataError(
            f"{path}: expected one table with columns head, relation and tail, got {held[:500]}; write what to select, "
            f'such as facts = {{ database = "{path.name}", query = "SELECT head, relation, tail FROM ..." }}'
        )
    ((table, columns),) = found.items()
    return database.select(table, columns)
