import builtins
import gzip
import re
import subprocess
import sys

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from relxfer_kg.files.fact_tables import FactColumns
from relxfer_kg.files.triples import read_triples, triples_of_networkx

from relxfer.data.bad_rows import BadRowList
from relxfer.errors import BadRows, DataError

FACTS = [["Rome", "capital_of", "Italy"], ["Tiber", "flows through", "Rome"]]
TSV = "Rome\tcapital_of\tItaly\nTiber\tflows through\tRome\n"


@pytest.fixture
def write(tmp_path):
    """Write a file, as text or bytes, gzipped where its name says so."""

    def make(name: str, content: str | bytes):
        data = content.encode() if isinstance(content, str) else content
        (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        return tmp_path / name

    return make


@pytest.mark.parametrize(("name", "text"), [
    ("a.tsv", TSV),
    ("a.TXT", TSV),
    ("a.tsv.gz", TSV),
    ("a.tsv", TSV.rstrip()),
    ("a.tsv", "\ufeff" + TSV),
    ("a.tsv", TSV.replace("\n", "\r\n")),
    ("a.tsv", TSV.replace("\n", "\r")),
    ("a.tsv", "\n  \n" + TSV.replace("\n", "  \n\n\t\n")),
    ("a.tsv", TSV.replace("\n", "\t\n", 1)),
    ("a.tsv", TSV.replace("Italy\n", "Italy\n").replace("\tRome\n", "\tRome\t \t\n")),
    ("a.csv", TSV.replace("\t", ",")),
    ("a.csv.gz", TSV.replace("\t", ",")),
    ("a.csv", TSV.replace("\t", ";")),
    ("a.csv", TSV),
    ("a.csv", '\ufeff"Rome", "capital_of", "Italy"\r\n\r\nTiber,flows through,"Rome"\r\n'),
])  # fmt: skip
def test_delimited_text(write, name, text):
    facts = read_triples(write(name, text))
    assert facts.tolist() == FACTS
    assert len(facts) == 2


def test_a_list_of_objects_is_a_table(write):
    text = '[{"s": "Rome", "p": "capital_of", "o": "Italy"},\n {"s": "Tiber", "p": "flows through", "o": "Rome"}]'
    assert read_triples(write("a.json", text)).tolist() == FACTS
    assert read_triples(write("a.json.gz", text), FactColumns(("o", "p", "s"))).tolist()[0] == FACTS[0][::-1]
    with pytest.raises(DataError, match=r"a.json  expected a name as head, got an empty cell"):
        read_triples(write("a.json", text.replace("Tiber", "")))


def test_quotes_in_csv_hold_separators_and_lines(write):
    path = write("a.csv", 'a,says,"one, ""two"""\nb,says,"three\nfour"\n')
    assert read_triples(path).tolist() == [["a", "says", 'one, "two"'], ["b", "says", "three\nfour"]]


def test_quotes_and_odd_line_ends_in_tsv_are_part_of_names(write):
    facts = [['a "b"', "r", "c\u2028d\x0be"], ["NA", "null", "nan"]]
    text = "".join("\t".join(fact) + "\n" for fact in facts)
    assert read_triples(write("a.tsv", text)).tolist() == facts


@pytest.mark.parametrize(
    ("columns", "header", "expected"),
    [
        ((0, 1, 2), False, [["s", "w", "o"], ["a", "1", "b"]]),
        (None, None, [["a", "r", "b"]]),
        ((0, 3, 2), True, [["a", "r", "b"]]),
        (("s", "p", "o"), None, [["a", "r", "b"]]),
        (("o", "p", "s"), True, [["b", "r", "a"]]),
        (("s", 3, "o"), None, [["a", "r", "b"]]),
    ],
)
@pytest.mark.parametrize("suffix", [".tsv", ".csv"])
def test_columns_by_position_and_by_name(write, suffix, columns, header, expected):
    text = "s\tw\to\tp\na\t1\tb\tr\n".replace("\t", "," if suffix == ".csv" else "\t")
    assert read_triples(write("a" + suffix, text), FactColumns(columns, header)).tolist() == expected


@pytest.mark.parametrize(("name", "content", "options", "message"), [
    ("a.tsv", "a\tr\tb\na\tr\n", {}, r"2 .*a.tsv +expected a name as tail, got an empty cell in 'a\\tr\\t'"),
    ("a.tsv", "\na\tr\tb\n\nx\ty\tb\na\tr\tb\tc\n", {}, r"5 .*a.tsv +expected 3 columns as in most rows, got 4"),
    ("a.csv", 'a,r,"b\nc"\na,r\n', {}, r"3 .*a.csv +expected a name as tail, got an empty cell in 'a,r,'"),
    ("a.tsv", "arb\n", {}, r"a.tsv:1: expected 3 columns \(head, relation, tail\), got 1 in 'arb'; .* tabs"),
    ("a.tsv", "a\tr\tb\n", {"columns": (0, 1, 3)}, r"position 3 \(from 0\), got 3 columns"),
    ("a.tsv", "a\tr\tb\n", {"columns": (0, 1)}, r"for head, relation, tail, got \[0, 1\]; name the one relation"),
    ("a.tsv", "a\tr\tb\n", {"columns": (0, 1, 2), "relation": "r"}, r"for head and tail, got \[0, 1, 2\]"),
    ("a.tsv", "a\tr\tb\na\t \tb\n", {}, r"2 .*a.tsv +expected a name as relation, got an empty cell in 'a\\t\\tb'"),
    ("a.tsv", "head\trel\ttail\na\tr\tb\n", {"columns": ("head", "real", "tail")},
     r"a.tsv: expected a column 'real', got none: did you mean 'rel'\? \(there are: head, rel, tail\)"),
    ("a.tsv", "h\tr\tt\na\tr\tb\n", {"columns": ("h", "r", "t"), "header": False}, "leave header out"),
    ("a.tsv", "", {}, "got an empty file"),
    ("a.csv", "\n\n", {}, "got an empty file"),
    ("a.tsv", "h\tr\tt\n", {"header": True}, "expected facts, got none"),
    ("a.nt", "# nothing\n", {}, "expected facts, got none"),
    ("a.tsv", b"a\tr\tb\nM\xfcller\tr\tb\n", {}, r"a.tsv:2: expected text in UTF-8, got the byte 0xfc, .*save"),
    ("a.xlsx", "a", {}, r"expected a name ending in .tsv, .txt, .*got '.xlsx'; convert"),
    ("facts", "a", {}, "got 'facts'"),
    ("a.nt", "<a> <b> <c> .\n<a> <b> .\n", {}, r"2 .*a.nt +expected an N-Triples .* got '<a> <b> \.'"),
    ("a.nt", r"<a> <b> <\uD800> .", {}, "1 .*a.nt +expected an N-Triples"),
    ("a.nt", r"<a> <b> <\UFFFFFFFF> .", {}, "1 .*a.nt +expected an N-Triples"),
    ("a.graphml", "<graphml", {}, "expected a GraphML file, got one that does not read"),
    ("a.gexf", "<gexf></gexf>", {}, "expected a GEXF file"),
    ("a.gml", "graph [ node [ id 0 ", {}, "expected a GML file"),
    ("a.parquet", "a,b,c", {}, "expected a Parquet file, got one that cannot be read"),
])  # fmt: skip
def test_what_cannot_be_read_is_said_with_file_and_line(write, name, content, options, message):
    with pytest.raises(DataError, match=message):
        read_triples(write(name, content), FactColumns(**options))


def test_absent_broken_and_folder_paths(tmp_path):
    (tmp_path / "cut.tsv.gz").write_bytes(gzip.compress(TSV.encode() * 99)[:40])
    cases = {"none.tsv": "does not exist", "none.parquet": "does not exist", "cut.tsv.gz": "ended",
             "": "got a folder"}  # fmt: skip
    for name, message in cases.items():
        with pytest.raises(DataError, match=message):
            read_triples(tmp_path / name)


def test_long_lines_are_cut_in_messages(write):
    with pytest.raises(DataError) as error:
        read_triples(write("a.tsv", "x" * 10_000))
    assert len(str(error.value)) < 500


LETTERS = st.characters(codec="utf-8", exclude_characters="\ufeff", exclude_categories=["Zs", "Cc"])
#: Two cells that begin with a quote may be one with a tab in it (`relxfer.store.delimited`), and a first line of
#: variables such as ?a is that of the result of a query: nothing can tell them from names.
CELL = (
    st.text(LETTERS, min_size=1, max_size=5)
    .map(str.strip)
    .filter(lambda cell: cell and not re.match('[#%]{2}|["?]', cell))
)


@given(st.lists(st.tuples(CELL, CELL, CELL), min_size=1, max_size=8))
def test_tsv_round_trip(tmp_path_factory, facts):
    path = tmp_path_factory.mktemp("tsv") / "a.tsv"
    path.write_bytes("".join("\t".join(fact) + "\n" for fact in facts).encode())
    assert read_triples(path, FactColumns((0, 1, 2), False)).tolist() == [list(fact) for fact in facts]


# ---------------------------------------------------------------- Parquet


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ((0, 1, 2), [["1", "r", "b"], ["2", "r", "c"]]),
        (("o", "p", "s"), [["b", "r", "1"], ["c", "r", "2"]]),
        (("s", "p", "s"), [["1", "r", "1"], ["2", "r", "2"]]),
    ],
)
@pytest.mark.parametrize("suffix", [".parquet", ".parquet.gz"])
def test_parquet(write, suffix, columns, expected):
    assert read_triples(write("a" + suffix, _parquet()), FactColumns(columns)).tolist() == expected


def test_parquet_problems(write):
    with pytest.raises(DataError, match="did you mean 'p'"):
        read_triples(write("a.parquet", _parquet()), FactColumns(("s", "pp", "o")))
    with pytest.raises(DataError, match=r"2 .*a.parquet +expected a name as tail, got an empty cell in '2, r, , 1'"):
        read_triples(write("a.parquet", _parquet(last=None)))


def test_parquet_without_pyarrow_names_the_extra(write, monkeypatch):
    real, path = builtins.__import__, write("a.parquet", _parquet())

    def without(name, *rest):
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(DataError, match=r"pip install 'relxfer\[tables\]'"):
        read_triples(path)


def _parquet(last: str | None = "c") -> bytes:
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    sink = pyarrow.BufferOutputStream()
    cells = {"s": [1, 2], "p": ["r", "r"], "o": ["b", last], "w": [0.5, 1.0]}
    parquet.write_table(pyarrow.table(cells), sink)
    return sink.getvalue().to_pybytes()


# ---------------------------------------------------------------- N-Triples


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("<http://x/a> <http://x/r> <http://x/b> .", ["http://x/a", "http://x/r", "http://x/b"]),
        ("  <a>\t<r><b>.  # comment", ["a", "r", "b"]),
        ("_:n1 <r> _:n2.a .", ["_:n1", "r", "_:n2.a"]),
        ("_:n1 <r> _:n2.", ["_:n1", "r", "_:n2"]),
        ('<a> <r> "Rom"@de-AT .', ["a", "r", '"Rom"@de-at']),
        ('<a> <r> "5"^^<http://w3/int> .', ["a", "r", '"5"^^<http://w3/int>']),
        (r'<a> <r> "say \"hi\" # . \n" .', ["a", "r", r'"say \"hi\" # . \n"']),
        (r'<M\u00FCnchen> <r> "\u00e9 \U0001F600 \\u0041" .', ["München", "r", '"é 😀 \\\\u0041"']),
    ],
)
def test_ntriples_statements(write, line, expected):
    assert read_triples(write("a.nt", f"# head\n\n{line}\r\n")).tolist() == [expected]


@pytest.mark.parametrize("line", [
    "<a> <r> <b>", "<a> _:r <b> .", '"a" <r> <b> .', "<a b> <r> <c> .", '<a> <r> "b .', "<a> <r> <b> . <c>",
    "a r b .", "<> <r> <b> .", '<a> <r> "b"@ .',
])  # fmt: skip
def test_what_is_no_ntriples_statement(write, line):
    with pytest.raises(DataError, match=r"1 .*a\.nt +expected an N-Triples statement"):
        read_triples(write("a.nt", line))


def test_lines_that_are_no_statements_are_told_at_once_or_left_out(write):
    path = write("a.nt", b"<a> <r> <b> .\n<a> <r> .\n<M\xfc> <r> <b> .\n<b> <r> <c> .\n")
    with pytest.raises(BadRows) as error:
        read_triples(path)
    assert [row.row for row in error.value.rows] == [2, 3]
    assert "0xfc" in error.value.rows[1].reason
    bad = BadRowList("facts", skip=True)
    assert read_triples(path, bad=bad).tolist() == [["a", "r", "b"], ["b", "r", "c"]]
    assert bad.count == 2


def test_ntriples_gzipped(write):
    assert read_triples(write("a.nt.gz", "<a> <r> <b> .\n" * 3)).tolist() == [["a", "r", "b"]] * 3


# ---------------------------------------------------------------- networks


def test_networkx_relations_come_from_attribute_key_or_label():
    graph = nx.MultiDiGraph()
    graph.add_edge("a", "b", key="near", relation=" knows ")
    graph.add_edge("a", "b", key="near2", relation="")
    graph.add_edge("a", "c", label="likes")
    graph.add_edge(1, "c")
    assert triples_of_networkx(graph).tolist() == [
        ["a", "knows", "b"], ["a", "near2", "b"], ["a", "likes", "c"], ["1", "related_to", "c"]]  # fmt: skip


def test_undirected_edges_become_two_facts():
    graph = nx.Graph([("a", "b"), ("c", "c")])
    assert triples_of_networkx(graph).tolist() == [
        ["a", "related_to", "b"], ["b", "related_to", "a"], ["c", "related_to", "c"]]  # fmt: skip
    assert triples_of_networkx(nx.Graph()).shape == (0, 3)


@pytest.mark.parametrize("suffix", [".graphml", ".gexf", ".gml", ".graphml.gz", ".gexf.gz", ".gml.gz"])
@pytest.mark.parametrize("kind", [nx.DiGraph, nx.MultiDiGraph, nx.Graph])
def test_network_files(tmp_path, suffix, kind):
    graph = kind()
    graph.add_edge("Rome", "Italy", relation="capital_of")
    graph.add_edge("Tiber", "Rome", relation="flows through")
    _write(graph, tmp_path / f"a{suffix}")
    facts = read_triples(tmp_path / f"a{suffix}").tolist()
    both = [fact[::-1] for fact in FACTS] if kind is nx.Graph else []
    assert sorted(facts) == sorted(FACTS + both)


@pytest.mark.parametrize("suffix", [".graphml", ".gexf", ".gml"])
def test_keys_name_relations_only_where_they_repeat(tmp_path, suffix):
    keyed, numbered = nx.MultiDiGraph(), nx.MultiDiGraph()
    for tail, key in (("b", "near"), ("b", "like"), ("c", "near")):
        keyed.add_edge("a", tail, key=key)
        numbered.add_edge("a", tail, key=f"edge{numbered.number_of_edges()}")
    _write(keyed, tmp_path / f"keyed{suffix}")
    _write(numbered, tmp_path / f"numbered{suffix}")
    assert read_triples(tmp_path / f"keyed{suffix}").relation.distinct == {"near", "like"}
    assert read_triples(tmp_path / f"numbered{suffix}").relation.distinct == {"related_to"}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Rome", "Italy"], ["Rome", "related_to", "Italy"]),
        (["Rome", "Rome"], ["n0", "related_to", "n1"]),
        (["Rome", None], ["n0", "related_to", "n1"]),
    ],
)
def test_nodes_go_by_their_labels_where_these_are_unique(tmp_path, names, expected):
    graph = nx.DiGraph([("n0", "n1")])
    nx.set_node_attributes(graph, {f"n{i}": {"name": name} for i, name in enumerate(names) if name})
    nx.write_graphml(graph, tmp_path / "a.graphml")
    assert read_triples(tmp_path / "a.graphml").tolist() == [expected]


def _write(graph, path):
    kind = re.search(r"graphml|gexf|gml", path.name)[0]
    {"graphml": nx.write_graphml_xml, "gexf": nx.write_gexf, "gml": nx.write_gml}[kind](graph, str(path))


def test_nothing_heavy_is_imported():
    code = ("import sys; from relxfer_kg.files import inspection, named_facts, splits, triples; "
            "sys.exit(str({'torch', 'pandas', 'pyarrow', 'networkx'} & set(sys.modules) or ''))")  # fmt: skip
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""
