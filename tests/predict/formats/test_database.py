"""A table in a DuckDB database of the user's."""

from __future__ import annotations

import pytest

from relxfer.errors import DataError, UsageError
from relxfer.predict.formats import database
from relxfer.store import duckdb_file

duckdb = pytest.importorskip("duckdb")
COLUMNS = ("node", "answer", "rank", 'a "b"')
BLOCK = [["=x", "nul\0"], ["cat", "dog\ud800"], [1, 1], [0.5, float("nan")]]


def rows_of(path, table="predictions"):
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(f"SELECT * FROM {table}").fetchall()


@pytest.fixture
def mine(tmp_path):
    path = tmp_path / "mine.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE facts(s TEXT)")
        connection.execute("INSERT INTO facts VALUES ('a')")
    return path


def test_answers_are_read_back_with_their_types(tmp_path):
    path = tmp_path / "new" / "a.duckdb"
    assert database.duckdb_table(COLUMNS, [BLOCK, BLOCK], path) == 4
    assert [str(row) for row in rows_of(path)[:2]] == [
        "('=x', 'cat', 1, 0.5)", repr(("nul\0", "dog\\ud800", 1, float("nan"))),
    ]  # fmt: skip
    assert duckdb_file.tables(path) == {"predictions": list(COLUMNS)}


def test_a_database_keeps_its_other_tables(mine):
    database.check(mine, force=False)
    database.duckdb_table(COLUMNS, [BLOCK], mine)
    assert rows_of(mine, "facts") == [("a",)]
    with pytest.raises(UsageError, match="it exists"):
        database.check(mine, force=False)
    database.check(mine, force=True)
    assert database.duckdb_table(COLUMNS[:3], [BLOCK[:3]], mine) == 2
    assert rows_of(mine)[0] == ("=x", "cat", 1)


def test_an_interruption_leaves_the_database_as_it_was(mine, tmp_path):
    def broken():
        yield BLOCK
        raise KeyboardInterrupt

    database.duckdb_table(COLUMNS, [BLOCK], mine)
    for path in (mine, tmp_path / "new.duckdb"):
        with pytest.raises(KeyboardInterrupt):
            database.duckdb_table(COLUMNS, broken(), path)
    assert len(rows_of(mine)) == 2
    assert not (tmp_path / "new.duckdb").exists()


def test_what_is_no_database_or_has_such_a_view_is_told(mine, tmp_path):
    (tmp_path / "x.duckdb").write_text("text")
    with pytest.raises(DataError, match=r"x\.duckdb"):
        database.check(tmp_path / "x.duckdb", force=True)
    with duckdb.connect(str(mine)) as connection:
        connection.execute("CREATE VIEW predictions AS SELECT * FROM facts")
    with pytest.raises(DataError, match="expected a DuckDB file that can be written"):
        database.duckdb_table(COLUMNS, [BLOCK], mine)
    assert rows_of(mine) == [("a",)]
