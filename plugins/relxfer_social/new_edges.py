"""Edges that are added to a network, numbered after the nodes that are there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from relxfer.data.tables.roles import by_heading
from relxfer.errors import DataError
from relxfer_social import weights
from relxfer_social.edge_kinds import EdgeKinds
from relxfer_social.edges import weighted_edges
from relxfer_social.headings import KIND
from relxfer_social.network import Network, both_ways


def with_edges(network: Network, new: Mapping[str, Sequence[str]]) -> tuple[Network, str]:
    """The network with further edges, each once, and a sentence on what was added.

    They go both ways where all edges of the network do. Where the network has weights, those of the same pair add up,
    as in `relxfer_social.edges.weighted_edges`. Where its edges have kinds, a pair has an edge of each of its kinds.

    new  columns source and target, weight where the network has weights, and one with kinds where its edges have some

    Raises:
        DataError: a column is missing, a weight or kind is none, or a node is new and the others have features.

    >>> pair = Network(("ann", "bob"), np.array([[0, 1], [1, 0]]))
    >>> made, note = with_edges(pair, {"source": ["bob"], "target": ["eve"]})
    >>> made.nodes, made.edges.tolist(), note
    (('ann', 'bob', 'eve'), [[0, 1, 1, 2], [1, 0, 2, 1]], 'added: 1 link to the network, 1 new node')
    """
    pairs = _pairs(new)
    nodes = _nodes(network, pairs)
    numbers = {name: number for number, name in enumerate(nodes)}
    rows = np.array([[numbers[name] for name in end] for end in pairs], np.int64).reshape(2, -1)
    there = replace(network, nodes=nodes, _kept={})  # where nodes are new, there are no features
    both, given = goes_both_ways(network), _weights(network, new)
    edges = _fresh(there, rows, both)
    fresh = both_ways(edges) if both else edges
    own = network.weights
    held = None if own is None or given is None else np.append(own, _summed(len(there), rows, given, fresh, both))
    by_kind, count = network.by_kind, edges.shape[1]
    if by_kind is not None:
        more = EdgeKinds.of(rows, _kinds(new), given, len(there), both, False, True).without(by_kind)
        by_kind, count = by_kind.joined(more), int((more.edges[0] <= more.edges[1]).sum()) if both else len(more.kind)
    begun = network.grown_from or network
    grown = np.concatenate([network.edges, fresh], axis=1)
    made = replace(there, edges=grown, weights=held, by_kind=by_kind, grown_from=begun, _kept={})
    return made, _note(count, len(nodes) - len(network), network.weights is None and "weight" in new)


def _note(links: int, nodes: int, weightless: bool) -> str:
    counts = [f"{links:,} link{'s' * (links != 1)} to the network"]
    counts += [f"{nodes:,} new node{'s' * (nodes != 1)}"] * (nodes > 0)
    told = "; their weights are not used, since the edges of the network have none" * weightless
    return f"added: {', '.join(counts)}{told}"


def _pairs(new: Mapping[str, Sequence[str]]) -> tuple[Sequence[str], Sequence[str]]:
    """The names at the two ends of each edge."""
    if missing := [name for name in ("source", "target") if name not in new]:
        raise DataError(f"expected columns source and target of edges, got none called {missing[0]!r}; add it")
    return new["source"], new["target"]


def _nodes(network: Network, pairs: tuple[Sequence[str], Sequence[str]]) -> tuple[str, ...]:
    known = set(network.nodes)
    new = list(dict.fromkeys(name for both in zip(*pairs, strict=True) for name in both if name not in known))
    if new and network.features is not None:
        raise DataError(
            f"expected edges between nodes of the network, which have features, got the node {new[0]!r}"
            f"{f' and {len(new) - 1:,} others' * (len(new) > 1)}; leave its edges out, or add it to the data with its "
            "features and run again"
        )
    return (*network.nodes, *new)


def _fresh(network: Network, edges: np.ndarray, both: bool) -> np.ndarray:
    """Those that the network has not, each once."""
    size = len(network)
    codes = np.unique(edges[0] * size + edges[1])
    if both:
        codes = np.unique(np.sort(np.stack(np.divmod(codes, size)), axis=0).T @ np.array([size, 1]))
    codes = codes[~np.isin(codes, network.edges[0] * size + network.edges[1])]
    return np.stack(np.divmod(codes, max(size, 1)))


def _weights(network: Network, new: Mapping[str, Sequence[str]]) -> np.ndarray | None:
    """[R] float32 of the rows; None where the edges of the network have none."""
    if network.weights is None:
        return None
    if "weight" not in new:
        raise DataError("expected a column weight, since the edges of the network have weights, got none; add it")
    return weights.checked([weights.number(value) for value in new["weight"]], _where(new), new["weight"])


def _where(new: Mapping[str, Sequence[str]]) -> Callable[[int], str]:
    return lambda row: f"the edge from {new['source'][row]!r} to {new['target'][row]!r}"


def _kinds(new: Mapping[str, Sequence[str]]) -> Sequence[str]:
    """R kinds of the rows."""
    names = list(new)
    place = by_heading(names, [KIND]).get(KIND.name)
    if place is None:
        raise DataError(
            f"expected a column {KIND.name}, since the edges of the network have kinds, got {', '.join(names)}; add it"
        )
    kinds = new[names[place]]
    for row, kind in enumerate(kinds):
        if not kind:
            raise DataError(f"{_where(new)(row)}: expected a kind in {names[place]}, got nothing; fill it in")
    return kinds


def _summed(count: int, rows: np.ndarray, given: np.ndarray, edges: np.ndarray, both: bool) -> np.ndarray:
    """[E] float32 of these edges, from the weights of rows."""
    found, sums = weighted_edges(rows, given, count, both, duplicates=False, loops=True)
    codes = found[0] * count + found[1]
    sums = np.ones(len(codes), np.float32) if sums is None else sums
    return sums[np.searchsorted(codes, edges[0] * count + edges[1])]


def goes_both_ways(network: Network) -> bool:
    """Whether every edge has its reverse, of the same weight, as in an undirected network."""
    size = len(network)
    there, back = (first * size + second for first, second in (network.edges, network.edges[::-1]))
    if network.weights is None:
        return bool((np.sort(there) == np.sort(back)).all())
    held = [np.lexsort((network.weights, codes)) for codes in (there, back)]
    same = np.array_equal(there[held[0]], back[held[1]])
    return same and np.array_equal(network.weights[held[0]], network.weights[held[1]])
