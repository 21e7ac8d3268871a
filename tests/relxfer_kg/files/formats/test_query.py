"""Facts that a query selects, and the query that `init` writes."""

import sqlite3
from contextlib import closing

import pytest
from relxfer_kg.files.formats.query import read_query, select_of
from relxfer_kg.files.inspection import inspect
from relxfer_kg.options import Query

from relxfer.data.bad_rows import BadRowList
from relxfer.errors import DataError


def database(folder, *statements):
    with closing(sqlite3.connect(folder / "x.sqlite")) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    return folder / "x.sqlite"


def facts(path, select, skip=False):
    bad = BadRowList("facts", skip)
    found = read_query(Query(database=path, query=select), bad)["all"].tolist()
    bad.settle()
    return found


def test_the_columns_of_a_query_are_head_relation_and_tail(tmp_path):
    path = database(
        tmp_path, "CREATE TABLE t(a, b)", "INSERT INTO t VALUES ('Rome', ' Italy '), (1, 2.0), (2, 9007199254740993)"
    )
    assert facts(path, "SELECT a, 'in', b FROM t") == [
        ["Rome", "in", "Italy"],
        ["1", "in", "2"],
        ["2", "in", "9007199254740993"],
    ]


@pytest.mark.parametrize(
    ("select", "message"),
    [
        ("SELECT a, b FROM t", "the columns head, relation, tail, got 2: a, b"),
        ("SELECT a, b, c FROM t", "expected a name as tail, got an empty cell"),
        ("SELECT a, b, c FROM t WHERE a = 5", "a query without rows"),
    ],
)
def test_queries_that_give_no_facts(tmp_path, select, message):
    path = database(tmp_path, "CREATE TABLE t(a, b, c)", "INSERT INTO t VALUES (1, 2, 3), (4, 5, NULL)")
    with pytest.raises(DataError, match=message):
        facts(path, select)


@pytest.mark.parametrize(
    ("tables", "expected"),
    [
        (["CREATE TABLE t(id, subject, predicate)", "CREATE TABLE u(a, b)", "CREATE TABLE v(a, b, c)"], None),
        (
            ["CREATE TABLE old(a, b)", 'CREATE TABLE "my t"("from node", p, o, d)'],
            'SELECT "from node", "p", "o" FROM "my t"',
        ),
        (["CREATE TABLE t(a, b, c)", "CREATE TABLE u(a, b)"], 'SELECT "a", "b", "c" FROM "t"'),
        (
            ["CREATE TABLE t(subject, predicate, object)", "CREATE TABLE u(a, b, c)"],
            'SELECT "subject", "predicate", "object" FROM "t"',
        ),
    ],
)
def test_the_one_table_of_facts_is_found(tmp_path, tables, expected):
    path = database(tmp_path, *tables)
    if expected is None:
        with pytest.raises(
            DataError, match=r"got t \(id, subject, predicate\); .*; write what to select, such as facts"
        ):
            select_of(path)
    else:
        assert select_of(path) == expected


def test_init_writes_the_query(tmp_path):
    rows = [(f"c{i}", "next", f"c{(i * 3 + k) % 12}") for i in range(12) for k in (1, 5)]
    values = ", ".join(map(str, rows))
    found = inspect(database(tmp_path, "CREATE TABLE links(id, source, relation, target)",
                             f"INSERT INTO links(source, relation, target) VALUES {values}"))  # fmt: skip
    select = 'SELECT "source", "relation", "target" FROM "links"'
    assert found.dataset_table() == {"use": "kg-files", "facts": {"database": tmp_path / "x.sqlite", "query": select}}
    assert f"facts: {tmp_path / 'x.sqlite'} (24 facts)" in found.sentences()
    assert f"note: the query is {select}" in found.sentences()


def test_a_column_may_say_which_facts_are_held_out_and_bad_rows_are_left_out(tmp_path):
    path = database(
        tmp_path, "CREATE TABLE t(a, b, c, part)", "INSERT INTO t VALUES (1, 2, 3, 'train'), (4, 5, 6, 'test')"
    )
    parts = read_query(Query(database=path, query="SELECT * FROM t"), BadRowList("facts"))
    assert {part: of.tolist() for part, of in parts.items()} == {"train": [["1", "2", "3"]], "test": [["4", "5", "6"]]}
    assert facts(path, "SELECT a, b, nullif(c, 6) FROM t", skip=True) == [["1", "2", "3"]]
