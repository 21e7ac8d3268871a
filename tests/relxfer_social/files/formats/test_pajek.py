"""Pajek's format of networks."""

from __future__ import annotations

import gzip


def links(domain) -> set[tuple[str, str]]:
    return {(domain.inputs.nodes[a], domain.inputs.nodes[b]) for a, b in domain.inputs.edges.T.tolist()}


VERTICES = '*Vertices 4\n 1 "Ann A" 0.1 0.2\n 2 "Bob"\n 3 Cyd\n 4 "Dan"\n'


def test_edges_have_no_directions_and_arcs_have(loaded, tmp_path):
    (tmp_path / "a.net").write_text("% a remark\n" + VERTICES + "*Edges\n1 2 5\n2 3\n")
    domain = loaded(path=tmp_path / "a.net", task="links", test_fraction=0)
    assert links(domain) == {("Ann A", "Bob"), ("Bob", "Ann A"), ("Bob", "Cyd"), ("Cyd", "Bob")}
    assert "of the edges, not used: weight" in domain.notes
    assert domain.ask({"source": ["1"], "target": ["Bob"]}).queries.tolist() == [[0, 1]]
    (tmp_path / "b.net.gz").write_bytes(gzip.compress((VERTICES + "*Arcs\n1 2\n*Arcslist\n3 1 4\n").encode()))
    (tmp_path / "n.csv").write_text("name,label\nAnn A,x\nBob,y\nCyd,x\nDan,y\n")
    domain = loaded(path=tmp_path / "b.net.gz", nodes=tmp_path / "n.csv")
    assert links(domain) == {("Ann A", "Bob"), ("Cyd", "Ann A"), ("Cyd", "Dan")}


def test_the_third_number_of_a_line_is_its_weight(loaded, fails, tmp_path):
    (tmp_path / "a.net").write_text(VERTICES + "*Edges\n1 2 5\n2 3 c Blue\n*Edgeslist\n4 1\n")
    (tmp_path / "n.csv").write_text("name,label\nAnn A,x\nBob,y\nCyd,x\nDan,y\n")
    domain = loaded(path=tmp_path / "a.net", nodes=tmp_path / "n.csv")
    assert domain.inputs.adjacency().toarray().tolist() == [[0, 5, 0, 1], [5, 0, 1, 0], [0, 1, 0, 0], [1, 0, 0, 0]]
    assert f"weights of edges: the third numbers of lines of {tmp_path / 'a.net'}" in domain.notes
    plain = loaded(path=tmp_path / "a.net", weight="")
    assert plain.inputs.weights is None
    assert "of the edges, not used: weight" in plain.notes
    (tmp_path / "b.net").write_text(VERTICES + "*Arcs\n1 2 1\n2 1 2\n")
    assert loaded(path=tmp_path / "b.net").inputs.weights.tolist() == [1, 2]
    (tmp_path / "c.net").write_text(VERTICES + "*Arcs\n1 2 1\n2 1 -2\n")
    assert "c.net:8: expected a weight that is a finite number of at least 0, got '-2'" in fails(
        path=tmp_path / "c.net"
    )
    assert loaded(path=tmp_path / "c.net", weight="").inputs.edges.shape[1] == 2
    assert "expected no name of weights" in fails(path=tmp_path / "a.net", weight="size")


def test_mistakes_are_told(fails, tmp_path):
    for content, told in (
        (VERTICES + "*Edges\n1\n", "a.net:7: expected two vertices"),
        (VERTICES + "*Edges\n1 9\n", "expected links between its vertices, got '9'"),
        ("nothing", r"expected *Vertices and *Edges"),
    ):
        (tmp_path / "a.net").write_text(content)
        assert told in fails(path=tmp_path / "a.net")
