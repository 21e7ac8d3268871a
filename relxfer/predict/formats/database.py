"""Answers as a table of a DuckDB database, which may hold other tables of the user's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from relxfer.errors import UsageError
from relxfer.predict.formats.blocks import Block, encoded, gathered, kinds
from relxfer.store import duckdb_file

TABLE = "predictions"
#: The least number of rows that are inserted at once.
_ROWS = 1 << 14
_TYPES = {str: "VARCHAR", int: "BIGINT", float: "DOUBLE"}


def duckdb_table(columns: Sequence[str], blocks: Iterable[Block], path: Path) -> int:
    """Write the table `predictions`, in place of one that is there, and leave all others; return the number of rows.

    It is one transaction: an interruption leaves the database as it was.

    Raises:
        DataError: duckdb is not installed, the file is no such database, or another program uses it.
    """
    types = [_TYPES[kind] for kind in kinds(columns)]
    named = ", ".join(f"{_quoted(name)} {kind}" for name, kind in zip(columns, types, strict=True))
    insert = f"INSERT INTO {TABLE} SELECT {', '.join(f'unnest(?::{kind}[])' for kind in types)}"
    count = 0
    with duckdb_file.changing(path) as connection:
        connection.execute(f"CREATE OR REPLACE TABLE {TABLE} ({named})")
        for of in gathered(blocks, _ROWS):
            connection.execute(insert, [_cells(column) for column in of])
            count += len(of[0])
    return count


def check(path: Path, force: bool) -> None:
    """Check that the table can be written.

    Raises:
        DataError: duckdb is not installed, or the file is no such database.
        UsageError: there is such a table, and `force` is not set.
    """
    duckdb_file.library()
    if path.exists() and TABLE in duckdb_file.tables(path) and not force:
        raise UsageError(
            f"Cannot write the table '{TABLE}' of {path}: it exists. Choose another --out, or add --force, which "
            "replaces this table and leaves the others."
        )


def _cells(column: Sequence[str | int | float]) -> list[str | int | float]:
    return [encoded(value).decode() if isinstance(value, str) else value for value in column]


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
