"""Facts as objects of Python: each is read as its file is."""

from contextlib import closing

import networkx as nx
import numpy as np
import pytest
from relxfer_kg.data.user_files import load
from relxfer_kg.files import in_memory
from relxfer_kg.options import OwnFiles, form_of

from relxfer.authoring import objects
from relxfer.authoring.objects import Objects
from relxfer.contract.only_with import acting

CITIES = [f"http://ex.org/c{i}" for i in range(12)]
FACTS = [
    (a, f"http://ex.org/{r}", CITIES[(i * 3 + k) % 12]) for i, a in enumerate(CITIES) for r, k in (("p", 1), ("q", 7))
]
LINES = "".join(f"<{s}> <{p}> <{o}> .\n" for s, p, o in FACTS)


@pytest.fixture
def options(tmp_path):
    context = {"folder": tmp_path, objects.KEY: Objects(tmp_path / "objects")}
    return lambda **table: OwnFiles.model_validate(table, context=context)


def identity(given):
    domain = load(given)
    return domain.name, domain.sha, domain.test.digest(), domain.notes


def columns(names="spo"):
    return {name: [fact[i] for fact in FACTS] for i, name in enumerate(names)}


def tables():
    pandas, pyarrow = pytest.importorskip("pandas"), pytest.importorskip("pyarrow")
    frame = pandas.DataFrame(columns())
    yield frame, {}
    yield frame.astype("category"), {}
    yield frame.set_index("s"), {}
    yield frame[["o", "s", "p"]], {"columns": ["s", "p", "o"]}
    yield frame.assign(weight=0.5)[["weight", "s", "p", "o"]], {"columns": [1, 2, 3]}
    yield pandas.DataFrame(FACTS), {}
    yield pyarrow.table(columns()), {}


def test_tables_give_what_their_files_give(options, tmp_path):
    (tmp_path / "own-facts.tsv").write_text("".join("\t".join(fact) + "\n" for fact in FACTS))
    expected = identity(options(facts="own-facts.tsv"))
    for table, more in tables():
        given = options(facts=table, **more)
        assert identity(given)[:3] == expected[:3]
        assert OwnFiles.model_validate(acting(given)) == given
    assert identity(options(facts=FACTS)) == identity(options(facts=np.array(FACTS))) == expected


def test_many_rows_become_a_table(options, monkeypatch):
    few = options(facts=FACTS)
    monkeypatch.setattr(in_memory, "MOST_ROWS", 10)
    many = options(facts=FACTS)
    assert (form_of(few.facts), form_of(many.facts)) == ("facts", "path")
    assert identity(few) == identity(many)
    assert form_of(OwnFiles(facts=FACTS).facts) == "facts"


def test_ids_are_exact_and_missing_cells_are_told(options):
    pandas = pytest.importorskip("pandas")
    ids = [2**53 + i for i in range(6)]
    frame = pandas.DataFrame({"h": ids, "r": "next", "t": ids[1:] + ids[:1]})
    assert set(load(options(facts=frame, test_fraction=0.2)).inputs.entities) == set(map(str, ids))
    with pytest.raises(Exception, match="expected a name as tail"):
        load(options(facts=frame.assign(t=pandas.array([*ids[1:], None], dtype="Int64"))))


def test_a_graph_of_rdflib_gives_what_its_file_gives(options, tmp_path):
    rdflib = pytest.importorskip("rdflib")
    pytest.importorskip("pyoxigraph")
    more = "_:x <http://ex.org/near> <http://ex.org/c1> . <http://ex.org/c2> <http://ex.org/near> _:x ."
    for name, text, ending in (("a.nt", LINES, ".nt"), ("b.ttl", LINES + more, ".ttl")):
        (tmp_path / name).write_text(text)
        given = options(facts=rdflib.Graph().parse(tmp_path / name, format="turtle"))
        assert given.facts.suffix == ending
        assert identity(given)[1:] == identity(options(facts=name))[1:]
    several = rdflib.Dataset()
    several.graph("http://g").parse(data=LINES, format="turtle")
    given = options(facts=several)
    assert identity(given)[1:3] == identity(options(facts="a.nt"))[1:3]
    assert "24 facts in 1 named graph; names of graphs are left out" in load(given).notes


def test_a_graph_of_networkx_gives_what_its_file_gives(options, tmp_path):
    graph = nx.MultiDiGraph()
    graph.add_edges_from((s, o, {"relation": p}) for s, p, o in FACTS)
    nx.write_graphml(graph, tmp_path / "own-facts.graphml")
    assert sorted(options(facts=graph).facts) == sorted(FACTS)
    assert (
        identity(options(facts=graph)) == identity(options(facts="own-facts.graphml")) == identity(options(facts=FACTS))
    )


def test_a_query_gives_what_a_table_gives(options, tmp_path):
    import sqlite3

    with closing(sqlite3.connect(tmp_path / "own-facts.sqlite")) as connection, connection:
        connection.execute("CREATE TABLE f(s, p, o)")
        connection.executemany("INSERT INTO f VALUES (?, ?, ?)", FACTS)
    given = options(facts={"database": "own-facts.sqlite", "query": "SELECT s, p, o FROM f"})
    assert identity(given) == identity(options(facts=FACTS))
    test = {"database": "own-facts.sqlite", "query": "SELECT s, p, o FROM f LIMIT 5"}
    assert len(load(options(facts=given.facts, test=test)).test.queries) == 10
