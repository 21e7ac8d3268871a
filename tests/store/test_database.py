"""Whose database a file is, by its first bytes."""

import sqlite3
from contextlib import closing

import pytest

from relxfer.errors import DataError
from relxfer.store import database


def test_sqlite_is_known_by_its_content(tmp_path):
    with closing(sqlite3.connect(tmp_path / "facts.db")) as connection, connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS a")
    assert database.is_database(tmp_path / "facts.db")
    assert database.rows(tmp_path / "facts.db", "SELECT a FROM t").columns == (["1"],)
    assert database.tables(tmp_path / "facts.db") == {"t": ["a"]}


def test_duckdb_is_known_by_its_content(tmp_path):
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect(str(tmp_path / "facts.db")) as connection:
        connection.execute("CREATE TABLE t AS SELECT 1 AS a")
    assert database.is_database(tmp_path / "facts.db")
    assert database.rows(tmp_path / "facts.db", "SELECT a FROM t").columns == (["1"],)


@pytest.mark.parametrize("content", [b"", b"Rome\tin\tItaly\n"])
def test_another_file_is_none(tmp_path, content):
    (tmp_path / "x.sqlite").write_bytes(content)
    assert not database.is_database(tmp_path / "x.sqlite")
    assert not database.is_database(tmp_path)
    with pytest.raises(DataError, match="expected a database of SQLite or DuckDB, got another file"):
        database.rows(tmp_path / "x.sqlite", "SELECT 1")
