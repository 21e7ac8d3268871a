"""Formats that a name does not tell."""

import gzip

import pytest
from relxfer_kg.files.formats.by_content import kind_of
from relxfer_kg.files.triples import format_of

from relxfer.errors import NotMine


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.json", '{"@context": {}, "@id": "http://a"}', "JSON-LD"),
        ("a.json", '[{"name": 1, "@id": "http://a"}]', "JSON-LD"),
        ("a.json.gz", '{ "head" : {"vars": ["s"]}, "results": {}}', "SPARQL JSON"),
        ("a.json", '{"nodes": [], "links": []}', None),
        ("a.xml", '<?xml version="1.0"?><rdf:RDF xmlns:rdf="x"></rdf:RDF>', "RDF/XML"),
        ("a.xml", '<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/></sparql>', "SPARQL XML"),
        ("a.xml", "<graphml></graphml>", None),
        ("a.tsv", "?s\t?p\t?o\r\n", "SPARQL TSV"),
        ("a.tsv", "?s\t?p\t?s\n", None),  # variables differ
        ("a.tsv", "?\twho\tRome\n", None),
        ("a.tsv", "?s\t?p?\t?o\n", None),
        ("a.csv", "?s\t?p\t?o\n", None),
        ("a.json", '[\n {"s": "a", "p": "b", "o": "c"}]', "a JSON list"),
        ("a.json", "[1, 2]", None),
        ("a.json", "\0", None),
        ("a.json", "", None),
    ],
)
def test_kind_of(tmp_path, name, text, expected):
    (tmp_path / name).write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    assert kind_of(tmp_path / name) == expected
    if expected:
        assert format_of(tmp_path / name) == expected


def test_other_files_are_none(tmp_path):
    assert kind_of(tmp_path) is None
    assert kind_of(tmp_path / "none.json") is None
    (tmp_path / "a.json").write_text("{}")
    with pytest.raises(NotMine):
        format_of(tmp_path / "a.json")
