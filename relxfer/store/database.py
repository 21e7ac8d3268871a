"""A query on a database of SQLite or DuckDB; both the file and the query may come from somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from relxfer.errors import DataError
from relxfer.store import duckdb_file, sqlite_file
from relxfer.store.query_rows import QueryRows


def rows(path: Path, query: str) -> QueryRows:
    """The rows of one SELECT, which reads this file alone; the first bytes of the file say whose it is.

    Raises:
        DataError: it is no database of these, the query is refused or cannot be run, or duckdb is needed and not there.
    """
    return _reader(path).rows(path, query)


def tables(path: Path) -> dict[str, list[str]]:
    """The tables and views of a database, each with the names of its columns; errors as those of `rows`."""
    return _reader(path).tables(path)


def select(table: str, columns: Sequence[str]) -> str:
    """A query for these columns of a table, whatever they are called.

    >>> select("my t", ["from", "to"])
    'SELECT "from", "to" FROM "my t"'
    """
    return f"SELECT {', '.join(map(_quoted, columns))} FROM {_quoted(table)}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def is_database(path: Path) -> bool:
    """Whether a file begins as a database of SQLite or DuckDB does."""
    return _kind(path) is not None


def _reader(path: Path) -> ModuleType:
    kind = _kind(path)
    if kind is None:
        raise DataError(f"{path}: expected a database of SQLite or DuckDB, got another file; name the database")
    return kind


def _kind(path: Path) -> ModuleType | None:
    if not path.is_file():
        return None
    with path.open("rb") as stream:
        first = stream.read(16)
    if first == sqlite_file.MAGIC:
        return sqlite_file
    return duckdb_file if first[8:12] == duckdb_file.MAGIC else None
