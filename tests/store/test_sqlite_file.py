"""Queries on SQLite files: what they give, and what a stranger's query cannot do."""

import sqlite3
from contextlib import closing

import pytest

from relxfer.errors import DataError
from relxfer.store import sqlite_file

SELECT = "SELECT s, p, o FROM facts"
ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) "


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "x #1?.sqlite"  # which a URI must quote
    write(path, "CREATE TABLE facts(s, p, o)", "INSERT INTO facts VALUES ('a', 'r', 'b'), ('b', 'r', NULL)")
    return path


def write(path, *statements):
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_rows_come_by_column(path):
    assert sqlite_file.rows(path, SELECT) == (("s", "p", "o"), (["a", "b"], ["r", "r"], ["b", ""]))
    assert sqlite_file.rows(path, "SELECT count(*) AS n FROM facts").columns == (["2"],)


def test_tables_and_views_with_their_columns(path):
    write(
        path, 'CREATE VIEW "my ""view" AS SELECT s FROM facts', "CREATE TABLE t(id INTEGER PRIMARY KEY AUTOINCREMENT)"
    )
    assert sqlite_file.tables(path) == {"facts": ["s", "p", "o"], 'my "view': ["s"], "t": ["id"]}


@pytest.mark.parametrize(
    "query",
    [
        "ATTACH 'y.sqlite' AS y", "VACUUM INTO 'y.sqlite'", "PRAGMA journal_mode = WAL", "PRAGMA database_list",
        "SELECT * FROM pragma_database_list", "CREATE TABLE t(a)", "CREATE TEMP TABLE t AS SELECT 1",
        "INSERT INTO facts VALUES (1, 2, 3)", "DELETE FROM facts RETURNING s, p, o", "DROP TABLE facts", "BEGIN",
        "DETACH main", "ANALYZE", "SELECT load_extension('x')", "SELECT fts3_tokenizer('simple', x'00')",
        "SELECT * FROM dbstat",
    ],
)  # fmt: skip
def test_more_than_reading_its_tables_is_refused(path, query):
    before = path.read_bytes()
    with pytest.raises(DataError, match="expected a query that reads the tables of this file, got one that wants"):
        sqlite_file.rows(path, query)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT 1; DROP TABLE facts", "one statement at a time"),
        ("SELECT readfile('/etc/passwd')", "no such function"),
        ("SELECT writefile('y', 'x')", "no such function"),
        ("SELECT edit('x')", "no such function"),
        ("SELECT * FROM '/etc/passwd'", "no such table"),
        ("SELECT", "incomplete input"),
        ("", "expected a SELECT, got ''"),
        ("SELECT '\0'", "null character"),
        ("SELECT zeroblob(1000000000)", "too big"),
        ("SELECT 'a' LIKE '" + "%a" * 200 + "'", "LIKE or GLOB pattern too complex"),
        ("SELECT random()", "wants the function random"),
    ],
)
def test_queries_that_cannot_be_run_are_told(path, query, message):
    with pytest.raises(DataError, match=message):
        sqlite_file.rows(path, query)


@pytest.mark.parametrize("what", ["SELECT max(x) FROM c", "SELECT x FROM c ORDER BY x", "SELECT x FROM c WHERE x < 0"])
def test_queries_without_end_are_stopped(path, monkeypatch, what):
    monkeypatch.setattr(sqlite_file, "MOST_STEPS", 100_000)
    with pytest.raises(DataError, match="at most 100,000 steps, got more; it may have no end"):
        sqlite_file.rows(path, ENDLESS + what)


def test_a_query_that_fills_the_memory_is_stopped(path, monkeypatch):
    pytest.importorskip("resource")
    monkeypatch.setattr(sqlite_file, "MOST_MB", -1)
    with pytest.raises(DataError, match="in at most -1 MB of memory"):
        sqlite_file.rows(path, ENDLESS + "SELECT printf('%900000d', x) AS long FROM c ORDER BY long")


def test_views_of_a_stranger_call_nothing_that_is_refused(path):
    write(path, "CREATE VIEW v AS SELECT load_extension('x') AS a, 'b' AS b, 'c' AS c")
    with pytest.raises(DataError, match="unsafe use of load_extension"):
        sqlite_file.rows(path, "SELECT * FROM v")


def test_a_database_in_wal_mode_is_read_and_nothing_is_written_beside_it(path):
    write(path, "PRAGMA journal_mode = WAL")
    assert len(sqlite_file.rows(path, SELECT).columns[0]) == 2
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    with closing(sqlite3.connect(path)) as open_elsewhere, open_elsewhere:
        open_elsewhere.execute("INSERT INTO facts VALUES ('c', 'r', 'a')")
        open_elsewhere.commit()
        assert len(sqlite_file.rows(path, SELECT).columns[0]) == 3


def test_a_damaged_file_is_told(path):
    path.write_bytes(path.read_bytes()[:100] + b"\xff" * 5000)
    with pytest.raises(DataError, match="expected a SELECT that SQLite can run"):
        sqlite_file.rows(path, SELECT)
