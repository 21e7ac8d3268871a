"""A network as tensors: sparse features, the matrices of its edges, and gradients through both."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
import torch
from relxfer_social.network import Network
from relxfer_social.tensors.graph import (
    Graph,
    Replaced,
    Sparse,
    averaging,
    dense,
    features_tensor,
    graph_of,
    normalised,
    rows_of,
    scaled,
)

VALUES = np.array([[0, 2, 0], [1, 0, 0], [0, 0, 3], [0, 4, 5]], np.float32)
#: 0 -> 1 twice, 1 -> 2, and a loop of 3
EDGES = np.array([[0, 0, 1, 3], [1, 1, 2, 3]])


def replaced() -> Replaced:
    where = torch.tensor([[0.0], [1.0], [0.0], [0.0]])
    return Replaced.of(Sparse.of(sp.csr_matrix(VALUES)), where, torch.tensor([7.0, 8.0, 9.0]))


KINDS = {"tensor": lambda: torch.from_numpy(VALUES), "sparse": lambda: Sparse.of(sp.csr_matrix(VALUES)),
         "replaced": replaced}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_features_is_one_matrix(kind):
    features = KINDS[kind]()
    whole = dense(features)
    expected = VALUES.copy()
    if kind == "replaced":
        expected[1] = [7, 8, 9]
    assert whole.tolist() == expected.tolist()
    weight = torch.arange(6.0).reshape(3, 2)
    torch.testing.assert_close(features @ weight, whole @ weight)
    order = torch.tensor([3, 1, 1])
    assert dense(rows_of(features, order)).tolist() == whole[order].tolist()
    factors = torch.tensor([1.0, 0.0, 2.0])
    assert dense(scaled(features, factors)).tolist() == (whole * factors).tolist()


def test_the_gradient_of_a_sparse_product_is_that_of_a_dense_one():
    weight = torch.arange(6.0).reshape(3, 2).requires_grad_()
    (Sparse.of(sp.csr_matrix(VALUES)) @ weight).square().sum().backward()
    found = weight.grad.clone()
    weight.grad = None
    (torch.from_numpy(VALUES) @ weight).square().sum().backward()
    torch.testing.assert_close(found, weight.grad)


def test_most_zeros_are_kept_sparse():
    assert isinstance(features_tensor(sp.eye(10, format="csr", dtype=np.float32)), Sparse)
    assert isinstance(features_tensor(sp.csr_matrix(np.ones((3, 3), np.float32))), torch.Tensor)


def graph(weights=None) -> Graph:
    return Graph(torch.from_numpy(VALUES), torch.from_numpy(EDGES), 4, weights=weights)


def test_rows_receive_and_an_edge_that_stands_twice_counts_twice():
    assert graph().neighbours().to_dense().tolist() == [[0, 0, 0, 0], [2, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]]
    assert graph().means().to_dense().tolist() == [[0, 0, 0, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]]
    weighted = graph(torch.tensor([1.0, 3.0, 5.0, 1.0]))
    assert weighted.neighbours().to_dense()[1, 0] == 4


def test_the_propagation_adds_a_loop_where_there_is_none():
    """Degrees with loops: node 0 has 1, node 1 has 3, node 2 has 2, node 3 keeps its 1."""
    found = graph().propagation().matrix.to_dense().numpy()
    expected = np.array([[1, 0, 0, 0], [2 / np.sqrt(3), 1 / 3, 0, 0], [0, 1 / np.sqrt(6), 1 / 2, 0], [0, 0, 0, 1]])
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    assert normalised(sp.csr_matrix((2, 2))).toarray().tolist() == [[1, 0], [0, 1]]
    assert averaging(sp.csr_matrix((2, 2))).nnz == 0


def test_matrices_are_made_once():
    one = graph()
    assert one.means() is one.means()


@pytest.mark.parametrize("undirected", [False, True])
def test_a_network_becomes_a_graph(undirected):
    network = Network(tuple("abcd"), EDGES)
    made = graph_of(network, sp.csr_matrix(VALUES), undirected, target=False)
    assert (made.count, made.target) == (4, False)
    assert made.edges.shape[1] == (7 if undirected else 4)  # a loop has no way back
    assert dense(made.features).tolist() == VALUES.tolist()
