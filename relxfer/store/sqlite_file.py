"""A query on a SQLite file of somebody's: it reads this file alone, writes nothing, and ends."""

from __future__ import annotations

import sqlite3
import sys
from pathlib import Path

from relxfer.contract.messages import shown
from relxfer.errors import DataError
from relxfer.store.query_rows import QueryRows, gathered

MAGIC = b"SQLite format 3\0"
#: What a query may do; attaching, writing, pragmas and virtual tables are refused.
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
#: Functions that load code, and those that give other rows each time.
_REFUSED = {"load_extension", "fts3_tokenizer", "random", "randomblob"}
#: Steps of SQLite's machine, some ten for each row: about a minute.
MOST_STEPS = 2_000_000_000
_STEPS = 1000
#: Megabytes by which a query may make this process grow, for sorting and distinct rows.
MOST_MB = 4096
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: 2**20,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 2**20,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 200,
}


def rows(path: Path, query: str) -> QueryRows:
    """The rows of one SELECT on a database; without an order of its own, in that of the file.

    Raises:
        DataError: it is no such query, it is not allowed, it goes on and on, or the file is damaged.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "cities.sqlite"
    >>> connection = sqlite3.connect(path)
    >>> _ = connection.execute("CREATE TABLE capitals AS SELECT 'Rome' AS city, 'Italy' AS country")
    >>> connection.commit(); connection.close()
    >>> rows(path, "SELECT city, 'capital of' AS link, country FROM capitals").columns
    (['Rome'], ['capital of'], ['Italy'])
    """
    watch = _Watch()
    connection = sqlite3.connect(_address(path), uri=True)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")  # views of the file call no function with side effects
        connection.execute("PRAGMA temp_store = MEMORY")
        for limit, value in _LIMITS.items():
            connection.setlimit(limit, value)
        connection.set_authorizer(watch.may)
        connection.set_progress_handler(watch.goes_on, _STEPS)
        cursor = connection.execute(query)
        if cursor.description is None:
            raise DataError(f"{path}: expected a SELECT, got {shown(query)}; write one that gives rows")
        return gathered(path, [column[0] for column in cursor.description], cursor)
    except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
        raise DataError(f"{path}: {watch.refused or _reason(error, query)}") from None
    finally:
        connection.close()


def tables(path: Path) -> dict[str, list[str]]:
    """The tables and views of a database, each with the names of its columns.

    Raises:
        DataError: the file is damaged, or no such database.
    """
    names = rows(path, "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'")
    found = {}
    for name in names.columns[0]:
        quoted = name.replace('"', '""')
        found[name] = list(rows(path, f'SELECT * FROM "{quoted}" LIMIT 0').names)
    return found


def _address(path: Path) -> str:
    """The file to be opened for reading; as one that nobody changes where no other program has it open.

    Otherwise SQLite would write beside a database in WAL mode.
    """
    beside = (path.with_name(path.name + end) for end in ("-wal", "-journal"))
    open_elsewhere = any(file.exists() and file.stat().st_size for file in beside)
    return f"{path.resolve().as_uri()}?mode=ro{'' if open_elsewhere else '&immutable=1'}"


def _reason(error: Exception, query: str) -> str:
    return f"expected a SELECT that SQLite can run, got {shown(query)} ({error}); correct the query"


class _Watch:
    """Looks on while a query runs; `refused` is what it was stopped for."""

    def __init__(self) -> None:
        self.refused = ""
        self.steps = 0
        self.most_kb = _peak_kb() + 1024 * MOST_MB

    def may(self, action: int, first: str | None, second: str | None, database: str | None, by: str | None) -> int:
        """SQLite's authorizer."""
        allowed = action in _ALLOWED and not (action == sqlite3.SQLITE_FUNCTION and second in _REFUSED)
        if not allowed:
            what = f"the function {second}" if action == sqlite3.SQLITE_FUNCTION else "more than reading its tables"
            self.refused = self.refused or (
                f"expected a query that reads the tables of this file, got one that wants {what}; write a plain SELECT"
            )
        return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY

    def goes_on(self) -> int:
        """SQLite's progress handler: 0 to go on."""
        self.steps += _STEPS
        if self.steps > MOST_STEPS:
            self.refused = (
                f"expected a query of at most {MOST_STEPS:,} steps, got more; it may have no end: add a LIMIT"
            )
        elif _peak_kb() > self.most_kb:
            self.refused = f"expected a query in at most {MOST_MB} MB of memory, got more; sort and join less"
        return int(bool(self.refused))


def _peak_kb() -> int:
    """The most memory that this process has had, in KB; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // 1024 if sys.platform == "darwin" else peak
