"""Drawn neighbourhoods: edges of the graph alone, no more for a node than asked for, and of its own features."""

from __future__ import annotations

from collections import Counter

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st
from relxfer_social.tensors.graph import Graph
from relxfer_social.tensors.sampling import sampled


def random_graph(seed: int, count: int = 12, edges: int = 60) -> Graph:
    rng = np.random.default_rng(seed)
    links = torch.from_numpy(rng.integers(0, count, (2, edges)))
    return Graph(torch.arange(float(count))[:, None], links, count, weights=torch.arange(float(edges)))


@given(st.integers(0, 100), st.lists(st.integers(1, 4), min_size=1, max_size=3))
def test_what_is_drawn_is_of_the_graph(seed, fanout):
    graph, nodes = random_graph(seed), torch.tensor([3, 7, 3])
    part, places = sampled(graph, nodes, fanout, seed)
    names = part.features[:, 0].long()  # every node has its own number as its feature
    assert names[places].tolist() == [3, 7, 3]
    edges = graph.edges[:, part.weights.long()]  # and every edge its own weight
    assert torch.equal(names[part.edges], edges)
    assert len(set(part.weights.tolist())) == part.edges.shape[1], "no edge twice"
    assert max(Counter(part.edges[1].tolist()).values(), default=0) <= max(fanout)


def test_one_layer_draws_for_the_nodes_alone():
    graph = random_graph(0)
    part, places = sampled(graph, torch.tensor([5]), [3], 0)
    incoming = int((graph.edges[1] == 5).sum())
    assert part.edges.shape[1] == min(3, incoming)
    assert set(part.edges[1].tolist()) == {int(places[0])}


def test_with_enough_for_all_every_edge_into_the_nodes_is_there():
    graph = random_graph(1)
    part, _ = sampled(graph, torch.arange(12), [60], 0)
    assert sorted(part.weights.tolist()) == list(range(60))


def test_the_seed_decides():
    graph, nodes = random_graph(2), torch.arange(12)
    draws = [sampled(graph, nodes, [2], seed)[0].weights.tolist() for seed in (0, 0, 1)]
    assert draws[0] == draws[1] != draws[2]
