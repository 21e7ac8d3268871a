"""Adjacency as matrices and lists is no list of edges."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
import scipy.sparse as sp

NODES = "node,label\n" + "".join(f"{name},{'xy'[place % 2]}\n" for place, name in enumerate("abcde"))
CELLS = np.array([[0, 1, 0, 0, 2], [1, 0, 1, 0, 0], [0, 1, 0, 1, 0], [0, 0, 1, 0, 1], [2, 0, 0, 1, 0]])


def links(domain) -> set[tuple[str, str]]:
    return {(domain.inputs.nodes[a], domain.inputs.nodes[b]) for a, b in domain.inputs.edges.T.tolist()}


def ring(names) -> set[tuple[str, str]]:
    return {(names[a], names[b]) for a, b in zip(*CELLS.nonzero(), strict=True)}


def text(names="", index="", cells=CELLS) -> str:
    rows = [",".join([*index[i : i + 1], *map(str, 1 * row)]) for i, row in enumerate(cells)]
    head = [",".join([*([""] if index else []), *names])] if names else []
    return "\n".join([*head, *rows]) + "\n"


@pytest.mark.parametrize(
    ("content", "names"),
    [(text(), "01234"), (text("abcde"), "abcde"), (text("abcde", "abcde"), "abcde"), (text("01234", "01234"), "01234")],
)
def test_a_square_of_numbers_is_a_matrix(loaded, tmp_path, content, names):
    (tmp_path / "a.csv").write_text(content)
    domain = loaded(path=tmp_path / "a.csv", task="links", test_fraction=0)
    assert links(domain) == ring(names)
    assert any("adjacency matrix of 5 nodes, symmetric" in note and "not used" in note for note in domain.notes)
    weighted = loaded(path=tmp_path / "a.csv")
    assert weighted.inputs.adjacency().toarray().tolist() == CELLS.tolist()
    assert any("its values are the weights of edges" in note for note in weighted.notes)
    (tmp_path / "b.csv").write_text(content.replace("2", "1") if names != "01234" else text(cells=CELLS > 0))
    plain = loaded(path=tmp_path / "b.csv")
    assert plain.inputs.weights is None
    if names == "abcde":
        assert plain.sha == loaded(path=tmp_path / "a.csv", weight="").sha != weighted.sha


def test_a_matrix_with_other_values_the_other_way_has_directions(loaded, fails, tmp_path):
    cells = CELLS.astype(float)
    cells[0, 1], cells[1, 0] = 0.25, 4
    (tmp_path / "a.csv").write_text(text("abcde", cells=cells))
    domain = loaded(path=tmp_path / "a.csv")
    assert domain.inputs.adjacency().toarray().tolist() == cells.T.tolist(), "rows receive"
    assert any("adjacency matrix of 5 nodes, directed" in note for note in domain.notes)
    sp.save_npz(tmp_path / "a.npz", sp.csr_matrix(cells))
    (tmp_path / "n.csv").write_text(NODES)
    (tmp_path / "b.csv").write_text(text(cells=cells))
    assert loaded(path=tmp_path / "a.npz").sha == loaded(path=tmp_path / "b.csv").sha
    cells[4, 0] = -2
    (tmp_path / "a.csv").write_text(text("abcde", cells=cells))
    assert "a.csv:6: expected a weight that is a finite number of at least 0, got '-2.0' in column 1" in fails(
        path=tmp_path / "a.csv"
    )
    sp.save_npz(tmp_path / "a.npz", sp.csr_matrix(cells))
    assert "a.npz: row 5, column 1: expected a weight" in fails(path=tmp_path / "a.npz")
    assert loaded(path=tmp_path / "a.npz", weight="").inputs.weights is None


def test_a_matrix_with_directions_and_a_table_of_nodes(loaded, tmp_path):
    cells = np.triu(CELLS)
    (tmp_path / "a.csv").write_text("a,b,c,d,e\n" + "\n".join(",".join(map(str, row)) for row in cells))
    (tmp_path / "n.csv").write_text(NODES)
    domain = loaded(path=tmp_path / "a.csv", nodes=tmp_path / "n.csv")
    assert links(domain) == {("abcde"[a], "abcde"[b]) for a, b in zip(*cells.nonzero(), strict=True)}
    assert domain.task.answers == ("x", "y")


def test_edges_with_weights_are_no_matrix(loaded, tmp_path):
    (tmp_path / "e.csv").write_text("0,1,2\n1,2,2\n3,4,1\n")
    domain = loaded(path=tmp_path / "e.csv", task="links", test_fraction=0)
    assert domain.inputs.edges.shape == (2, 6)
    assert any("not used: column 3" in note for note in domain.notes)


@pytest.mark.parametrize("form", ["csr", "csc", "coo"])
def test_sparse_matrices_of_scipy(loaded, fails, tmp_path, form):
    sp.save_npz(tmp_path / "a.npz", sp.csr_matrix(CELLS).asformat(form))
    (tmp_path / "n.csv").write_text(NODES)
    domain = loaded(path=tmp_path / "a.npz", nodes=tmp_path / "n.csv")
    assert links(domain) == ring("abcde")
    assert any("rows of the table are the nodes in their order" in note for note in domain.notes)
    np.savez(tmp_path / "b.npz", format=b"csr", shape=[5, 5], data=[1.0], indices=[9], indptr=[0, 1, 1, 1, 1, 1])
    assert "b.npz: expected a matrix of scipy.sparse.save_npz" in fails(path=tmp_path / "b.npz")
    sp.save_npz(tmp_path / "c.npz", sp.csr_matrix(CELLS[:3]))
    assert "c.npz: expected a square matrix" in fails(path=tmp_path / "c.npz")
    np.savez(tmp_path / "d.npz", format=b"coo", shape=[10**9] * 2, data=[1.0], row=[0], col=[1])
    assert "expected a square matrix of at most" in fails(path=tmp_path / "d.npz")


def test_lists_of_neighbours(loaded, fails, tmp_path):
    graph = nx.relabel_nodes(nx.from_numpy_array(CELLS), dict(enumerate("abcde")))
    nx.write_adjlist(graph, tmp_path / "a.adjlist")
    (tmp_path / "n.csv").write_text(NODES)
    domain = loaded(path=tmp_path / "a.adjlist", nodes=tmp_path / "n.csv")
    assert links(domain) == ring("abcde")
    (tmp_path / "b.adjlist").write_text("# nothing\n")
    assert "expected lists of neighbours, got an empty file" in fails(path=tmp_path / "b.adjlist")
