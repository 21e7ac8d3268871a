"""Queries on DuckDB files: what they give, and what a stranger's query cannot do."""

import builtins

import pytest

from relxfer.errors import DataError
from relxfer.store import duckdb_file

duckdb = pytest.importorskip("duckdb")
SELECT = "SELECT s, p, o FROM facts"


@pytest.fixture
def path(tmp_path):
    with duckdb.connect(str(tmp_path / "x.duckdb")) as connection:
        connection.execute("CREATE TABLE facts(s TEXT, p TEXT, o INTEGER)")
        connection.execute("INSERT INTO facts VALUES ('a', 'r', 1), ('b', 'r', NULL)")
        connection.execute("CREATE VIEW v AS SELECT * FROM read_csv('/etc/passwd')")
    return tmp_path / "x.duckdb"


def test_rows_come_by_column(path):
    assert duckdb_file.rows(path, SELECT) == (("s", "p", "o"), (["a", "b"], ["r", "r"], ["1", ""]))
    assert duckdb_file.rows(path, "FROM facts SELECT s;").columns == (["a", "b"],)


def test_tables_with_their_columns(path):
    assert duckdb_file.tables(path)["facts"] == ["s", "p", "o"]


@pytest.mark.parametrize(
    "query",
    [
        "ATTACH 'y.duckdb'", "COPY facts TO 'y.csv'", "EXPORT DATABASE 'y'", "INSTALL httpfs", "LOAD httpfs",
        "SET threads = 4", "CREATE TABLE t(a INT)", "CREATE TEMP TABLE t AS SELECT 1",
        "INSERT INTO facts VALUES ('x', 'y', 1)", "DELETE FROM facts RETURNING *", "CALL pragma_version()",
        "CHECKPOINT", "SELECT 1; SELECT 2", "", "BEGIN", "PREPARE x AS SELECT 1",
    ],
)  # fmt: skip
def test_anything_but_one_select_is_refused(path, query):
    before = path.read_bytes()
    with pytest.raises(DataError, match="expected one SELECT"):
        duckdb_file.rows(path, query)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM '/etc/passwd'",
        "SELECT * FROM read_text('/etc/passwd')", "SELECT * FROM glob('/*')",
        "SELECT * FROM read_parquet('https://x.org/a.parquet')", "SELECT * FROM v",
        "SELECT * FROM sniff_csv('/etc/passwd')", "SELECT getenv('HOME')", "SELECT * FROM names_of_python",
        "SELECT * FROM nowhere", "SELECT (",
    ],
)  # fmt: skip
def test_nothing_outside_the_file_is_read(path, query):
    names_of_python = [1]  # DuckDB looks names of tables up among the variables of its caller
    with pytest.raises(DataError, match="expected a SELECT that DuckDB can run on this file alone"):
        duckdb_file.rows(path, query)
    assert names_of_python


def test_queries_without_end_are_stopped(path, monkeypatch):
    monkeypatch.setattr(duckdb_file, "SECONDS", 0.2)
    endless = "WITH RECURSIVE c AS (SELECT 1 AS x UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c"
    with pytest.raises(DataError, match="at most 0 seconds, got a longer one"):
        duckdb_file.rows(path, endless)


def test_memory_is_bounded(path, monkeypatch):
    monkeypatch.setitem(duckdb_file._CONFIG, "memory_limit", "50MB")
    with pytest.raises(DataError, match="Out of Memory"):
        duckdb_file.rows(path, "SELECT list(range) FROM range(1000000000)")


def test_without_the_library_one_sentence_says_what_to_install(path, monkeypatch):
    real = builtins.__import__

    def without(module, *rest):
        if module == "duckdb":
            raise ImportError(module)
        return real(module, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(DataError, match=r"pip install 'relxfer\[duckdb\]'"):
        duckdb_file.rows(path, SELECT)
