"""DuckDB files of somebody's: a query reads the file alone, loads no extension, writes nothing, and ends.

A change is one transaction.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from relxfer.contract.messages import shown
from relxfer.errors import DataError, NotInstalled
from relxfer.store.query_rows import QueryRows, gathered

#: The first bytes of a file, of which those from the eighth on are this word.
MAGIC = b"DUCK"
#: Seconds after which a query is stopped.
SECONDS = 60.0
_CONFIG = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    "python_enable_replacements": "false",  # names of tables are no variables of this program
    "temp_directory": "",
    "memory_limit": "4GB",
    "threads": "1",  # rows in the order of the file
    "lock_configuration": "true",
}
#: Rows that are taken at once, few because each may be long.
_PART = 500


def rows(path: Path, query: str) -> QueryRows:
    """The rows of one SELECT on a database; without an order of its own, in that of the file.

    Raises:
        DataError: it is no such query, it is not allowed, it takes longer than `SECONDS`, the file is damaged, or
            duckdb is not installed.
    """
    duckdb = library()
    with _open(path, query, duckdb) as connection:
        statements = connection.extract_statements(query)
        if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
            raise DataError(f"{path}: expected one SELECT, got {shown(query)}; write a plain SELECT")
        watch = threading.Timer(SECONDS, connection.interrupt)
        watch.start()
        try:
            cursor = connection.execute(statements[0])
            return gathered(path, [column[0] for column in cursor.description], _parts(cursor))
        finally:
            watch.cancel()


def tables(path: Path) -> dict[str, list[str]]:
    """The tables and views of a database, each with the names of its columns.

    Raises:
        DataError: the file is damaged, or no such database, or duckdb is not installed.
    """
    query = (
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'main' "
        "ORDER BY table_name, ordinal_position"
    )
    found: dict[str, list[str]] = {}
    for table, column in zip(*rows(path, query).columns, strict=True):
        found.setdefault(table, []).append(column)
    return found


@contextmanager
def changing(path: Path) -> Iterator[Any]:
    """A connection on which the file is changed, all at once at the end; an error leaves it as it was.

    A file that is not there is made.

    Raises:
        DataError: it is no such database, another program uses it, or duckdb is not installed.
    """
    duckdb, new = library(), not path.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with closing(duckdb.connect(str(path), config=_CONFIG)) as connection:
            connection.begin()
            yield connection
            connection.commit()
            new = False
    except (duckdb.Error, RuntimeError) as error:
        reason = str(error).partition("\n")[0]
        raise DataError(
            f"{path}: expected a DuckDB file that can be written, got one that cannot ({reason}); close other programs "
            "that use it, or choose another file"
        ) from None
    finally:
        if new:
            path.unlink(missing_ok=True)


@contextmanager
def _open(path: Path, query: str, duckdb: Any) -> Iterator[Any]:
    try:
        with closing(duckdb.connect(str(path), read_only=True, config=_CONFIG)) as connection:
            yield connection
    except duckdb.InterruptException:
        raise DataError(
            f"{path}: expected a query of at most {SECONDS:.0f} seconds, got a longer one; it may have no end: add a "
            "LIMIT"
        ) from None
    except (duckdb.Error, RuntimeError) as error:
        reason = str(error).partition("\n")[0]
        raise DataError(
            f"{path}: expected a SELECT that DuckDB can run on this file alone, got {shown(query)} ({reason}); correct "
            "the query"
        ) from None


def _parts(cursor: Any) -> Iterator[tuple[Any, ...]]:
    while part := cursor.fetchmany(_PART):
        yield from part


def library() -> Any:
    """duckdb; `NotInstalled` says how to get it."""
    try:
        import duckdb
    except ImportError:
        raise NotInstalled("duckdb", "DuckDB files", "duckdb", "export the table as .csv") from None
    return duckdb
