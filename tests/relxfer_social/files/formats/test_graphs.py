"""GraphML, GEXF and node-link JSON: direction, repeats, mistakes."""

from __future__ import annotations

import gzip
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
    assert domain.inputs.weights.tolist() == [2, 2]
    assert "weights of edges: weight" in domain.notes
    assert loaded(path=path, test_fraction=0).inputs.weights.tolist() == [4], "the sum of both"
    plain = loaded(path=path, weight="", duplicates=True, test_fraction=0)
    assert plain.inputs.weights is None
    assert any(note.startswith("of the edges, not used: ") and "weight" in note for note in plain.notes)


@pytest.mark.parametrize("form", ["graphml", "gexf", "gml", "json"])
def test_an_edge_without_a_weight_counts_1(loaded, fails, form, tmp_path):
    made = nx.DiGraph()
    made.add_weighted_edges_from([("p", "q", 2.5), ("q", "r", 0.5)])
    made.add_edge("r", "p", kind="other")
    made.add_edge("r", "q", weight=0)
    path = tmp_path / f"n.{form}"

    def write():
        if form == "json":
            path.write_text(json.dumps(nx.node_link_data(made, edges="links")))
        else:
            {"graphml": nx.write_graphml, "gexf": nx.write_gexf, "gml": nx.write_gml}[form](made, path)

    write()
    domain = loaded(path=path)
    assert domain.inputs.adjacency().toarray().tolist() == [[0, 0, 1], [2.5, 0, 0], [0, 0.5, 0]]
    assert any(
        note.startswith("weights of edges: weight; 1 of 4 edges have none, and count 1") for note in domain.notes
    )
    made.add_edge("r", "q", weight=-1.5)
    write()
    told = fails(path=path)
    assert "weight of the edge (" in told
    assert "expected a weight that is a finite number of at least 0, got -1.5" in told
    assert "expected 'heavy' of the edges, the weight, got none" in fails(path=path, weight="heavy")


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


def people(label="team") -> nx.Graph:
    made = nx.Graph([(0, 1), (1, 2), (2, 3), (3, 0)])
    for node, name in enumerate(["ann", "bob", "cyd", "dan"]):
        made.nodes[node].update({"label": name, label: "xy"[node % 2]})
    return made


@pytest.mark.parametrize("form", ["graphml", "gexf", "gml", "json"])
def test_nodes_go_by_their_labels_and_by_their_ids(loaded, form, tmp_path):
    path = tmp_path / f"n.{form}"
    if form == "json":
        path.write_text(json.dumps(nx.node_link_data(people(), edges="links")))
    elif form == "gml":
        nx.write_gml(nx.relabel_nodes(people(), dict(enumerate(["ann", "bob", "cyd", "dan"]))), path)
    else:
        {"graphml": nx.write_graphml, "gexf": nx.write_gexf}[form](people(), path)
    domain = loaded(path=path, label="team", test_fraction=0)
    assert domain.inputs.nodes == ("ann", "bob", "cyd", "dan")
    assert domain.ask({"node": ["cyd", "3"]}).queries.tolist() == [2, 3]
    assert domain.task.answers == ("x", "y")


def test_gexf_1_3_and_gzip(loaded, tmp_path):
    nx.write_gexf(people(), tmp_path / "a.gexf")
    text = (tmp_path / "a.gexf").read_text().replace('version="1.2"', 'version="1.3"')
    text = text.replace("http://www.gexf.net/1.2draft", "http://gexf.net/1.3")
    (tmp_path / "b.gexf.gz").write_bytes(gzip.compress(text.encode()))
    first, second = (loaded(path=tmp_path / name, label="team") for name in ("a.gexf", "b.gexf.gz"))
    assert first.sha == second.sha


def test_a_label_that_several_share_is_no_name(loaded, tmp_path):
    made = people()
    nx.set_node_attributes(made, dict(enumerate("xyxy")), "label")
    nx.write_graphml(made, tmp_path / "a.graphml")
    domain = loaded(path=tmp_path / "a.graphml")
    assert (domain.inputs.nodes, domain.task.answers) == (("0", "1", "2", "3"), ("x", "y"))


def test_gml_with_a_link_twice_and_with_mistakes(loaded, fails, tmp_path):
    node = 'node [ id {0} label "{1}" ]'
    nodes = " ".join(node.format(number, name) for number, name in enumerate("abcd"))
    edge = "edge [ source {0} target {1} ]"
    edges = " ".join(edge.format(*pair) for pair in ((0, 1), (0, 1), (2, 3)))
    (tmp_path / "a.gml").write_text(f"graph [ {nodes} {edges} ]")
    assert loaded(path=tmp_path / "a.gml", task="links", test_fraction=0).inputs.edges.shape == (2, 4)
    (tmp_path / "a.gml").write_text(f"graph [ {nodes} {edge.format(0, 9)} ]")
    assert "got '9' in edge 1; add the node" in fails(path=tmp_path / "a.gml")


@pytest.mark.parametrize("missing", ["NaN", "NA", "N/A", "None", "null", "?", "-", ""])
def test_a_missing_label_is_no_class(loaded, missing, tmp_path):
    made = people("class")
    made.nodes[3]["class"] = missing
    nx.write_graphml(made, tmp_path / "a.graphml")
    domain = loaded(path=tmp_path / "a.graphml", test_fraction=0)
    assert (domain.task.answers, len(domain.train)) == (("x", "y"), 3)
    (tmp_path / "n.csv").write_text(f"node,class\nann,x\nbob,y\ncyd,x\ndan,{missing}\n")
    (tmp_path / "e.csv").write_text("source,target\nann,bob\ncyd,dan\n")
    domain = loaded(path=tmp_path / "e.csv", nodes=tmp_path / "n.csv", test_fraction=0)
    assert (domain.task.answers, len(domain.train)) == (("x", "y"), 3)
