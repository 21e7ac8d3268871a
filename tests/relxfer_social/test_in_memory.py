"""Networks and tables in memory are the same as their files."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from relxfer_social.data.user_files import load
from relxfer_social.options import NetworkFiles

import relxfer
from relxfer import cli
from relxfer.authoring import objects
from relxfer.authoring.objects import Objects
from relxfer.contract.only_with import acting


@pytest.fixture
def options(tmp_path):
    context = {"folder": tmp_path, objects.KEY: Objects(tmp_path / "objects")}
    return lambda **table: NetworkFiles.model_validate(table, context=context)


@pytest.fixture
def loaded(options):
    return lambda **table: load(options(**table))


EDGES = [("ann", "bob"), ("bob", "cyd"), ("cyd", "dan"), ("dan", "ann"), ("eve", "ann")]
NODES = {
    "node": ["ann", "bob", "cyd", "dan", "eve"],
    "label": ["x", "y", "x", None, "y"],
    "age": [1.5, 2.0, float("nan"), 4.0, 5.25],
    "id": [2**53 + 1, 2, 3, 4, 5],
}


def frames(library):
    edges = {"source": [a for a, _ in EDGES], "target": [b for _, b in EDGES]}
    if library.__name__ == "pyarrow":
        return library.table(edges), library.table(NODES)
    return library.DataFrame(edges), library.DataFrame(NODES)


@pytest.mark.parametrize("name", ["pandas", "polars", "pyarrow"])
def test_frames_are_their_files(loaded, tmp_path, name):
    library = pytest.importorskip(name)
    edges, nodes = frames(library)
    made = loaded(path=edges, nodes=nodes, test_fraction=0)
    (tmp_path / "e.csv").write_text("source,target\n" + "".join(f"{a},{b}\n" for a, b in EDGES))
    rows = zip(*NODES.values(), strict=True)
    text = "\n".join(",".join("" if cell is None or cell != cell else str(cell) for cell in row) for row in rows)
    (tmp_path / "n.csv").write_text(",".join(NODES) + "\n" + text + "\n")
    own = loaded(path=tmp_path / "e.csv", nodes=tmp_path / "n.csv", test_fraction=0)
    assert made.sha == own.sha
    assert made.train.digest() == own.train.digest()
    assert made.task == own.task


@pytest.mark.parametrize("kind", [nx.Graph, nx.DiGraph, nx.MultiGraph])
def test_graphs_of_networkx_are_their_files(loaded, tmp_path, kind):
    graph = kind()
    graph.add_weighted_edges_from((*ends, 0.5 + place) for place, ends in enumerate(EDGES))
    for name, label, age in zip(NODES["node"], NODES["label"], NODES["age"], strict=True):
        held = {"team": label, "age": np.float64(age)}
        graph.nodes[name].update({key: value for key, value in held.items() if value is not None and value == value})
    nx.write_graphml(graph, tmp_path / "g.graphml")
    ours = loaded(path=graph, label="team", test_fraction=0)
    theirs = loaded(path=tmp_path / "g.graphml", label="team", test_fraction=0)
    assert (ours.sha, ours.task) == (theirs.sha, theirs.task)
    assert sorted(set(ours.inputs.weights.tolist())) == [0.5, 1.5, 2.5, 3.5, 4.5]
    assert ours.train.digest() == theirs.train.digest()


def test_data_of_torch_geometric_is_its_file(loaded, tmp_path):
    import torch
    from torch_geometric.data import Data

    data = Data(x=torch.rand(4, 2), edge_index=torch.tensor([[0, 1], [1, 2]]), y=torch.tensor([0, 1, 0, 1]))
    data.edge_weight = torch.tensor([0.5, 2.0])
    torch.save(data, tmp_path / "d.pt")
    ours, theirs = loaded(path=data), loaded(path=tmp_path / "d.pt")
    assert ours.sha == theirs.sha
    assert ours.inputs.weights.tolist() == [0.5, 2]
    assert (ours.train is None) == (theirs.train is None)


def test_an_object_is_a_file_that_its_content_names(options, tmp_path):
    given = options(path=nx.path_graph(3))
    assert given == options(path=nx.path_graph(3)) != options(path=nx.path_graph(4))
    assert given.path.parent.parent == tmp_path / "objects"
    assert NetworkFiles.model_validate(acting(given)) == given


def test_a_named_index_of_nodes_is_a_column(loaded):
    pandas = pytest.importorskip("pandas")
    edges, nodes = frames(pandas)
    plain, named = (loaded(path=edges, nodes=given, test_fraction=0) for given in (nodes, nodes.set_index("node")))
    assert (plain.sha, plain.train.digest()) == (named.sha, named.train.digest())


def test_a_run_on_objects(tmp_path):
    pandas = pytest.importorskip("pandas")
    more = pandas.DataFrame({"source": [f"n{i}" for i in range(20)], "target": [f"n{(i + 1) % 20}" for i in range(20)]})
    labels = pandas.DataFrame({"node": more["source"], "label": ["x", "y"] * 10})
    config = {
        "source": {"datasets": ["karate-club"], "training": {"steps": 1}},
        "target": {
            "dataset": {"use": "network-files", "path": more, "nodes": labels},
            "adapter": {"use": "networks", "features": ["structure"]},
        },
        "strategy": ["finetune"],
        "training": {"steps": 1},
        "report": {"baselines": False},
    }
    results = relxfer.run(config, tmp_path / "run")
    assert [cell.status for cell in results.cells] == ["done"]
    (tmp_path / "q.csv").write_text("node\nn3\n")
    out = tmp_path / "a.csv"
    assert cli.main(["predict", str(tmp_path / "run"), "--queries", str(tmp_path / "q.csv"), "--out", str(out)]) == 0
    assert len(list((tmp_path / "run" / "objects").glob("*/own-network.parquet"))) == 2
    assert "n3" in out.read_text(), "the saved configuration finds what was written of the objects"
