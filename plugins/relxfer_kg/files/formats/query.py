"""Facts that a query selects from a database file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from relxfer.errors import DataError
from relxfer.store import database
from relxfer_kg.files.formats.rdf import Statements
from relxfer_kg.options import Query

_ROLES = ("head", "relation", "tail")
#: From names of columns to the places of head, relation and tail among them, if all three are there.
Headed = Callable[[Sequence[str]], Sequence[int] | None]


def select_of(path: Path, headed: Headed) -> str:
    """A query for the facts of a database whose tables nobody named.

    One table, or view, must have usual names of columns; or be the only one with three columns.

    Raises:
        DataError: there is none, or there are several; the message says what to write.
    """
    tables = database.tables(path)
    usual = {name: [columns[i] for i in places] for name, columns in tables.items() if (places := headed(columns))}
    found = usual or {name: columns for name, columns in tables.items() if len(columns) == 3}
    if len(found) != 1:
        held = "; ".join(f"{name} ({', '.join(columns)})" for name, columns in tables.items()) or "no table"
        raise DataError(
            f"{path}: expected one table with columns head, relation and tail, got {held[:500]}; write what to select, "
            f'such as facts = {{ database = "{path.name}", query = "SELECT head, relation, tail FROM ..." }}'
        )
    ((table, columns),) = found.items()
    return f"SELECT {', '.join(map(_quoted, columns))} FROM {_quoted(table)}"


def _quoted(name: str) -> str:
    return name if name.isidentifier() and name.isascii() else '"' + name.replace('"', '""') + '"'


def query_facts(query: Query) -> Statements:
    """The rows of a query as facts, in its order: the three columns are head, relation and tail.

    Raises:
        DataError: the query is refused or cannot be run, has another number of columns or no row, or a cell is empty.
    """
    where = query.database
    found = database.rows(where, query.query)
    if len(found.names) != 3:
        raise DataError(
            f"{where}: expected a query with three columns (head, relation, tail), got {len(found.names)}: "
            f"{', '.join(found.names)[:200]}; select three"
        )
    facts = np.empty((len(found.columns[0]), 3), dtype=object)
    for i, cells in enumerate(found.columns):
        if "" in cells:
            raise DataError(
                f"{where}: expected a name as {_ROLES[i]}, got NULL or an empty text in row {cells.index('') + 1} of "
                f"the query; add WHERE {found.names[i]} IS NOT NULL"
            )
        facts[:, i] = cells
    if not len(facts):
        raise DataError(f"{where}: expected facts, got a query without rows; check its conditions")
    return Statements(facts)
