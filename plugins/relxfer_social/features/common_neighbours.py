"""The links of a network as a symmetric matrix, and what the common neighbours of two nodes count."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from relxfer_social.network import Network
from relxfer_social.tensors.slices import slices

if TYPE_CHECKING:
    import scipy.sparse as sp


def linked(network: Network) -> sp.csr_matrix:
    """[V, V] float64: 1 where there is an edge, either way; a loop is on the diagonal."""
    adjacency = network.adjacency().astype(np.float64)
    return ((adjacency + adjacency.T) > 0).astype(np.float64)


def simple(network: Network) -> sp.csr_matrix:
    """The same without loops."""
    import scipy.sparse as sp

    links = linked(network)
    return sp.csr_matrix(links - sp.diags(links.diagonal()))


def common(links: sp.csr_matrix, pairs: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """[n]: sum of weights [V] over the neighbours that the nodes of a pair [n, 2] have in common; links [V, V] of 0 and
    1, symmetric.

    The neighbours of the node that has fewer are searched for among those of the other: over all links that is at most
    the number of links times its square root (Chiba and Nishizeki 1985), where a row for each pair of a hub would be
    the square of its degree.
    """
    degree = np.diff(links.indptr)
    order = np.argsort(degree[pairs], axis=1)
    fewer, more = np.take_along_axis(pairs, order, 1).T
    sums = np.zeros(len(pairs))
    for rows in slices(degree[fewer]):
        around = links[fewer[rows]]
        owner = np.repeat(np.arange(around.shape[0]), np.diff(around.indptr))
        shared = np.asarray(links[more[rows][owner], around.indices]).ravel()
        sums[rows] = np.bincount(owner, shared * weights[around.indices], around.shape[0])
    return sums


def adamic_adar(degree: np.ndarray) -> np.ndarray:
    """[V]: 1 / log(degree), what a common neighbour counts (Adamic and Adar 2003).

    >>> adamic_adar(np.array([1, 2, 4])).round(2).tolist()
    [1.44, 1.44, 0.72]
    """
    return 1 / np.log(np.maximum(degree, 2))


def resource_allocation(degree: np.ndarray) -> np.ndarray:
    """[V]: 1 / degree (Zhou et al. 2009).

    >>> resource_allocation(np.array([0, 2])).tolist()
    [1.0, 0.5]
    """
    return 1 / np.maximum(degree, 1)
