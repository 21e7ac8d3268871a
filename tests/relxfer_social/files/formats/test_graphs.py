"""GraphML, GEXF and node-link JSON: direction, repeats, mistakes."""

from __future__ import annotations

import json

import networkx as nx
import pytest


@pytest.mark.parametrize("form", ["graphml", "gexf", "json"])
def test_direction_and_repeats_of_graphs(loaded, form, tmp_path):
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


def test_graphs_with_mistakes(fails, tmp_path):
    for name in ("a.graphml", "a.gexf", "a.json", "a.npz", "a.safetensors"):
        for content in (b"", b"{", b"<x>", b"[1]"):
            (tmp_path / name).write_bytes(content)
            assert f"{name}: expected" in fails(path=tmp_path / name)
    nodes = [{"id": 0, "label": "a"}, {"id": 1, "label": "b"}]
    (tmp_path / "a.json").write_text(json.dumps({"nodes": nodes, "links": [{"source": 0, "target": 5}]}))
    assert "expected edges between its nodes, got 5 in edge 1" in fails(path=tmp_path / "a.json")
    (tmp_path / "a.json").write_text(json.dumps({"nodes": nodes * 2, "links": []}))
    assert "expected each node once, got '0' 2 times" in fails(path=tmp_path / "a.json")
    nodes[0]["x"], nodes[1]["x"] = 1.0, "old"
    (tmp_path / "a.json").write_text(json.dumps({"nodes": nodes, "links": []}))
    assert "a.json: node 'b': expected a finite number as 'x'" in fails(path=tmp_path / "a.json")


@pytest.mark.parametrize("form", ["graphml", "gexf"])
def test_strange_nodes_of_graphs_are_told(loaded, fails, form, tmp_path):
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
