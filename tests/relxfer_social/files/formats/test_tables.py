"""A list of edges and a table of nodes: columns, headers, mistakes."""

from __future__ import annotations

import re

import networkx as nx
import pytest


def test_columns_that_are_features(loaded, tables):
    assert loaded(**tables(), features=["kind"]).inputs.columns == ("kind=x", "kind=y")
    assert loaded(**tables(), features=[]).inputs.features is None
    domain = loaded(**tables(), label="kind")
    assert domain.task.answers == ("x", "y")
    assert domain.inputs.columns == ("label=a", "label=b", "size")


def test_a_header_is_found(loaded, tables, tmp_path):
    files = tables(edges="weight,to,from\n5,1,0\n")
    domain = loaded(**files, directed=True)
    assert domain.inputs.edges.tolist() == [[0], [1]]
    assert any(note.startswith("weights of edges: 'weight' of ") for note in domain.notes)
    assert domain.inputs.weights.tolist() == [5]
    domain = loaded(**files, directed=True, weight="")
    assert any(note.endswith("edges.csv, not used: 'weight'") for note in domain.notes)
    plain = loaded(**tables(edges="0,1\n"), directed=True)
    assert plain.sha == domain.sha
    assert loaded(**tables(edges="one,other\n0,1\n"), directed=True).sha == domain.sha
    (tmp_path / "e.txt").write_text("# from SNAP\n% or Konect\n0 1\n")
    assert loaded(path=tmp_path / "e.txt", nodes=files["nodes"], directed=True).sha == domain.sha


def test_a_first_row_that_no_nodes_knows_is_told_to_be_a_header(loaded, tables):
    domain = loaded(**tables(edges="0,1\n1,2\n"))
    assert not any("header" in note for note in domain.notes)
    domain = loaded(**tables(edges="x,y\n0,1\n1,2\n"))
    assert domain.inputs.edges.shape[1] == 4
    nodes = "node,label\nann,a\nbob,b\ncyd,a\ndan,b\n"
    domain = loaded(**tables(edges="who,whom\nann,bob\nbob,cyd\n", nodes=nodes))
    assert domain.inputs.edges.shape[1] == 4
    assert any("is taken for a header" in note for note in domain.notes)


def test_parquet(loaded, fails, tables, tmp_path):
    pd = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    files = tables()
    for name, path in files.items():
        pd.read_csv(path).to_parquet(tmp_path / f"{name}.parquet")
    domain = loaded(path=tmp_path / "path.parquet", nodes=tmp_path / "nodes.parquet")
    assert domain.sha == loaded(**files).sha
    (tmp_path / "path.parquet").write_bytes(b"no")
    assert "expected a Parquet file" in fails(path=tmp_path / "path.parquet", nodes=files["nodes"])


@pytest.mark.parametrize(
    ("edges", "complaint"),
    [
        ("source,target\n0,1\n0,7\n", r"edges.csv:3: expected nodes that are in"),
        ("source,target\n0,1\n\n0,\n", "expected two nodes, got an empty cell"),
        ("source,target\n0,1\n0,1,2\n1,2\n", "expected 2 columns"),
        ("source\n0\n", "expected 2 columns (source, target), got 1"),
        ("", "got an empty file"),
        ("\n\n", "got an empty file"),
    ],
)
def test_edges_with_mistakes(fails, tables, edges, complaint):
    assert complaint in fails(**tables(edges=edges))


@pytest.mark.parametrize(
    ("nodes", "complaint"),
    [
        ("node,label\n0,a\n1,b\n0,a\n", r"nodes.csv:4: expected each node once, got '0' as in"),
        ("node,label\n0,a\n,b\n", r"nodes.csv:3: expected a name in 'node'"),
        ("node,label\n", "expected nodes, got a header alone"),
        ("node,label,label\n0,a,b\n", "expected a different name for every column, got 'label' 2 times"),
        ("node,label,\n0,a,b\n", "got an empty one"),
        ("", "got an empty file"),
        ("node,label\n0,a\n1,a\n2,\n10,\n", "expected labels of at least two classes, got 'a' alone"),
        ("node,label\n5,a\n6,b\n7,a\n8,b\n", "it lacks 4 of the 4 names of the edges (100%), by its column 'node'"),
        ("node,label,x\n0,a,1\n1,b,nan\n2,a,1\n10,b,1\n", "nodes.csv:3: expected a finite number as 'x', got 'nan'"),
        ("node,label,x\n0,a,1\n1,b,1e99\n2,a,1\n10,b,1\n", "expected a finite number as 'x', got '1e99'"),
        ("node,label,x\n0,a,1\n1,b,2\n2,a,old\n10,b,1\n", "nodes.csv:4: expected a finite number as 'x', got 'old'"),
        ("node,label,split\n0,a,train\n1,b,rest\n2,a,\n10,b,\n", "nodes.csv:3: expected train, val, test or nothing"),
        (
            "node,label,train_mask,test_mask\n0,a,1,1\n1,b,0,1\n2,a,0,0\n10,b,0,0\n",
            "in one split, got node 0 in train and test",
        ),
    ],
)
def test_nodes_with_mistakes(fails, tables, nodes, complaint):
    assert complaint in fails(**tables(nodes=nodes))


def test_another_encoding_is_told(fails, tables):
    files = tables()
    files["nodes"].write_bytes(b"node,label\n0,a\n1,\xfc\n")
    assert "nodes.csv:3: expected text in UTF-8" in fails(**files)


WEIGHTS = "source,target,strength,day\n0,1,2,7\n1,2,0.5,8\n2,10,0,9\n"


def test_the_column_of_weights_is_told_by_name_or_position(loaded, fails, tables):
    files = tables(edges=WEIGHTS)
    assert loaded(**files).inputs.weights is None
    for column in ("strength", 2):
        domain = loaded(**files, weight=column)
        assert domain.inputs.weights.tolist() == [2, 2, 0.5, 0.5]
        assert "1 of 3 rows have the weight 0, and are no edges" in domain.notes
        assert any(note.endswith("not used: 'day'") for note in domain.notes)
        assert domain.notes[0].endswith("each pair once, with the sum of its weights, weights from 0.5 to 2")
    assert "expected a column 'strenght', got none: did you mean 'strength'" in fails(**files, weight="strenght")
    assert loaded(**tables(edges=WEIGHTS.replace("strength", "Weights"))).sha == domain.sha
    assert loaded(**files, weight="day", columns=(1, 0)).inputs.weights.max() == 9


@pytest.mark.parametrize("cell", ["-1", "inf", "nan", "", "many", "1e60"])
def test_cells_that_are_no_weights_are_told(loaded, fails, tables, cell):
    files = tables(edges=f"source,target,weight\n0,1,2\n1,2,{cell}\n")
    told = fails(**files)
    assert re.search(r"\n +3  .*edges.csv  expected a weight that is a finite number of at least 0, got", told)
    assert f"got {cell!r} in 'weight'; weight = \"\" leaves weights out" in told
    assert loaded(**files, weight="").inputs.edges.shape[1] == 4
    domain = loaded(**files, skip_bad=True)
    assert (domain.inputs.edges.shape[1], domain.inputs.weights.tolist()) == (2, [2, 2])
    assert loaded(**files, task="links", test_fraction=0).inputs.edges.shape[1] == 4


def test_weights_with_decimal_commas(loaded, tables):
    domain = loaded(**tables(edges="source;target;weight\n0;1;2,5\n1;2;0,5\n"), directed=True)
    assert domain.inputs.weights.tolist() == [2.5, 0.5]


def test_a_third_column_is_weights_as_networkx_writes_them_alone(loaded, tmp_path):
    graph = nx.Graph()
    graph.add_weighted_edges_from([("a", "b", 2.5), ("b", "c", 1), ("c", "d", 4)])
    for name in ("a.edgelist", "a.txt"):
        nx.write_weighted_edgelist(graph, tmp_path / name)
    known, unknown = (loaded(path=tmp_path / name, task="classification") for name in ("a.edgelist", "a.txt"))
    assert sorted(set(known.inputs.weights.tolist())) == [1, 2.5, 4]
    assert any(note.startswith("weights of edges: column 3 of") for note in known.notes)
    assert unknown.inputs.weights is None
    assert any("not used: column 3" in note for note in unknown.notes)
    assert loaded(path=tmp_path / "a.txt", weight=2).sha == known.sha
    (tmp_path / "b.edgelist").write_text("a b friend\nb c foe\nc d foe\n")
    assert loaded(path=tmp_path / "b.edgelist").inputs.weights is None


def test_weights_in_braces_as_networkx_writes_them(loaded, fails, tmp_path):
    graph = nx.Graph()
    graph.add_weighted_edges_from([("a", "b", 2.5), ("b", "c", 0.5), ("c", "d", 4)])
    nx.write_weighted_edgelist(graph, tmp_path / "a.edgelist")
    nx.set_edge_attributes(graph, "friend", "kind")
    nx.write_edgelist(graph, tmp_path / "a.txt")
    domain = loaded(path=tmp_path / "a.txt")
    assert domain.sha == loaded(path=tmp_path / "a.edgelist").sha
    assert "not used, in braces at the end of rows: kind" in domain.notes
    plain = loaded(path=tmp_path / "a.txt", weight="")
    assert plain.inputs.weights is None
    assert any("not used: column 3" in note for note in plain.notes)
    graph.edges["a", "b"]["weight"] = -1
    nx.write_edgelist(graph, tmp_path / "a.txt")
    assert "got '-1' in column 3" in fails(path=tmp_path / "a.txt")


def test_edges_that_are_left_out_take_their_weights_with_them(loaded, tables):
    files = tables(edges="source,target,weight\n0,1,2\n1,77,3\n1,2,5\n")
    assert loaded(**files, skip_bad=True, directed=True).inputs.weights.tolist() == [2, 5]
