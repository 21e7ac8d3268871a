"""Facts that a query selects, and the query that `init` writes."""

import sqlite3
from contextlib import closing

import pytest
from relxfer_kg.files.formats.query import query_facts, select_of
from relxfer_kg.files.inspection import inspect
from relxfer_kg.options import Query

from relxfer.errors import DataError

USUAL = {("subject", "predicate", "object"): (0, 1, 2), ("s p", "p", "o"): (0, 1, 2)}


def headed(names):
    return USUAL.get(tuple(names))


def database(folder, *statements):
    with closing(sqlite3.connect(folder / "x.sqlite")) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    return folder / "x.sqlite"


def facts(path, select):
    return query_facts(Query(database=path, query=select)).facts.tolist()


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
        ("SELECT a, b FROM t", "three columns .*, got 2: a, b"),
        ("SELECT a, b, c FROM t", "as tail, got NULL .* row 2 .*WHERE c IS NOT NULL"),
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
        (["CREATE TABLE t(id, subject, predicate, object)"], None),
        (["CREATE TABLE old(a, b)", 'CREATE TABLE "my t"("s p", p, o)'], 'SELECT "s p", p, o FROM "my t"'),
        (["CREATE TABLE t(a, b, c)", "CREATE TABLE u(a, b)"], "SELECT a, b, c FROM t"),
        (
            ["CREATE TABLE t(subject, predicate, object)", "CREATE TABLE u(a, b, c)"],
            "SELECT subject, predicate, object FROM t",
        ),
    ],
)
def test_the_one_table_of_facts_is_found(tmp_path, tables, expected):
    path = database(tmp_path, *tables)
    if expected is None:
        with pytest.raises(
            DataError, match=r"got t \(id, subject, predicate, object\); write what to select, such as facts"
        ):
            select_of(path, headed)
    else:
        assert select_of(path, headed) == expected


def test_init_writes_the_query(tmp_path):
    rows = [(f"c{i}", "next", f"c{(i * 3 + k) % 12}") for i in range(12) for k in (1, 5)]
    values = ", ".join(map(str, rows))
    found = inspect(database(tmp_path, "CREATE TABLE links(id, source, relation, target)",
                             f"INSERT INTO links(source, relation, target) VALUES {values}"))  # fmt: skip
    select = "SELECT source, relation, target FROM links"
    assert found.dataset_table() == {"use": "kg-files", "facts": {"database": tmp_path / "x.sqlite", "query": select}}
    assert f"facts: {tmp_path / 'x.sqlite'}, {select} (24 facts)" in found.sentences()
