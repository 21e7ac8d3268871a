"""Networks that queries select from a database, and the queries that `init` writes."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
import pytest
from pydantic import ValidationError
from relxfer_social.files.inspection import inspect
from relxfer_social.files.selected import selected
from relxfer_social.files.user_domain import user_domain
from relxfer_social.options import NetworkFiles

from relxfer.contract.query import Query
from relxfer.errors import DataError

PEOPLE = "CREATE TABLE {0}(id, age, team)"
ROWS = ", ".join(str((f"p{i}", 20 + i, "red" if i % 2 else "blue")) for i in range(12))
LINKS = ", ".join(str((f"p{i}", f"p{(i + k) % 12}", 2020)) for i in range(12) for k in (1, 2))


@pytest.fixture
def database(tmp_path):
    def of(*statements):
        with closing(sqlite3.connect(tmp_path / "x.sqlite")) as connection, connection:
            for statement in statements:
                connection.execute(statement)
        return tmp_path / "x.sqlite"

    return of


def network(database, edges="edges", nodes="nodes", ends="source, target, since"):
    return database(
        f"CREATE TABLE {edges}({ends})", f"INSERT INTO {edges} VALUES {LINKS}",
        PEOPLE.format(nodes), f"INSERT INTO {nodes} VALUES {ROWS}",
    )  # fmt: skip


def options(path, edges, nodes, **given):
    queries = {"path": {"database": path, "query": edges}, "nodes": {"database": path, "query": nodes}}
    return NetworkFiles.model_validate(queries | given)


def test_a_query_gives_the_same_network_as_a_file(database, tmp_path):
    path = network(database, "follows", "people", "a, b, since")
    (tmp_path / "e.csv").write_text("a,b\n" + "".join(f"p{i},p{(i + k) % 12}\n" for i in range(12) for k in (1, 2)))
    rows = [f"p{i},{20 + i},{'red' if i % 2 else 'blue'}\n" for i in range(12)]
    (tmp_path / "n.csv").write_text("id,age,team\n" + "".join(rows))
    files = user_domain(NetworkFiles(path=tmp_path / "e.csv", nodes=tmp_path / "n.csv", label="team"))
    asked = options(path, "SELECT a, b FROM follows", "SELECT id, age, team FROM people", label="team")
    queries = user_domain(asked)
    assert queries.inputs.sha == files.inputs.sha
    assert queries.inputs.columns == ("age",)
    assert np.array_equal(queries.train.answers, files.train.answers)


def test_only_some_edges_and_columns_by_name(database):
    path = network(database)
    chosen = options(
        path, "SELECT since, source, target FROM edges WHERE source = 'p0'", "SELECT * FROM nodes",
        columns=["source", "target"], label="team",
    )  # fmt: skip
    assert user_domain(chosen).inputs.edges.shape == (2, 4)


@pytest.mark.parametrize(
    ("edges", "nodes", "message"),
    [
        ("SELECT source FROM edges", "SELECT * FROM nodes", "the columns source, target, got 1: source"),
        ("SELECT * FROM edges WHERE since = 1", "SELECT * FROM nodes", "expected edges, got a query without rows"),
        ("SELECT * FROM edges", "SELECT * FROM nodes WHERE age > 99", "expected nodes, got a query without rows"),
        ("SELECT * FROM edges", "SELECT * FROM nodes WHERE age > 25", "lacks 6 of the 12 names of the edges"),
        ("SELECT * FROM edges", "ATTACH 'y' AS y", "expected a query that reads"),
    ],
)
def test_queries_that_give_no_network(database, edges, nodes, message):
    with pytest.raises(DataError, match=message):
        user_domain(options(network(database), edges, nodes, label="team"))


def test_options_that_do_nothing_for_a_query_are_refused(database):
    path = network(database)
    with pytest.raises(ValidationError, match="without effect with a query, whose columns have names"):
        options(path, "SELECT * FROM edges", "SELECT * FROM nodes", header=True)


def test_usual_names_then_usual_headings_then_content_tell_the_tables(database):
    path = network(database)
    assert selected(path)[0] == Query(database=path, query='SELECT "source", "target", "since" FROM "edges"')
    database("ALTER TABLE edges RENAME TO calls")
    assert [each.query.split()[-1] for each in selected(path)] == ['"calls"', '"nodes"']
    database("ALTER TABLE nodes RENAME TO people", "ALTER TABLE calls RENAME COLUMN source TO one")
    assert [each.query.split()[-1] for each in selected(path)] == ['"calls"', '"people"']
    database("CREATE TABLE a(x)", "CREATE TABLE b(x)", "CREATE TABLE c(x)")
    with pytest.raises(DataError, match=r"got calls \(one, target, since\); people \(id, age, team\); .* write what"):
        selected(path)


def test_a_table_with_relations_is_no_list_of_edges(database):
    path = database(
        "CREATE TABLE facts(head, relation, tail)",
        f"INSERT INTO facts SELECT column1, 'knows', column2 FROM (VALUES {LINKS})",
        "CREATE TABLE things(id, kind)", f"INSERT INTO things SELECT column1, column3 FROM (VALUES {ROWS})",
    )  # fmt: skip
    with pytest.raises(DataError, match="expected a table with the edges of a network"):
        selected(path)


def test_edges_alone(database):
    path = database("CREATE TABLE friends(u, v)", f"INSERT INTO friends SELECT column1, column2 FROM (VALUES {LINKS})")
    edges, nodes = selected(path)
    assert (edges.query, nodes) == ('SELECT "u", "v" FROM "friends"', None)


def test_init_writes_the_queries(database):
    found = inspect(network(database))
    path = found.files.place
    assert found.dataset_table() == {
        "use": "network-files",
        "path": {"database": path, "query": 'SELECT "source", "target", "since" FROM "edges"'},
        "nodes": {"database": path, "query": 'SELECT "id", "age", "team" FROM "nodes"'},
        "label": "team",
        "task": "classification",
    }
    assert 'nodes: SELECT "id", "age", "team" FROM "nodes"' in found.sentences()
    assert found.certain
