"""The user's own networks: every format, every fault."""

from __future__ import annotations

import json
from pathlib import Path

import networkx as nx
import numpy as np
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

EDGES = "source,target\n0,1\n1,2\n2,10\n10,2\n0,0\n"
NODES = "node,label,size,kind\n0,a,1.5,x\n1,b,0,y\n2,a,-2,\n10,b,3,x\n11,,4,x\n"


# ------------------------------------------------------------------ what is read


def test_edges_and_nodes(loaded, tables):
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


# ------------------------------------------------------------------ formats


def graph(features: np.ndarray, pairs: list[tuple], labels: list[str]) -> nx.Graph:
    made = nx.Graph()
    for node, (row, label) in enumerate(zip(features.tolist(), labels, strict=True)):
        made.add_node(
            str(node), **{f"x{i}": value for i, value in enumerate(row)}, **({"label": label} if label else {})
        )
    made.add_edges_from((str(one), str(other), *({"weight": w} for w in weight)) for one, other, *weight in pairs)
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
    weights = [held.get("weight") for _, _, held in made.edges(data=True)]
    weighted = bool(weights) and weights[0] is not None
    known = {"x": features, "y": y, "columns": columns, "label_names": np.array(names), "directed": np.bool_(False)}
    known |= {"edge_weight": np.array(weights)} if weighted else {}
    np.savez(folder / "n.npz", edge_index=rows.T, num_nodes=np.int64(len(labels)), **known)
    header = ",".join(["node", *columns, "label"])
    lines = [
        f"{n},{','.join(map(str, row))},{label}" for n, (row, label) in enumerate(zip(features, labels, strict=True))
    ]
    (folder / "nodes.csv").write_text("\n".join([header, *lines]))
    (folder / "nodes.tsv").write_text("\n".join([header, *reversed(lines)]).replace(",", "\t"))
    cells = [f",{weight}" if weighted else "" for weight in weights]
    lines = [f"{one},{other}{cell}\n" for (one, other), cell in zip(rows, cells, strict=True)]
    back = [f"{other},{one}{cell}\n" for (one, other), cell in zip(rows, cells, strict=True)]
    head = "source,target" + ",weight" * weighted + "\n"
    (folder / "edges.csv").write_text("".join([head, *lines]))
    (folder / "edges.tsv").write_text("".join([head, *back[::-1]]).replace(",", "\t"))
    (folder / "edges.txt").write_text(
        "".join([head, *lines, *(row for row, (one, other) in zip(back, rows, strict=True) if one != other)])
    )
    kinds = {"csv": "csv", "tsv": "tsv", "txt": "csv"}
    tables = [{"path": folder / f"edges.{kind}", "nodes": folder / f"nodes.{of}"} for kind, of in kinds.items()]
    matrix = sp.coo_matrix((weights if weighted else np.ones(len(rows)), rows.T), shape=(len(labels),) * 2).tocsr()
    sp.save_npz(folder / "matrix.npz", matrix.maximum(matrix.T))
    tables.append({"path": folder / "matrix.npz", "nodes": folder / "nodes.csv"})
    return [{"path": folder / name} for name in ("n.graphml", "n.gexf", "n.json", "m.json", "n.npz")] + tables


@st.composite
def networks(draw):
    count = draw(st.integers(3, 12))
    node = st.integers(0, count - 1)
    weight = st.sampled_from([0.1, 0.5, 1.0, 3.0, 1e6])
    edge = st.tuples(node, node, weight) if draw(st.booleans()) else st.tuples(node, node)
    pairs = draw(st.lists(edge, max_size=20))
    values = st.floats(-9, 9, width=16)
    rows = draw(st.lists(st.lists(values, min_size=2, max_size=2), min_size=count, max_size=count))
    labels = draw(st.lists(st.sampled_from(["a", "b", ""]), min_size=count - 2, max_size=count - 2))
    return np.array(rows), pairs, ["a", "b", *labels]


@settings(max_examples=25)
@given(network=networks())
def test_every_format_gives_the_same_domain(loaded, network, tmp_path_factory):
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
def test_the_order_of_rows_does_not_matter(loaded, network, order, tmp_path_factory):
    features, pairs, labels = network
    folder = tmp_path_factory.mktemp("order")
    nodes = [f"{n},{row[0]},{row[1]},{label}" for n, (row, label) in enumerate(zip(features, labels, strict=True))]
    edges = [",".join(map(str, pair)) for pair in pairs]
    head = "source,target" + ",weight" * any(len(pair) > 2 for pair in pairs)

    def made(**options) -> object:
        (folder / "n.csv").write_text("\n".join(["node,x0,x1,label", *nodes]))
        (folder / "e.csv").write_text("\n".join([head, *edges]))
        return loaded(path=folder / "e.csv", nodes=folder / "n.csv", **options)

    before, summed = made(duplicates=True, directed=True), made()
    order.shuffle(nodes)
    order.shuffle(edges)
    after = made(duplicates=True, directed=True)
    assert made().sha == summed.sha
    assert after.sha == before.sha
    assert after.train.digest() == before.train.digest()
