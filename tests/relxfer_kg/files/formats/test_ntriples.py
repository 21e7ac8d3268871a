"""N-Triples and N-Quads, line by line, and that names are those of the library."""

import gzip
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from relxfer_kg.files.formats import ntriples

from relxfer.errors import DataError

XSD = "http://www.w3.org/2001/XMLSchema#"


def read(folder, text, name="a.nq"):
    data = text.encode()
    (folder / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return list(ntriples.statements(folder / name))


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("<a> <r> <b> .", ("a", "r", "b", None)),
        ("<a> <r> <b> <g> .", ("a", "r", "b", "<g>")),
        ('<a> <r> "x" _:g1 . # a remark', ("a", "r", '"x"', "_:g1")),
        ("_:x<r>_:y.z.", ("_:x", "r", "_:y.z", None)),
        ('<a> <r> "Rom"@de-AT .', ("a", "r", '"Rom"@de-at', None)),
        (f'<a> <r> "x"^^<{XSD}string> .', ("a", "r", '"x"', None)),
        (f'<a> <r> "05"^^<{XSD}integer> .', ("a", "r", f'"05"^^<{XSD}integer>', None)),
        (r'<a> <r> "\'\t\u0009\u00e9" .', ("a", "r", '"\'\\t\\té"', None)),
    ],
)
def test_statements_with_and_without_a_graph(tmp_path, line, expected):
    assert read(tmp_path, line) == [expected]


@pytest.mark.parametrize(
    "line", [r"<a> <r> <b\u0020c> .", r'<a> <r> "\q" .', r"<a> <r> <b> <g> <h> .", "<a> <r>", '<a> "r" <b> .']
)
def test_what_is_no_statement(tmp_path, line):
    with pytest.raises(DataError, match=r"3 .*a\.nq +expected an N-Triples statement"):
        read(tmp_path, f"# one\n<a> <r> <b> .\r{line}\n")


def test_a_null_byte_ends_the_reading_of_a_file_of_any_size(tmp_path):
    with pytest.raises(DataError, match="null byte"):
        read(tmp_path, "<a> <r> <b> .\n\0")


def test_gzip_is_read_part_by_part(tmp_path):
    facts = read(tmp_path, "".join(f"<a{i}> <r> <b> .\n" for i in range(20_000)), "a.nt.gz")
    assert len(facts) == 20_000
    assert facts[-1][0] == "a19999"


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12), st.sampled_from(["", "@en-GB", f"^^<{XSD}date>"])
)
def test_literals_are_spelt_as_by_the_library(text, kind):
    oxigraph = pytest.importorskip("pyoxigraph")
    name = ntriples.literal(text, kind)
    (quad,) = oxigraph.parse(io.BytesIO(f"<http://a> <http://b> {name} .".encode()), oxigraph.RdfFormat.N_TRIPLES)
    assert quad.object.value == text
    assert str(quad.object) == name
