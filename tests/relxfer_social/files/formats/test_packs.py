"""Packs of the GNN benchmark."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from relxfer_social.files.inspection import inspect

LINKS = sp.csr_matrix((np.ones(12), (range(12), [(i + 1) % 12 for i in range(12)])), (12, 12))
FEATURES = sp.csr_matrix(np.eye(12, 5, dtype=np.float32) * 2)


def pack(links=LINKS, form="_", **more):
    parts = {"adj": links, "attr": FEATURES}
    held = {
        f"{name}{form}{part}": getattr(m, part) for name, m in parts.items() for part in ("data", "indices", "indptr")
    }
    shapes = {f"{name}{form}shape": np.array(m.shape) for name, m in parts.items()}
    return {**held, **shapes, "labels": np.arange(12) % 3, **more}


@pytest.mark.parametrize("form", ["_", "_matrix."])
def test_adjacency_attributes_and_labels(loaded, tmp_path, form):
    names = {"class_names": np.array(["ai", "db", "ir"]), "attr_names": np.array(list("vwxyz"))}
    np.savez(tmp_path / "a.npz", **pack(form=form, **names, node_names=np.array([f"p{i}" for i in range(12)])))
    domain = loaded(path=tmp_path / "a.npz", test_fraction=0)
    assert domain.task.answers == ("ai", "db", "ir")
    assert domain.inputs.columns == tuple("vwxyz")
    assert {(domain.inputs.nodes[a], domain.inputs.nodes[b]) for a, b in domain.inputs.edges.T.tolist()} == {
        (f"p{i}", f"p{(i + 1) % 12}") for i in range(12)
    }
    assert np.bincount(domain.train.answers).tolist() == [4, 4, 4]
    assert inspect(tmp_path / "a.npz").certain


def test_links_both_ways_stand_once_and_values_are_weights(loaded, tmp_path):
    np.savez(tmp_path / "a.npz", **pack((LINKS + LINKS.T) * 3))
    domain = loaded(path=tmp_path / "a.npz")
    assert domain.inputs.edges.shape == (2, 24)
    assert set(domain.inputs.weights.tolist()) == {3}
    assert "weights of edges: values of the matrix" in domain.notes
    plain = loaded(path=tmp_path / "a.npz", weight="")
    assert plain.inputs.weights is None
    assert "of the edges, not used: values of the matrix" in plain.notes
    np.savez(tmp_path / "b.npz", **pack(LINKS + LINKS.T))
    assert loaded(path=tmp_path / "b.npz").sha == plain.sha


def test_names_that_are_pickled_are_passed_over(loaded, fails, tmp_path):
    names = np.array({0: "p0"}, object)
    np.savez(tmp_path / "a.npz", **pack(idx_to_node=names))
    assert len(loaded(path=tmp_path / "a.npz").inputs) == 12
    np.savez(tmp_path / "b.npz", **pack(labels=names))
    assert "without pickled objects" in fails(path=tmp_path / "b.npz")


def test_matrices_that_do_not_fit(fails, tmp_path):
    np.savez(tmp_path / "a.npz", **pack(adj_indices=np.full(12, 99)))
    assert "a.npz: expected adj as data, indices, indptr and shape of one matrix" in fails(path=tmp_path / "a.npz")
    np.savez(tmp_path / "b.npz", **pack(adj_shape=np.array([12, 10**9])))
    assert "expected a square matrix adj" in fails(path=tmp_path / "b.npz")
    np.savez(tmp_path / "c.npz", **pack(attr_shape=np.array([12, 10**12])))
    assert "expected nodes and columns numbered from 0 without gaps" in fails(path=tmp_path / "c.npz")
