"""The rows of a query on a database as a table."""

from __future__ import annotations

from collections.abc import Sequence

from relxfer.contract.query import Query
from relxfer.data.tables.column import Column
from relxfer.data.tables.table import Table
from relxfer.errors import DataError
from relxfer.store import database


def queried(query: Query, what: str, columns: Sequence[str]) -> Table:
    """The rows of a query; a row's line is its number.

    Args:
        query: the database, and what is selected.
        what: what the rows are, for messages, such as "facts".
        columns: those that it must have at least, as they are called in messages.

    Raises:
        DataError: the query is refused or cannot be run, or has fewer columns or no row.

    >>> import sqlite3, tempfile
    >>> from pathlib import Path
    >>> path = Path(tempfile.mkdtemp()) / "x.sqlite"
    >>> connection = sqlite3.connect(path)
    >>> _ = connection.execute("CREATE TABLE t AS SELECT 'ann' AS a, 'bob' AS b")
    >>> connection.commit(); connection.close()
    >>> query = Query(database=path, query="SELECT a, b FROM t")
    >>> queried(query, "edges", ("source", "target")).row(0)
    ['ann', 'bob']
    """
    found = database.rows(query.database, query.query)
    if len(found.names) < len(columns):
        raise DataError(
            f"{query.database}: expected a query with the columns {', '.join(columns)}, got {len(found.names)}: "
            f"{', '.join(found.names)[:200]}; select {what} with these"
        )
    made = tuple(map(Column.of, found.columns))
    table = Table(str(query.database), made, found.names, range(1, len(made[0]) + 1))
    if not len(table):
        raise DataError(f"{query.database}: expected {what}, got a query without rows; check its conditions")
    return table
