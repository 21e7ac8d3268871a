"""Result files of SPARQL queries, and the facts that are made of them."""

import io

import pytest
from relxfer_kg.files.fact_tables import FactColumns
from relxfer_kg.files.formats import sparql
from relxfer_kg.files.triples import read_triples

from relxfer.errors import DataError

oxigraph = pytest.importorskip("pyoxigraph")

FACTS = [["http://x/a", "http://x/r", "http://x/b"], ["http://x/a", "http://x/n", '"5"^^<http://www.w3.org/2001/XMLSchema#integer>'],
         ["_:b1", "http://x/n", '"a\\tb"@en']]  # fmt: skip
TSV = (
    "?o\t?s\t?p\n<http://x/b>\t<http://x/a>\t<http://x/r>\n5\t<http://x/a>\t<http://x/n>\n"
    '"a\\tb"@en\t_:b1\t<http://x/n>\n'
)


def written(folder, ending, text=TSV):
    form = {"tsv": "TSV", "srj": "JSON", "srx": "XML"}[ending]
    results = oxigraph.parse_query_results(io.BytesIO(text.encode()), oxigraph.QueryResultsFormat.TSV)
    results.serialize(str(folder / f"a.{ending}"), getattr(oxigraph.QueryResultsFormat, form))
    return folder / f"a.{ending}"


@pytest.mark.parametrize("ending", ["tsv", "srj", "srx"])
def test_results_are_columns_with_the_names_of_files_of_rdf(tmp_path, ending):
    path = written(tmp_path, ending)
    table = sparql.table(path)
    assert table.names == ("o", "s", "p")
    assert list(map(list, zip(*(table.columns[i] for i in (1, 2, 0)), strict=True))) == FACTS
    assert read_triples(path).tolist() == read_triples(path, FactColumns(("s", "p", "o"))).tolist() == FACTS


@pytest.mark.parametrize(("ending", "other"), [("srj", "json"), ("srx", "xml"), ("tsv", "txt")])
def test_results_under_another_name(tmp_path, ending, other):
    path = written(tmp_path, ending).rename(tmp_path / f"query.{other}")
    assert read_triples(path).tolist() == FACTS


def test_a_variable_without_a_value_is_an_empty_cell(tmp_path):
    path = written(tmp_path, "srj", "?s\t?p\t?o\n<http://a>\t\t<http://b>\n")
    assert list(sparql.table(path).named()["p"]) == [""]
    with pytest.raises(DataError, match="name as relation"):
        read_triples(path)


def test_an_ordinary_table_is_none(tmp_path):
    (tmp_path / "a.tsv").write_text("?\twho\tRome\n")
    assert sparql.table(tmp_path / "a.tsv") is None


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.srj", '{"head": {}, "boolean": true}', "got a yes or no"),
        ("a.srj", "[1]", "expected SPARQL JSON"),
        ("a.srx", "<sparql", "expected SPARQL XML"),
        ("a.tsv", "?s\t?p\t?o\n<a\n", "expected SPARQL TSV"),
        (
            "a.srx",
            '<!DOCTYPE x [<!ENTITY a "b">]><sparql><head><variable name="&a;"/></head></sparql>',
            "expected SPARQL XML",
        ),
    ],
)
def test_what_does_not_read_is_said(tmp_path, name, text, message):
    (tmp_path / name).write_text(text)
    with pytest.raises(DataError, match=message):
        read_triples(tmp_path / name)
