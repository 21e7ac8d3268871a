"""A list of edges and a table of nodes: columns, headers, mistakes."""

from __future__ import annotations

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
