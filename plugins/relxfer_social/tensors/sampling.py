"""Neighbourhoods drawn layer by layer, without a compiled extension."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from relxfer_social.tensors.graph import Graph, rows_of


def sampled(graph: Graph, nodes: Tensor, fanout: Sequence[int], seed: int) -> tuple[Graph, Tensor]:
    """The graph of some nodes and of neighbours drawn for them; and where the nodes stand in it.

    fanout  how many of the edges that reach a node are drawn, in the first layer outwards, in the second, and so on;
            all where there are fewer (Hamilton et al. 2017, without replacement)
    """
    rng = np.random.default_rng(seed)
    starts, edges_in = graph.once("incoming", lambda: _incoming(graph))
    wanted, frontier, chosen = np.unique(nodes.cpu().numpy()), np.unique(nodes.cpu().numpy()), []
    for most in fanout:
        picked = _draw(starts, edges_in, frontier, most, rng)
        chosen.append(picked)
        reached = graph.edges[0, torch.from_numpy(picked)].cpu().numpy()
        frontier = np.setdiff1d(reached, wanted)
        wanted = np.concatenate([wanted, frontier])
    return _part(graph, wanted, np.unique(np.concatenate(chosen)), nodes)


def _incoming(graph: Graph) -> tuple[np.ndarray, np.ndarray]:
    """Where the edges that reach each node start in the list of edges ordered by it; and that list."""
    to = graph.edges[1].cpu().numpy()
    return np.concatenate([[0], np.cumsum(np.bincount(to, minlength=graph.count))]), np.argsort(to, kind="stable")


def _draw(
    starts: np.ndarray, edges_in: np.ndarray, nodes: np.ndarray, most: int, rng: np.random.Generator
) -> np.ndarray:
    """Up to so many of the edges that reach each node: those with the smallest random keys."""
    counts = starts[nodes + 1] - starts[nodes]
    owner = np.repeat(np.arange(len(nodes)), counts)
    within = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    order = np.lexsort((rng.random(len(owner)), owner))
    place = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    kept = order[place < most]
    return edges_in[np.repeat(starts[nodes], counts)[kept] + within[kept]]


def _part(graph: Graph, wanted: np.ndarray, edges: np.ndarray, nodes: Tensor) -> tuple[Graph, Tensor]:
    place = np.full(graph.count, -1)
    place[wanted] = np.arange(len(wanted))
    device = graph.edges.device
    kept, numbers = torch.from_numpy(edges).to(device), torch.from_numpy(place).to(device)
    features = rows_of(graph.features, torch.from_numpy(wanted))
    weights = None if graph.weights is None else graph.weights[kept]
    made = replace(
        graph, features=features, edges=numbers[graph.edges[:, kept]], count=len(wanted), weights=weights,
        by_kind=None if graph.by_kind is None else graph.by_kind.renumbered(place), _kept={},
    )  # fmt: skip
    return made, numbers[nodes]
