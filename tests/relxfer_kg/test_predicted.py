"""Predicted facts as files that others read."""

from __future__ import annotations

import io
from pathlib import Path

import networkx as nx
import pytest
from relxfer_kg import predicted
from relxfer_kg.files import triples

NAMES = ('a"/><node id="x"/>', "b & <b>", "=c\x00", "http://ex.org/d> <http://ex.org/p> <x")
TABLE = {
    "head": [NAMES[0], "?", NAMES[0]],
    "relation": ["works for", "<knows>", "works for"],
    "tail": ["?", NAMES[1], "?"],
    "answer": [NAMES[2], NAMES[3], NAMES[1]],
    "rank": [1, 1, 2],
    "probability": [0.75, 0.5, 0.25],
    "abstain": ["no\n<x> <x> <x> .", "yes", "no"],
}
FACTS = [
    (NAMES[0], "works for", "=c\\x00"),
    (NAMES[3], "<knows>", NAMES[1]),
    (NAMES[0], "works for", NAMES[1]),
]


@pytest.fixture
def written(tmp_path):
    def write(ending, table=TABLE):
        path = tmp_path / f"facts{ending}"
        with path.open("wb") as stream:
            {".graphml": predicted.graphml}.get(ending, predicted.ntriples)(table, stream)
        return path

    return write


def test_graphml_has_the_facts_as_edges_with_attributes(written):
    graph = nx.read_graphml(written(".graphml"))
    held = [(head, kept["relation"], tail) for head, tail, kept in graph.edges(data=True)]
    assert sorted(held) == sorted(FACTS)
    kept = next(kept for _, tail, kept in graph.edges(data=True) if tail == "=c\\x00")
    assert (kept["rank"], kept["probability"], kept["abstain"]) == (1, 0.75, TABLE["abstain"][0])


def test_graphml_is_read_as_facts(written):
    assert sorted(map(tuple, triples.read_triples(written(".graphml")).tolist())) == sorted(FACTS)


def statements(path: Path, kind: str):
    rdflib = pytest.importorskip("rdflib")
    return {tuple(str(term) for term in fact) for fact in rdflib.Graph().parse(path, format=kind)}


@pytest.mark.parametrize(("ending", "kind"), [(".nt", "nt"), (".ttl", "turtle")])
def test_others_read_no_more_than_the_facts(written, ending, kind):
    spelled = {tuple(predicted.iri(name)[1:-1] for name in (f[0], f[1])) for f in FACTS}
    found = statements(written(ending), kind)
    assert len(found) == 3
    assert {fact[:2] for fact in found} == spelled


def test_numbers_stand_in_comments(written):
    assert written(".nt").read_text().splitlines()[2].endswith("%3Cb%3E> . # rank 2, probability 0.25")


@pytest.mark.parametrize(
    "name",
    ["http://example.org/Ångström?a=b#c", "urn:isbn:12", "wd:Q42", "https://ex.org/%C3%A4(x)"],
)  # fmt: skip
def test_iris_stay_as_they_are(name):
    assert predicted.iri(name) == f"<{name}>"


@pytest.mark.parametrize(
    "name",
    ["", "Rome", "10:30", "a: b", "http://ex.org/%zz", "http://ex.org/[x]", "http://a#b#c", "http://a:b/", "x:\\u0041",
     "http://me@a/", "x:\ud800", "é:x", "http://ex.org/>"],
)  # fmt: skip
def test_other_names_are_spelled_out(name):
    made = predicted.iri(name)
    assert made.startswith(f"<{predicted.URN}")
    assert made.isascii()
    assert not set(made[1:-1]) & set(' <>"{}|^`\\')


TERMS = [
    '"Rom"@de', '"5"^^<http://www.w3.org/2001/XMLSchema#int>', r'"say \"hi\"\n\u00e4"', "http://ex.org/x", "Rome",
    "_:b0", '"open', '"a"^^<not an iri>', '"a"@', '"a" . <x> <x> <x>', '"line' + "\n" + 'end"', r'"\uD800"', "_:b.",
    "x:\U0001f600", "x:\ufffe", "",
]  # fmt: skip


@pytest.mark.parametrize("name", TERMS)
def test_every_object_is_one_term_for_every_reader(tmp_path, name):
    table = {"head": ["_:s"], "relation": ["x:p"], "tail": ["?"], "answer": [name], "rank": [1], "score": [0.5]}
    stream = io.BytesIO()
    predicted.ntriples(table, stream)
    path = tmp_path / "x.nt"
    path.write_bytes(stream.getvalue())
    assert len(statements(path, "nt")) == 1
    ((_, relation, found),) = triples.read_triples(path).tolist()
    assert relation == "x:p"
    assert found in (name, predicted.resource(name)[1:-1]) or name.startswith('"')
    oxigraph = pytest.importorskip("pyoxigraph")
    assert len(list(oxigraph.parse(stream.getvalue(), oxigraph.RdfFormat.N_TRIPLES))) == 1


def test_predicted_relations_are_facts():
    table = {
        "head": ["ann"] * 2,
        "relation": ["?"] * 2,
        "tail": ["bob"] * 2,
        "answer": ["knows", "likes"],
        "rank": [1, 2],
    }
    assert list(predicted.facts(table)) == [("ann", "knows", "bob", {"rank": 1}), ("ann", "likes", "bob", {"rank": 2})]
