"""The library in a process of its own: what it writes, and files that end it."""

import gzip

import pytest
from relxfer_kg.files.formats import oxigraph

from relxfer.errors import DataError

pytest.importorskip("pyoxigraph")
TURTLE = "<http://a> <http://b> <http://c> .\n"


def lines(folder, text, kind="Turtle", name="a.txt"):
    (folder / name).write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return list(oxigraph.lines(folder / name, kind))


def test_statements_come_as_lines(tmp_path):
    assert lines(tmp_path, TURTLE) == [TURTLE.encode()]
    assert lines(tmp_path, TURTLE * 20_000, name="a.ttl.gz") == [TURTLE.encode()] * 20_000


def test_solutions_come_as_lines_after_the_variables(tmp_path):
    assert lines(tmp_path, '?a\t?b\n5\t"x\\ty"\n', "SPARQL TSV") == [
        b"a\tb\n", b'"5"^^<http://www.w3.org/2001/XMLSchema#integer>\t"x\\ty"\n'
    ]  # fmt: skip


def test_nobody_has_to_read_to_the_end(tmp_path):
    (tmp_path / "a.ttl").write_text(TURTLE * 200_000)
    reading = oxigraph.lines(tmp_path / "a.ttl", "Turtle")
    next(reading)
    reading.close()


@pytest.mark.parametrize(
    ("kind", "before", "inside", "after"),
    [
        ("Turtle", "<http://a> <http://b> ", ("<<( <http://a> <http://b> ", "<http://c>", ")>>"), "."),
        (
            "SPARQL JSON",
            '{"head":{"vars":["s"]},"results":{"bindings":[{"s":',
            ('{"type":"triple","value":{"subject":', "1", "}}"),
            "}]}}",
        ),
    ],
)
def test_a_file_that_ends_the_process_is_told(tmp_path, kind, before, inside, after):
    begin, middle, end = inside
    with pytest.raises(DataError, match=r"got what ends the process that reads it \(SIG"):
        lines(tmp_path, before + begin * 30_000 + middle + end * 30_000 + after, kind)


def test_a_file_that_fills_the_memory_is_told(tmp_path, monkeypatch):
    pytest.importorskip("resource")
    monkeypatch.setattr(oxigraph, "MOST", 500_000_000)
    text = '{"@id":"http://a","http://p":' * 3000 + "1" + "}" * 3000
    with pytest.raises(DataError, match="too much time or memory, or is nested too deeply"):
        lines(tmp_path, text, "JSON-LD")


def test_a_file_that_takes_too_long_is_told(tmp_path, monkeypatch):
    pytest.importorskip("resource")
    monkeypatch.setattr(oxigraph, "SECONDS", 1)
    deep = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:ex="http://ex/">'
    with pytest.raises(DataError, match=r"got what ends the process that reads it \(SIG"):
        lines(tmp_path, deep + "<rdf:Description><ex:p>" * 30_000, "RDF/XML")


def test_what_is_wrong_with_the_file_itself_comes_first(tmp_path):
    with pytest.raises(DataError, match="null byte"):
        lines(tmp_path, TURTLE + "\0")
    with pytest.raises(DataError, match=r"a\.txt:2: expected Turtle"):
        lines(tmp_path, TURTLE + "x")


def test_a_module_of_the_same_name_in_the_folder_is_not_run(tmp_path, monkeypatch):
    (tmp_path / "pyoxigraph.py").write_text("raise SystemExit(99)")
    (tmp_path / "json.py").write_text("raise SystemExit(99)")
    monkeypatch.chdir(tmp_path)
    assert lines(tmp_path, TURTLE) == [TURTLE.encode()]
