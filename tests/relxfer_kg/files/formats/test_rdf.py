"""RDF in its formats: the same facts under the same names, what is told, and files that mean harm."""

import gzip

import pytest
from relxfer_kg.files.formats import rdf

from relxfer.errors import DataError
from relxfer.store import bounded

pytest.importorskip("pyoxigraph")

X = "http://ex.org/"
FACTS = [[f"{X}Rome", f"{X}in", f"{X}Italy"], [f"{X}Rome", f"{X}name", '"Roma"@it'],
         [f"{X}Rome", f"{X}founded", '"-752"^^<http://www.w3.org/2001/XMLSchema#gYear>']]  # fmt: skip
TURTLE = f"""@prefix ex: <{X}> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:Rome ex:in ex:Italy ; ex:name "Roma"@IT ; ex:founded "-752"^^xsd:gYear .
"""
RDF_XML = f'''<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [ <!ENTITY ex "{X}" > <!ENTITY xsd "http://www.w3.org/2001/XMLSchema#"> ]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="{X}">
<rdf:Description rdf:about="&ex;Rome"><ex:in rdf:resource="&ex;Italy"/><ex:name xml:lang="it">Roma</ex:name>
<ex:founded rdf:datatype="&xsd;gYear">-752</ex:founded></rdf:Description></rdf:RDF>'''
JSON_LD = f'''{{"@context": {{"ex": "{X}", "founded":
{{"@id": "ex:founded", "@type": "http://www.w3.org/2001/XMLSchema#gYear"}}}},
"@id": "ex:Rome", "ex:in": {{"@id": "ex:Italy"}}, "ex:name": {{"@value": "Roma", "@language": "it"}},
"founded": "-752"}}'''
LINES = "".join(f"<{s}> <{p}> {o if o.startswith(chr(34)) else f'<{o}>'} .\n" for s, p, o in FACTS)


def read(folder, name, text):
    data = text.encode()
    (folder / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return rdf.read(folder / name, rdf.FORMATS["." + name.split(".")[1]])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.nt", LINES),
        ("a.nq", LINES),
        ("a.ttl", TURTLE),
        ("a.ttl", "\ufeff" + TURTLE),
        ("a.ttl.gz", TURTLE),
        ("a.n3", TURTLE),
        ("a.trig", TURTLE),
        ("a.rdf", RDF_XML),
        ("a.owl.gz", RDF_XML),
        ("a.jsonld", JSON_LD),
    ],
)
def test_every_format_gives_the_same_names(tmp_path, name, text):
    found = read(tmp_path, name, text)
    assert sorted(found.tolist()) == sorted(FACTS)
    assert found.notes == ()


@pytest.mark.parametrize(("name", "text"), [
    ("a.nq", "<http://a> <http://b> <http://c> <http://g> .\n<http://a> <http://b> <http://d> .\n"),
    ("a.trig", "<http://g> { <http://a> <http://b> <http://c> . } <http://a> <http://b> <http://d> ."),
])  # fmt: skip
def test_graphs_are_left_out_and_counted(tmp_path, name, text):
    found = read(tmp_path, name, text)
    assert found.tolist() == [["http://a", "http://b", "http://c"], ["http://a", "http://b", "http://d"]]
    assert found.notes == ("1 facts in 1 named graph; names of graphs are left out",)


def test_blank_nodes_have_the_same_names_in_each_reading_and_format(tmp_path):
    turtle = "@prefix : <http://a/> . :x :p [ :q :y ] , [ :q :z ] ."
    lines = "_:2 <http://a/q> <http://a/z> . <http://a/x> <http://a/p> _:1, _:2 . _:1 <http://a/q> <http://a/y> ."
    first, second, other = (read(tmp_path, "a.ttl", text) for text in (turtle, turtle, lines))
    assert first.tolist() == second.tolist()
    assert sorted(first.tolist()) == sorted(other.tolist())
    assert first.notes == ("2 blank nodes, named by what is said about them",)


def test_labels_of_blank_nodes_are_kept_where_lines_have_them(tmp_path):
    found = read(tmp_path, "a.nt", "_:x <r> <b> .")
    assert found.tolist() == [["_:x", "r", "b"]]
    assert found.notes == ("1 blank node, named by their labels",)


def test_statements_about_statements_are_left_out_and_counted(tmp_path):
    found = read(tmp_path, "a.ttl", "<http://a> <http://b> <<( <http://a> <http://b> <http://c> )>> , <http://d> .")
    assert found.tolist() == [["http://a", "http://b", "http://d"]]
    assert found.notes == ("1 statement about statements left out",)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.ttl", "@prefix : <http://a/> .\n:a :b :c\n:d", r"a\.ttl:3: expected Turtle, got what does not read"),
        ("a.ttl", "<a> <b> <c> .", r"No scheme found .*add a base"),
        ("a.rdf", "<rdf:RDF", "expected RDF/XML"),
        ("a.jsonld", '{"@context": "https://schema.org", "@id": "http://a"}', "names an address; nothing is fetched"),
        ("a.jsonld", '{"@context": {"@import": "https://x.org"}, "@id": "http://a"}', "nothing is fetched"),
        ("a.jsonld", "[" * 100_000, "expected JSON-LD"),
        ("a.ttl", "\0", "null byte"),
        ("a.rdf", RDF_XML.replace("utf-8", "utf-16"), None),
    ],
)
def test_what_does_not_read_is_said_with_file_and_line(tmp_path, name, text, message):
    if message is None:
        (tmp_path / name).write_bytes(text.encode("utf-16"))
        with pytest.raises(DataError, match="null byte; save the file as UTF-8"):
            rdf.read(tmp_path / name, "RDF/XML")
        return
    with pytest.raises(DataError, match=message):
        read(tmp_path, name, text)


def entities(*values):
    declared = "".join(f"<!ENTITY e{i} {value}>" for i, value in enumerate(values))
    return RDF_XML.replace('<!ENTITY ex "', f'{declared} <!ENTITY ex "').replace(">Roma<", f">&e{len(values) - 1};<")


@pytest.mark.parametrize(
    "text",
    [
        entities('"aaaaaaaaaa"', *(f'"{f"&e{i};" * 10}"' for i in range(9))),
        entities(f'"{"a" * 100_000}"'),
        entities('SYSTEM "file:///etc/passwd"'),
        RDF_XML.replace("<!ENTITY", f"{' ' * (1 << 18)}<!ENTITY e0 '&e0;' ><!ENTITY", 1),
        "<!DOCTYPE r [<!ENTITY " + "e" * 1000,
    ],
    ids=["laughs", "long", "external", "itself", "unended"],  # a test's name is given to the processes that it starts
)
def test_entities_that_grow_are_refused_before_they_are_expanded(tmp_path, text):
    with pytest.raises(DataError, match="expected XML entities that stand for at most 200 characters"):
        read(tmp_path, "a.rdf", text)


def test_prefixes_cannot_make_more_of_a_file_than_its_size_allows(tmp_path, monkeypatch):
    monkeypatch.setattr(bounded, "most_unpacked", lambda size: 100 * size)
    text = f"@prefix a: <http://{'a' * 3000}/> ." + "".join(f"a:{i} a:p a:o ." for i in range(2000))
    with pytest.raises(DataError, match="at most 100 times as long as the file"):
        read(tmp_path, "a.ttl", text)


@pytest.mark.parametrize("name", ["a.ttl", "a.jsonld", "a.rdf"])
def test_without_the_library_one_sentence_says_what_to_install(tmp_path, monkeypatch, name):
    (tmp_path / "pyoxigraph.py").write_text("raise ImportError")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(DataError, match=r"pip install 'relxfer\[rdf\]', or save the facts as N-Triples"):
        read(tmp_path, name, TURTLE)
    assert read(tmp_path, "a.nt", LINES).tolist() == FACTS
