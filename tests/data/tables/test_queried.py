"""The rows of a query as a table."""

import sqlite3
from contextlib import closing

import pytest

from relxfer.contract.query import Query
from relxfer.data.tables.queried import queried
from relxfer.errors import DataError


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "x.sqlite"
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE t AS SELECT ' ann ' AS a, 1.0 AS b UNION ALL SELECT 'bob', NULL")
    return lambda query: queried(Query(database=path, query=query), "edges", ("source", "target"))


def test_cells_are_texts_by_name_and_rows_are_told_by_number(table, tmp_path):
    made = table("SELECT a, b AS n FROM t")
    assert {name: list(column) for name, column in made.named().items()} == {"a": ["ann", "bob"], "n": ["1", ""]}
    assert made.where(1) == f"{tmp_path / 'x.sqlite'}:2"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT a FROM t", "the columns source, target, got 1: a; select edges with these"),
        ("SELECT a, b FROM t WHERE a = 'x'", "expected edges, got a query without rows"),
    ],
)
def test_too_few_columns_or_no_row(table, query, message):
    with pytest.raises(DataError, match=message):
        table(query)
