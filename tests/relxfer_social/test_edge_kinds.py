"""Kinds of edges: read, stored, hidden with their edges, and told apart by the model that can."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import networkx as nx
import numpy as np
import pytest
from relxfer_social.data.user_files import load
from relxfer_social.edge_kinds import MOST, EdgeKinds
from relxfer_social.files.new_network import with_file
from relxfer_social.files.user_network import network_of, read
from relxfer_social.network import Network
from relxfer_social.new_edges import with_edges
from relxfer_social.options import NetworkFiles

import relxfer
from relxfer.errors import DataError, UnfitArtefact

ROWS = "source,target,kind,weight\nann,bob,knows,2\nann,bob,calls,3\nbob,eve,calls,1\n"


def network(path: Path, **options) -> Network:
    files = NetworkFiles(path=path, edge_kind="kind", **options)
    return network_of(files, read(files))[0]


def held(made: Network) -> set:
    kinds = made.by_kind
    weights = np.ones(kinds.edges.shape[1]) if kinds.weights is None else kinds.weights
    return {
        (made.nodes[one], made.nodes[other], kinds.names[kind], weight)
        for (one, other), kind, weight in zip(
            kinds.edges.T.tolist(), kinds.kind.tolist(), weights.tolist(), strict=True
        )
    }


EDGES = {
    ("ann", "bob", "knows", 2.0), ("bob", "ann", "knows", 2.0), ("ann", "bob", "calls", 3.0),
    ("bob", "ann", "calls", 3.0), ("bob", "eve", "calls", 1.0), ("eve", "bob", "calls", 1.0),
}  # fmt: skip


def test_a_table_has_kinds_with_their_weights(tmp_path):
    (tmp_path / "edges.csv").write_text(ROWS)
    made = network(tmp_path / "edges.csv")
    assert held(made) == EDGES
    assert made.edges.shape == (2, 4)  # each pair once, whatever its kinds
    assert {(a, b, kind) for a, b, kind, _ in held(network(tmp_path / "edges.csv", directed=True))} == {
        ("ann", "bob", "knows"), ("ann", "bob", "calls"), ("bob", "eve", "calls"),
    }  # fmt: skip


@pytest.mark.parametrize("ending", ["graphml", "gml", "json"])
def test_graphs_have_them_too(ending, tmp_path):
    graph = nx.MultiGraph()
    graph.add_edge("ann", "bob", kind="knows", weight=2)
    graph.add_edge("ann", "bob", kind="calls", weight=3)
    graph.add_edge("bob", "eve", kind="calls", weight=1)
    path = tmp_path / f"graph.{ending}"
    if ending == "json":
        import json

        path.write_text(json.dumps(nx.node_link_data(graph, edges="links")))
    else:
        (nx.write_graphml if ending == "graphml" else nx.write_gml)(graph, path)
    assert held(network(path)) == EDGES


NAMED = {"kind": np.array([1, 0, 0]), "kind_names": np.array(["calls", "knows"])}


@pytest.mark.parametrize("kinds", [NAMED, {"kind": np.array(["knows", "calls", "calls"])}])
def test_arrays_have_them_too(kinds, tmp_path):
    rows = {"edge_index": np.array([[0, 0, 1], [1, 1, 2]]), "weight": np.array([2.0, 3.0, 1.0])}
    np.savez(tmp_path / "a.npz", **rows, **kinds, nodes=np.array(["ann", "bob", "eve"]), directed=np.array(False))
    assert held(network(tmp_path / "a.npz")) == EDGES


def test_numbers_are_names_where_arrays_have_no_others(tmp_path):
    edges = np.array([[0, 1], [1, 2]])
    np.savez(tmp_path / "a.npz", edge_index=edges, kind=np.array([[4], [7]]))
    assert network(tmp_path / "a.npz").by_kind.names == ("4", "7")
    np.savez(tmp_path / "b.npz", edge_index=edges, kind=np.array([0, 2]), kind_names=np.array(["calls", "knows"]))
    with pytest.raises(DataError, match="expected kind from 0 to 1, as kind_names says"):
        network(tmp_path / "b.npz")


def test_kinds_are_stored_and_read_and_belong_to_what_a_network_is(tmp_path):
    (tmp_path / "edges.csv").write_text(ROWS)
    made = network(tmp_path / "edges.csv")
    again = Network.of_stored(made.stored())
    assert held(again) == held(made)
    assert again.sha == made.sha
    (tmp_path / "other.csv").write_text(ROWS.replace("eve,calls", "eve,knows"))
    assert network(tmp_path / "other.csv").sha != made.sha
    for part, wrong in (
        ("kinds/kind", np.full(6, 9)),
        ("kinds/edges", np.full((2, 6), 7)),
        ("kinds/kind", np.zeros(2, int)),
    ):
        with pytest.raises(UnfitArtefact, match="stored network"):
            Network.of_stored({**made.stored(), part: wrong})


def test_a_row_without_a_kind_is_refused_or_left_out(tmp_path):
    path = tmp_path / "edges.csv"
    path.write_text(ROWS + "eve,ann,,1\n")
    with pytest.raises(DataError, match="expected a kind of edge in 'kind', got nothing"):
        network(path)
    assert held(network(path, skip_bad=True)) == EDGES


def test_what_has_no_kinds_is_refused(tmp_path):
    (tmp_path / "edges.csv").write_text(ROWS)
    with pytest.raises(DataError, match="expected a column 'sort'"):
        network_of(files := NetworkFiles(path=tmp_path / "edges.csv", edge_kind="sort"), read(files))
    np.savez(tmp_path / "arrays.npz", edge_index=np.array([[0], [1]]), x=np.ones((2, 1)))
    with pytest.raises(DataError, match="expected 'kind' of the edges, their kind, got none"):
        network(tmp_path / "arrays.npz")
    sparse = {"data": np.ones(1), "indices": np.array([1]), "indptr": np.array([0, 1, 1]), "shape": np.array([2, 2])}
    np.savez(tmp_path / "sparse.npz", format=np.array(b"csr"), **sparse)
    with pytest.raises(DataError, match="edges have kinds, with edge_kind, got a matrix without them"):
        network(tmp_path / "sparse.npz")
    (tmp_path / "a.net").write_text("*Vertices 2\n1\n2\n*Edges\n1 2\n")
    with pytest.raises(DataError, match=r"edges have kinds, with edge_kind, got \.net without them"):
        network(tmp_path / "a.net")
    rows = np.zeros((2, MOST + 1), int)
    with pytest.raises(DataError, match=f"at most {MOST} kinds"):
        EdgeKinds.of(rows, [str(kind) for kind in range(MOST + 1)], None, 1, False, True, True)


def test_further_edges_have_kinds_too(tmp_path):
    (tmp_path / "edges.csv").write_text(ROWS)
    new = {
        "source": ["bob", "eve", "eve", "eve"], "target": ["ann", "bob", "ann", "ann"],
        "Relation": ["knows", "knows", "likes", "likes"], "weight": ["9", "2", "0.5", "1"],
    }  # fmt: skip
    grown, note = with_edges(network(tmp_path / "edges.csv"), new)
    assert note == "added: 2 links to the network"  # ann and bob know each other already
    assert held(grown) == EDGES | {
        ("bob", "eve", "knows", 2.0), ("eve", "bob", "knows", 2.0),
        ("ann", "eve", "likes", 1.5), ("eve", "ann", "likes", 1.5),
    }  # fmt: skip
    assert grown.edges.shape == (2, 6)
    assert grown.by_kind.names == ("calls", "knows", "likes")
    assert np.diff(grown.by_kind.kind).min() >= 0


@pytest.mark.parametrize("kind", ["sort", 2])
def test_a_file_of_further_edges_has_kinds_where_the_network_had_them(kind, tmp_path):
    (tmp_path / "edges.csv").write_text("source,target,sort\nann,bob,knows\nbob,eve,calls\n")
    (tmp_path / "nodes.csv").write_text("node,label\nann,x\nbob,y\neve,x\n")
    domain = load(NetworkFiles(path=tmp_path / "edges.csv", nodes=tmp_path / "nodes.csv", edge_kind=kind))
    stored = Network.of_stored(domain.inputs.stored())
    assert stored.by_kind.called == kind
    (tmp_path / "new.csv").write_text("source,target,sort\neve,ann,knows\n")
    grown = with_file(replace(domain, inputs=stored), tmp_path / "new.csv").inputs
    assert held(grown) - held(domain.inputs) == {("ann", "eve", "knows", 1.0), ("eve", "ann", "knows", 1.0)}
    (tmp_path / "bare.csv").write_text("source,target\neve,ann\n")
    with pytest.raises(DataError, match=r"bare\.csv"):
        with_file(domain, tmp_path / "bare.csv")


def test_further_edges_without_weights_and_one_way(tmp_path):
    (tmp_path / "edges.csv").write_text("source,target,kind\nann,bob,knows\nbob,eve,calls\n")
    before = network(tmp_path / "edges.csv", directed=True)
    grown, note = with_edges(before, {"source": ["ann", "dan"], "target": ["bob", "ann"], "type": ["calls", "calls"]})
    assert note == "added: 2 links to the network, 1 new node"
    assert held(grown) - held(before) == {("ann", "bob", "calls", 1.0), ("dan", "ann", "calls", 1.0)}


def test_further_edges_without_a_kind_are_told(tmp_path):
    (tmp_path / "edges.csv").write_text("source,target,kind\nann,bob,knows\n")
    with pytest.raises(
        DataError, match="expected a column kind, since the edges of the network have kinds, got source"
    ):
        with_edges(network(tmp_path / "edges.csv"), {"source": ["eve"], "target": ["ann"]})
    with pytest.raises(DataError, match="the edge from 'eve' to 'ann': expected a kind in kind, got nothing"):
        with_edges(network(tmp_path / "edges.csv"), {"source": ["eve"], "target": ["ann"], "kind": [""]})


def planted(folder: Path, seed: int) -> dict:
    """Nodes whose class is that of their one friend, and that have three foes, whose class is another."""
    rng = np.random.default_rng(seed)
    folder.mkdir()
    nodes, edges = ["node,label,says"], ["source,target,kind"]
    for number in range(150):
        said = int(rng.integers(2))
        nodes += [f"ask{number},{'yes' if said else 'no'},0", f"friend{number},,{2 * said - 1}"]
        edges.append(f"friend{number},ask{number},friend")
        for other in range(3):
            nodes.append(f"foe{number}_{other},,{rng.choice([-1, 1])}")
            edges.append(f"foe{number}_{other},ask{number},foe")
    (folder / "nodes.csv").write_text("\n".join(nodes))
    (folder / "edges.csv").write_text("\n".join(edges))
    return {
        "use": "network-files", "path": str(folder / "edges.csv"), "nodes": str(folder / "nodes.csv"),
        "directed": True, "edge_kind": "kind",
    }  # fmt: skip


def test_what_one_kind_of_edge_says_is_learnt_and_transferred(tmp_path):
    def accuracy(model: str) -> dict[str, float]:
        results = relxfer.run(
            {
                "threads": 1, "device": "cpu",
                "source": {
                    "datasets": [{**planted(tmp_path / f"source-{model}", 0), "test_fraction": 0.0}],
                    "model": {"use": model, "hidden": 16, "layers": 1}, "training": {"steps": 150, "lr": 0.01},
                },
                "target": {"name": "t", "dataset": planted(tmp_path / f"target-{model}", 1), "label_budgets": ["all"]},
                "training": {"steps": 150, "lr": 0.01},
                "strategy": ["zero-shot", "scratch"], "report": {"baselines": False},
            },
            tmp_path / model,
        )  # fmt: skip
        return {row: results.row(row).metrics["accuracy"] for row in ("zero-shot", "scratch")}

    apart, alike = accuracy("rgcn"), accuracy("graphsage")
    assert min(apart.values()) > 0.9
    assert max(alike.values()) < 0.8


def test_unused_kinds_are_told_of(tmp_path):
    (tmp_path / "edges.csv").write_text(ROWS)
    assert (
        'edge_kind = "kind" lets the model rgcn tell kinds of edges apart'
        in read(NetworkFiles(path=tmp_path / "edges.csv")).notes
    )
