"""Features and links that are hidden: gone where they were, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse as sp
import torch
from relxfer_social.features.hiding import without_features, without_links
from relxfer_social.tensors.graph import Graph, Replaced, Sparse, dense


@pytest.fixture
def graph() -> Graph:
    """Twelve nodes in a ring, both ways, with a loop and one edge that stands twice."""
    around = np.arange(12)
    edges = np.concatenate([[around, np.roll(around, 1)], [np.roll(around, 1), around], [[3, 5], [3, 6]]], 1)
    return Graph(torch.arange(36.0).reshape(12, 3), torch.from_numpy(edges), 12)


def keys(pairs) -> set[tuple[int, int]]:
    return {tuple(sorted(pair)) for pair in pairs.T.tolist()}


def test_hidden_links_are_gone_in_both_directions(graph):
    torch.manual_seed(0)
    nodes = torch.tensor([7, 6, 5, 4, 3, 2])
    thin, links = without_links(graph, nodes, 0.6)
    hidden = keys(nodes[links.linked])
    assert hidden
    assert not hidden & keys(thin.edges)
    assert keys(graph.edges) - keys(thin.edges) == hidden


def test_with_a_share_of_1_all_links_within_are_hidden_and_no_other(graph):
    nodes = torch.tensor([4, 5, 6])
    thin, links = without_links(graph, nodes, 1.0)
    assert keys(nodes[links.linked]) == {(4, 5), (5, 6)}
    assert graph.edges.shape[1] - thin.edges.shape[1] == 5  # one of them stands twice in one direction
    assert (3, 3) in keys(thin.edges)


def test_pairs_apart_are_not_linked(graph):
    torch.manual_seed(0)
    nodes = torch.arange(12)
    _, links = without_links(graph, nodes, 1.0)
    assert links.apart.shape[1] > 0
    assert not keys(links.apart) & keys(graph.edges)
    assert (links.apart[0] != links.apart[1]).all()


def test_weights_of_edges_go_with_them(graph):
    weights = torch.arange(float(graph.edges.shape[1]))
    weighted = replace(graph, weights=weights)
    thin, _ = without_links(weighted, torch.tensor([4, 5, 6]), 1.0)
    assert torch.equal(graph.edges[:, thin.weights.long()], thin.edges)


@pytest.mark.parametrize("sparse", [True, False])
def test_a_hidden_node_has_the_token_and_hands_on_its_gradient(graph, sparse):
    if sparse:
        graph = replace(graph, features=Sparse.of(sp.csr_matrix(graph.features.numpy())))
    token = torch.tensor([1.0, -1.0, 2.0], requires_grad=True)
    hidden = without_features(graph, torch.tensor([2, 5]), token)
    expected = torch.arange(36.0).reshape(12, 3)
    expected[[2, 5]] = token.detach()
    assert torch.equal(dense(hidden.features), expected)
    weight = torch.eye(3)[:, :2]
    torch.testing.assert_close(hidden.features @ weight, expected @ weight)
    (hidden.features @ weight).sum().backward()
    assert token.grad.tolist() == [2.0, 2.0, 0.0]
    assert isinstance(hidden.features, Replaced)
