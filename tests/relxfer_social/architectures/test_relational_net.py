"""Messages that differ by the kind of their edges."""

from __future__ import annotations

import numpy as np
import torch
from relxfer_social.architectures.relational_net import Relational
from relxfer_social.edge_kinds import EdgeKinds
from relxfer_social.network import Network
from relxfer_social.tensors.graph import graph_of
from scipy import sparse

EDGES = np.array([[0, 1, 2, 3], [1, 2, 0, 0]])


def graph(kinds: list[int] | None, weights: np.ndarray | None = None):
    made = None if kinds is None else EdgeKinds(("calls", "knows"), EDGES, np.array(kinds), weights)
    network = Network(tuple("abcd"), EDGES, by_kind=made)
    return graph_of(network, sparse.csr_matrix(np.eye(4, dtype=np.float32)), False)


def net(*kinds: str) -> Relational:
    torch.manual_seed(0)
    network = Relational(4, 8, 1, 0.0, 2)
    network.tell_apart(kinds)
    return network.eval()


def test_a_round_is_what_its_equation_says():
    network, made = net("calls", "knows"), graph([0, 1, 1, 0])
    layer, values = network.rounds[0], network.inputs(made.features)
    expected = layer.own(values)
    for to in range(4):
        into = [source for source, other in EDGES.T if other == to]
        if into:
            expected[to] += layer.any(values[into].mean(0))
        for kind in range(2):
            own = [s for (s, other), k in zip(EDGES.T, [0, 1, 1, 0], strict=True) if other == to and k == kind]
            if own:
                expected[to] += layer.of_kind[kind](values[own].mean(0))
    assert torch.allclose(network.layers(made)[-1], expected.relu(), atol=1e-6)


def test_weights_of_edges_count_within_a_kind():
    made = graph([0, 0, 1, 1], np.array([1, 1, 3, 1], np.float32))
    assert made.means_of("knows").values.toarray()[0].tolist() == [0, 0, 0.75, 0.25]


def test_edges_without_kinds_and_unknown_kinds_are_heard_alike():
    none = graph(None)
    unknown = net("meets")
    assert torch.allclose(unknown.layers(graph([0, 1, 1, 0]))[-1], unknown.layers(none)[-1])


def test_an_edge_that_is_hidden_is_hidden_in_its_kind():
    from dataclasses import replace

    made = graph([0, 1, 1, 0])
    fewer = replace(made, edges=made.edges[:, :3], _kept={})
    assert made.means_of("calls").values[0].nnz == 1
    assert fewer.means_of("calls").values[0].nnz == 0
