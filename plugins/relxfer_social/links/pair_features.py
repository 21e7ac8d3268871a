"""What is known of a pair of nodes beside the nodes: what they share, and what the observed links count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relxfer.errors import Incompatible, did_you_mean
from relxfer_social.network import Network
from relxfer_social.options import NetworkOptions
from relxfer_social.tensors.slices import slices

if TYPE_CHECKING:
    import scipy.sparse as sp

#: Of the observed links, in this order.
COUNTS = (
    "sum of log degrees",
    "product of log degrees",
    "log of common neighbours",
    "log of Adamic-Adar",
    "log of 100 times resource allocation",
)


def pair_columns(options: NetworkOptions) -> tuple[str, ...]:
    """Names of the columns of `pair_features`.

    >>> pair_columns(NetworkOptions(agreement=("dorm",)))
    ('same dorm', 'dorm known')
    """
    agreement = (told for name in options.agreement for told in (f"same {name}", f"{name} known"))
    return (*agreement, *(COUNTS if options.counts else ()))


def pair_features(network: Network, pairs: np.ndarray, options: NetworkOptions) -> np.ndarray:
    """[n, k] float32 of pairs [n, 2]; none of it tells which of the two comes first.

    same A    1 where both nodes have the same value of attribute A
    A known   the share of the two nodes that have one
    the rest  COUNTS, 1 added before a logarithm

    Raises:
        Incompatible: the network has no column of an attribute.
    """
    parts = [part for name in options.agreement for part in _agreement(network, pairs, name)]
    if options.counts:
        parts += _counts(linked(network), pairs)
    return np.stack(parts, 1).astype(np.float32) if parts else np.zeros((len(pairs), 0), np.float32)


def columns_of(network: Network, name: str) -> np.ndarray:
    """[k] int: the places of the columns `NAME=VALUE` of an attribute; `Incompatible` where there is none."""
    attributes = [column.partition("=")[0] for column in network.columns]
    found = np.flatnonzero([attribute == name for attribute in attributes])
    if not len(found):
        raise Incompatible(
            f"an attribute of the nodes {did_you_mean(name, set(attributes))}", repr(name), "correct agreement"
        )
    return found


def linked(network: Network) -> sp.csr_matrix:
    """[V, V] float64: 1 where there is an edge, either way."""
    adjacency = network.adjacency().astype(np.float64)
    return ((adjacency + adjacency.T) > 0).astype(np.float64)


def common(links: sp.csr_matrix, pairs: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """[n]: sum of weights [V] over the neighbours that the nodes of a pair [n, 2] have in common; links [V, V] of 0 and
    1, symmetric.

    The neighbours of the node that has fewer are looked up among those of the other: over all links that is at most
    the number of links times its square root (Chiba and Nishizeki 1985), where a row for each pair of a hub would be
    the square of its degree.
    """
    degree = np.diff(links.indptr)
    order = np.argsort(degree[pairs], axis=1)
    fewer, more = np.take_along_axis(pairs, order, 1).T
    found = np.zeros(len(pairs))
    for part in slices(degree[fewer]):
        around = links[fewer[part]]
        owner = np.repeat(np.arange(around.shape[0]), np.diff(around.indptr))
        both = np.asarray(links[more[part][owner], around.indices]).ravel()
        found[part] = np.bincount(owner, both * weights[around.indices], around.shape[0])
    return found


def adamic_adar(degree: np.ndarray) -> np.ndarray:
    """[V]: 1 / log(degree), what a common neighbour counts (Adamic and Adar 2003)."""
    return 1 / np.log(np.maximum(degree, 2))


def resource_allocation(degree: np.ndarray) -> np.ndarray:
    """[V]: 1 / degree (Zhou et al. 2009)."""
    return 1 / np.maximum(degree, 1)


def _agreement(network: Network, pairs: np.ndarray, name: str) -> tuple[np.ndarray, np.ndarray]:
    values = network.kept(("values", name), lambda: _values(network, name))
    first, second = (values[ends] for ends in pairs.T)
    known = (first.getnnz(1) > 0).astype(float) + (second.getnnz(1) > 0)
    return (first.multiply(second).getnnz(1) > 0), known / 2


def _values(network: Network, name: str) -> sp.csr_matrix:
    own = columns_of(network, name)
    assert network.features is not None  # it has columns
    return network.features[:, own]


def _counts(links: sp.csr_matrix, pairs: np.ndarray) -> list[np.ndarray]:
    degree = np.asarray(links.sum(1)).ravel()
    first, second = np.log1p(degree)[pairs.T]
    weighed = ((1.0, np.ones_like(degree)), (1.0, adamic_adar(degree)), (100.0, resource_allocation(degree)))
    return [first + second, first * second, *(np.log1p(by * common(links, pairs, each)) for by, each in weighed)]
