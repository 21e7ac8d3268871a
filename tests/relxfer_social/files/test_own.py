"""The user's own networks: every format, every fault."""

from __future__ import annotations

import json
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from relxfer_social.data.user_files import load
from relxfer_social.options import NetworkFiles
from safetensors.numpy import save_file

from relxfer.errors import DataError

EDGES = "source,target\n0,1\n1,2\n2,10\n10,2\n0,0\n"
NODES = "node,label,size,kind\n0,a,1.5,x\n1,b,0,y\n2,a,-2,\n10,b,3,x\n11,,4,x\n"


def loaded(**keys):
    return load(NetworkFiles(**keys), {})


def fails(**keys) -> str:
    with pytest.raises(DataError) as error:
        loaded(**keys)
    return str(error.value)


@pytest.fixture
def tables(tmp_path):
    def write(edges=EDGES, nodes=NODES) -> dict[str, Path]:
        (tmp_path / "edges.csv").write_text(edges)
        (tmp_path / "nodes.csv").write_text(nodes)
        return {"path": tmp_path / "edges.csv", "nodes": tmp_path / "nodes.csv"}

    return write


# ------------------------------------------------------------------ what is read


def test_edges_and_nodes(tables):
    domain = loaded(**tables(), test_fraction=0.5)
    network = domain.inputs
    assert network.nodes == ("0", "1", "2", "10", "11")
    assert network.edges.tolist() == [[0, 0, 1, 1, 2, 2, 3], [0, 1, 0, 2, 1, 3, 2]]
    assert network.columns == ("size", "kind=x", "kind=y")
    assert network.features.toarray()[:3].tolist() == [[1.5, 1, 0], [0, 0, 1], [-2, 0, 0]]
    assert domain.task.answers == ("a", "b")
    assert (len(domain.train), len(domain.test), len(domain.unlabelled)) == (2, 2, 5)
    assert domain.notes == (
        "7 edges of 5 rows, both ways, 1 loop kept, each pair once",
        "1 of 5 nodes have no edge",
        "50% of every class, 2 nodes, are the test (seed 0)",
    )
    assert domain.name == "edges"


def test_options_of_edges(tables):
    def count(**options):
        return loaded(**tables(), **options).inputs.edges.shape[1]

    assert (count(directed=True), count(loops=False), count(duplicates=True)) == (5, 6, 10)


def test_columns_that_are_features(tables):
    assert loaded(**tables(), features=["kind"]).inputs.columns == ("kind=x", "kind=y")
    assert loaded(**tables(), features=[]).inputs.features is None
    domain = loaded(**tables(), label="kind")
    assert domain.task.answers == ("x", "y")
    assert domain.inputs.columns == ("label=a", "label=b", "size")


def test_a_split_is_kept(tables):
    nodes = "id,label,split\n0,a,train\n1,b,TRAIN\n2,a,test\n10,b,valid\n11,c,test\n"
    domain = loaded(**tables(nodes=nodes))
    parts = {part: getattr(domain, part).queries.tolist() for part in ("train", "val", "test")}
    assert parts == {"train": [0, 1], "val": [3], "test": [2, 4]}
    assert "split as given: 2 train, 1 val, 2 test" in domain.notes
    assert "1 test nodes have the label 'c', which no training node has" in domain.notes


def test_masks_are_kept(tables):
    nodes = "id,label,train_mask,test_mask\n0,a,1,0\n1,b,true,false\n2,a,0,1\n10,b,0,0\n"
    domain = loaded(**tables(nodes=nodes))
    assert (domain.train.queries.tolist(), domain.test.queries.tolist()) == ([0, 1], [2])
    assert "1 labelled nodes are in no part, so that their labels are not used" in domain.notes
    assert domain.inputs.features is None


def test_a_header_is_found(tables, tmp_path):
    files = tables(edges="weight,to,from\n5,1,0\n")
    domain = loaded(**files, directed=True)
    assert domain.inputs.edges.tolist() == [[0], [1]]
    assert "of the edges, not used: weight" in domain.notes
    plain = loaded(**tables(edges="0,1\n"), directed=True)
    assert plain.sha == domain.sha
    assert loaded(**tables(edges="one,other\n0,1\n"), directed=True).sha == domain.sha
    (tmp_path / "e.txt").write_text("# from SNAP\n% or Konect\n0 1\n")
    assert loaded(path=tmp_path / "e.txt", nodes=files["nodes"], directed=True).sha == domain.sha


def test_a_first_row_that_no_node_table_knows_is_told_to_be_a_header(tables):
    domain = loaded(**tables(edges="0,1\n1,2\n"))
    assert not any("header" in note for note in domain.notes)
    domain = loaded(**tables(edges="x,y\n0,1\n1,2\n"))
    assert "the first row of edges, 'x' and 'y', is taken for a header: no node is called so" in domain.notes


def test_texts_that_are_names_are_told(tables):
    nodes = "id,label,called\n0,a,Ann\n1,b,Bob\n2,a,Cid\n10,b,Dot\n"
    told = "'called' has 4 values, one for nearly every node; leave it out of features, unless that is meant"
    assert told in loaded(**tables(nodes=nodes)).notes


def test_a_node_may_be_called_by_a_number_of_any_length(tables):
    long = "9" * 5000
    domain = loaded(**tables(edges=f"source,target\n7,{long}\n", nodes=f"node,label\n{long},a\n7,b\n"))
    assert domain.inputs.nodes == ("7", long)


def test_a_network_without_edges(tables):
    domain = loaded(**tables(edges="source,target\n"))
    assert domain.inputs.edges.shape == (2, 0)
    assert "5 of 5 nodes have no edge" in domain.notes


def test_links_need_no_labels(tables):
    assert 'or write task = "links", for which nobody needs labels' in fails(path=tables()["path"])
    domain = loaded(path=tables()["path"], task="links", test_fraction=0.5)
    assert domain.inputs.nodes == ("0", "1", "2", "10")
    assert domain.inputs.edges.shape == (2, 2)
    assert len(domain.test) == 4


# ------------------------------------------------------------------ formats


def graph(features: np.ndarray, pairs: list[tuple[int, int]], labels: list[str]) -> nx.Graph:
    made = nx.Graph()
    for node, (row, label) in enumerate(zip(features.tolist(), labels, strict=True)):
        made.add_node(
            str(node), **{f"x{i}": value for i, value in enumerate(row)}, **({"label": label} if label else {})
        )
    made.add_edges_from((str(one), str(other)) for one, other in pairs)
    return made


def written(folder: Path, made: nx.Graph, features: np.ndarray, labels: list[str]) -> dict[str, dict]:
    """The same network in every format, as options."""
    nx.write_graphml(made, folder / "n.graphml")
    nx.write_gexf(made, folder / "n.gexf")
    (folder / "n.json").write_text(json.dumps(nx.node_link_data(made, edges="links")))
    (folder / "m.json").write_text(json.dumps(nx.node_link_data(made, edges="edges")))
    rows = np.array(list(made.edges), np.int64).reshape(-1, 2)
    names = sorted(set(filter(None, labels)))
    y = np.array([names.index(label) if label else -1 for label in labels])
    columns = np.array([f"x{i}" for i in range(features.shape[1])])
    known = {"x": features, "y": y, "columns": columns, "label_names": np.array(names), "directed": np.bool_(False)}
    np.savez(folder / "n.npz", edge_index=rows.T, num_nodes=np.int64(len(labels)), **known)
    header = ",".join(["node", *columns, "label"])
    lines = [
        f"{n},{','.join(map(str, row))},{label}" for n, (row, label) in enumerate(zip(features, labels, strict=True))
    ]
    (folder / "nodes.csv").write_text("\n".join([header, *lines]))
    (folder / "nodes.tsv").write_text("\n".join([header, *reversed(lines)]).replace(",", "\t"))
    (folder / "edges.csv").write_text("source,target\n" + "".join(f"{one},{other}\n" for one, other in rows))
    (folder / "edges.tsv").write_text("source\ttarget\n" + "".join(f"{two}\t{one}\n" for one, two in rows[::-1]))
    tables = [{"path": folder / f"edges.{kind}", "nodes": folder / f"nodes.{kind}"} for kind in ("csv", "tsv")]
    return [{"path": folder / name} for name in ("n.graphml", "n.gexf", "n.json", "m.json", "n.npz")] + tables


@st.composite
def networks(draw):
    count = draw(st.integers(2, 12))
    node = st.integers(0, count - 1)
    pairs = draw(st.lists(st.tuples(node, node), max_size=20))
    values = st.floats(-9, 9, width=16)
    rows = draw(st.lists(st.lists(values, min_size=2, max_size=2), min_size=count, max_size=count))
    labels = draw(st.lists(st.sampled_from(["a", "b", ""]), min_size=count - 2, max_size=count - 2))
    return np.array(rows), pairs, ["a", "b", *labels]


@settings(max_examples=25)
@given(network=networks())
def test_every_format_gives_the_same_domain(network, tmp_path_factory):
    features, pairs, labels = network
    folder = tmp_path_factory.mktemp("formats")
    domains = [loaded(**options) for options in written(folder, graph(features, pairs, labels), features, labels)]
    first = domains[0]
    for domain in domains[1:]:
        assert domain.sha == first.sha
        assert domain.task == first.task
        for part in ("train", "test", "unlabelled"):
            ours, theirs = getattr(domain, part), getattr(first, part)
            assert (ours is None and theirs is None) or ours.digest() == theirs.digest()


@settings(max_examples=25)
@given(network=networks(), order=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(network, order, tmp_path_factory):
    features, pairs, labels = network
    folder = tmp_path_factory.mktemp("order")
    nodes = [f"{n},{row[0]},{row[1]},{label}" for n, (row, label) in enumerate(zip(features, labels, strict=True))]
    edges = [f"{one},{other}" for one, other in pairs]

    def made() -> object:
        (folder / "n.csv").write_text("\n".join(["node,x0,x1,label", *nodes]))
        (folder / "e.csv").write_text("\n".join(["source,target", *edges]))
        return loaded(path=folder / "e.csv", nodes=folder / "n.csv", duplicates=True, directed=True)

    before = made()
    order.shuffle(nodes)
    order.shuffle(edges)
    after = made()
    assert after.sha == before.sha
    assert after.train.digest() == before.train.digest()


def test_parquet(tables, tmp_path):
    pd = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    files = tables()
    for name, path in files.items():
        pd.read_csv(path).to_parquet(tmp_path / f"{name}.parquet")
    domain = loaded(path=tmp_path / "path.parquet", nodes=tmp_path / "nodes.parquet")
    assert domain.sha == loaded(**files).sha
    (tmp_path / "path.parquet").write_bytes(b"no")
    assert "expected a Parquet file" in fails(path=tmp_path / "path.parquet", nodes=files["nodes"])


def test_tensors_of_pyg(tmp_path):
    edges = np.array([[0, 1, 1, 2], [1, 0, 2, 1]])
    x, y = np.array([[1, 0], [0, 2], [0, 0]], np.float32), np.array([0, 1, 1])
    masks = {"train_mask": np.array([1, 1, 0], bool), "test_mask": np.array([0, 0, 1], bool)}
    save_file({"edge_index": edges, "x": x, "y": y, **masks}, tmp_path / "d.safetensors")
    domain = loaded(path=tmp_path / "d.safetensors")
    assert domain.inputs.edges.tolist() == edges.tolist()
    assert domain.inputs.features.toarray().tolist() == x.tolist()
    assert domain.inputs.columns == ()
    assert domain.task.answers == ("0", "1")
    assert (domain.train.queries.tolist(), domain.test.queries.tolist()) == ([0, 1], [2])


@pytest.mark.parametrize("form", ["graphml", "gexf", "json"])
def test_direction_and_repeats_of_graphs(form, tmp_path):
    made = nx.MultiDiGraph()
    made.add_nodes_from([("p", {"label": "a"}), ("q", {"label": "b"})])
    made.add_edges_from([("p", "q"), ("p", "q")], weight=2)
    path = tmp_path / f"n.{form}"
    if form == "json":
        path.write_text(json.dumps(nx.node_link_data(made, edges="links")))
    else:
        {"graphml": nx.write_graphml, "gexf": nx.write_gexf}[form](made, path)
    domain = loaded(path=path, duplicates=True, test_fraction=0)
    assert domain.inputs.edges.tolist() == [[0, 0], [1, 1]]
    assert any(note.startswith("of the edges, not used: ") and "weight" in note for note in domain.notes)


# ------------------------------------------------------------------ packs


@pytest.mark.parametrize(
    ("name", "edges", "classes"),
    [
        ("planetoid/Cora", 2 * 5278, 7),
        ("geomgcn/Texas", 325, 5),
        ("rozemberczki/wiki_chameleon", 2 * 31371, 5),
        ("facebook100/fb100_Caltech36", 2 * 16656, 2),
    ],
)
def test_packs(name, edges, classes, shared_file):
    domain = loaded(path=shared_file(f"data/social/{name}.npz"))
    assert domain.inputs.edges.shape[1] == edges
    assert len(domain.task.answers) == classes


def test_given_splits_of_packs(shared_file):
    cora = loaded(path=shared_file("data/social/planetoid/Cora.npz"))
    assert (len(cora.train), len(cora.val), len(cora.test)) == (140, 500, 1000)
    texas = [loaded(path=shared_file("data/social/geomgcn/Texas.npz"), split_seed=seed) for seed in (0, 1)]
    assert texas[0].test.digest() != texas[1].test.digest()
    assert "got number 10 of 10 in train_masks" in fails(
        path=shared_file("data/social/geomgcn/Texas.npz"), split_seed=10
    )


def test_attributes_of_packs(shared_file):
    path = shared_file("data/social/facebook100/fb100_Caltech36.npz")
    domain = loaded(path=path, label="student_fac", features=["gender", "dorm"])
    assert domain.inputs.columns[:2] == ("gender=1", "gender=2")
    assert domain.task.answers[0] == "student_fac 1"
    assert "expected features in attr_names, got 'dorms'" in fails(path=path, features=["dorms"])


# ------------------------------------------------------------------ faults


@pytest.mark.parametrize(
    ("edges", "complaint"),
    [
        ("source,target\n0,1\n0,7\n", r"edges.csv:3: expected nodes that are in"),
        ("source,target\n0,1\n\n0,\n", r"edges.csv:4: expected two nodes, got an empty cell"),
        ("source,target\n0,1,2\n", r"edges.csv:2: expected 2 columns"),
        ("source\n0\n", r"edges.csv:1: expected two columns"),
        ("", "got an empty file"),
        ("\n\n", "got an empty file"),
    ],
)
def test_edges_with_mistakes(tables, edges, complaint):
    assert complaint in fails(**tables(edges=edges))


@pytest.mark.parametrize(
    ("nodes", "complaint"),
    [
        ("node,label\n0,a\n1,b\n0,a\n", r"nodes.csv:4: expected each node once, got '0' as in"),
        ("node,label\n0,a\n,b\n", r"nodes.csv:3: expected a name in 'node'"),
        ("node,label\n", "expected nodes, got a header alone"),
        ("node,label,label\n0,a,b\n", "expected a name of its own for every column, got 'label' 2 times"),
        ("node,label,\n0,a,b\n", "got an empty one"),
        ("", "got an empty file"),
        ("node,label\n0,a\n1,a\n2,\n10,\n", "expected labels of at least two classes, got 'a' alone"),
        ("node,label\n0,\n1,\n2,\n10,\n", "at least two classes, got none"),
        ("node,kind\n0,a\n1,b\n2,a\n10,b\n", "expected a table of nodes with a column label, class or y, got none"),
        (
            "node,label,x\n0,a,1\n1,b,\n2,a,1\n10,b,1\n",
            "nodes.csv:3: expected a finite number as 'x', got an empty cell",
        ),
        ("node,label,x\n0,a,1\n1,b,nan\n2,a,1\n10,b,1\n", "nodes.csv:3: expected a finite number as 'x', got 'nan'"),
        ("node,label,x\n0,a,1\n1,b,1e99\n2,a,1\n10,b,1\n", "expected a finite number as 'x', got '1e99'"),
        ("node,label,x\n0,a,1\n1,b,2\n2,a,N/A\n10,b,1\n", "nodes.csv:4: expected a finite number as 'x', got 'N/A'"),
        ("node,label,split\n0,a,train\n1,b,rest\n2,a,\n10,b,\n", "nodes.csv:3: expected train, val, test or nothing"),
        (
            "node,label,train_mask,test_mask\n0,a,1,1\n1,b,0,1\n2,a,0,0\n10,b,0,0\n",
            "in one part, got node 0 in train and test",
        ),
    ],
)
def test_nodes_with_mistakes(tables, nodes, complaint):
    assert complaint in fails(**tables(nodes=nodes))


def test_names_that_are_not_there(tables):
    assert "expected 'lable' of the nodes, got none: did you mean 'label'" in fails(**tables(), label="lable")
    assert "expected 'sizes' of the nodes" in fails(**tables(), features=["sizes"])
    assert "got 'kind' as both" in fails(**tables(), label="kind", features=["kind"])


def test_another_encoding_is_told(tables):
    files = tables()
    files["nodes"].write_bytes(b"node,label\n0,a\n1,\xfc\n")
    assert "nodes.csv:3: expected UTF-8 text, got other bytes" in fails(**files)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"edge_index": None}, "expected an array edge_index"),
        ({"edge_index": np.zeros((4, 2), int)}, "expected edge_index [2, R]"),
        ({"edge_index": np.zeros((2, 4))}, "of whole numbers, got [2, 4] of float64; convert it"),
        ({"edge_index": np.array([[0], [9]])}, "between nodes 0 to 3, got node 9"),
        ({"edge_index": np.array([[0], [-1]])}, "got node -1"),
        ({"x": np.full((4, 2), np.nan)}, "expected finite numbers in x, got nan at node 0"),
        ({"x": np.full((4, 2), 1e99)}, "expected finite numbers in x, got inf at node 0"),
        ({"x": np.zeros((5, 2))}, "expected x [4, F] of numbers, one row for each node"),
        ({"x": np.zeros(4)}, "expected x [4, F]"),
        ({"x": np.array([["a"]] * 4)}, "expected x [4, F] of numbers"),
        ({"y": np.zeros(3, int)}, "expected y [4] of whole numbers"),
        ({"y": np.array([0.5, 1, 0, 1])}, "of whole numbers"),
        ({"y": np.array([np.nan, 1, 0, 1])}, "with -1 where nobody knows"),
        ({"y": np.zeros((4, 3), int)}, "got [4, 3] of int64"),
        ({"y": np.array(["a", "b", "a", "b"])}, "number the classes, with -1"),
        ({"label_names": np.array(["a"])}, "expected y below 1, as label_names says, got 1"),
        ({"columns": np.array(["a"])}, "expected 2 different names in columns, got 1"),
        ({"train_mask": np.ones(3, bool)}, "expected train_mask for 4 nodes"),
        ({"train_mask": np.ones(4, bool), "test_mask": np.ones(4, bool)}, "got node 0 in train and test"),
        ({"y": np.array([{}, 1, 2, 3], object)}, "without pickled objects"),
    ],
)
def test_arrays_with_mistakes(change, complaint, tmp_path):
    arrays = {"edge_index": np.array([[0], [1]]), "x": np.ones((4, 2)), "y": np.array([0, 1, 0, 1])}
    arrays["num_nodes"] = np.int64(4)
    np.savez(tmp_path / "a.npz", **{key: value for key, value in (arrays | change).items() if value is not None})
    message = fails(path=tmp_path / "a.npz")
    assert "a.npz: expected" in message
    assert complaint in message


def test_graphs_with_mistakes(tmp_path):
    for name in ("a.graphml", "a.gexf", "a.json", "a.npz", "a.safetensors"):
        for content in (b"", b"{", b"<x>", b"[1]"):
            (tmp_path / name).write_bytes(content)
            assert f"{name}: expected" in fails(path=tmp_path / name)
    nodes = [{"id": 0, "label": "a"}, {"id": 1, "label": "b"}]
    (tmp_path / "a.json").write_text(json.dumps({"nodes": nodes, "links": [{"source": 0, "target": 5}]}))
    assert "expected edges between its nodes, got 5 in edge 1" in fails(path=tmp_path / "a.json")
    (tmp_path / "a.json").write_text(json.dumps({"nodes": nodes * 2, "links": []}))
    assert "expected each node once, got '0' 2 times" in fails(path=tmp_path / "a.json")
    nodes[0]["x"] = 1.0
    (tmp_path / "a.json").write_text(json.dumps({"nodes": nodes, "links": []}))
    assert "a.json: node '1': expected a finite number as 'x'" in fails(path=tmp_path / "a.json")


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_strange_nodes_of_graphs_are_told(form, tmp_path):
    path = tmp_path / f"a.{form}"
    made = nx.path_graph(["a", "b", "c"])
    nx.set_node_attributes(made, {"a": "x", "b": "y", "c": "x"}, "class")
    getattr(nx, f"write_{form}")(made, path)
    assert len(loaded(path=path).inputs) == 3
    whole = path.read_text()
    path.write_text(whole.replace('target="c"', 'target="d"'))
    assert "expected edges between its nodes, got 'd' in edge 2; add the node" in fails(path=path)
    path.write_text(whole.replace('<node id="c"', '<node id="b"'))
    assert "expected each node once, got 'b' 2 times; delete the others" in fails(path=path)


def test_another_kind_of_file_is_told(tmp_path, tables):
    (tmp_path / "a.mat").write_bytes(b"x")
    assert "expected a name ending in .csv" in fails(path=tmp_path / "a.mat")
    with pytest.raises(ValidationError, match="expected nodes beside a list of edges"):
        NetworkFiles(path=tmp_path / "a.mat", nodes=tables()["nodes"])
