"""How labels spread along links."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp

from relxfer_social.features.positions import scaled
from relxfer_social.network import Network

#: The share of a node's score that comes from its neighbours, of Zhou et al. (2004) between 0 and 1.
ALPHA = 0.9
#: Iteration ends where no score changes by more than this, of scores that are at most 1.
TOLERANCE = 1e-8


def spread(network: Network, nodes: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
    """[V, C] F with F = alpha S F + (1 - alpha) Y, where Y(v, c) = 1 for a node v with label c.

    S = D^-1/2 W D^-1/2, with W as `weights` says and D its row sums. Chebyshev's semi-iteration (Golub and Varga 1961)
    reaches the fixed point of the plain iteration in a quarter of its steps, for the eigenvalues of alpha S lie within
    -alpha and alpha.

    >>> chain = Network(("a", "b", "c", "d"), np.array([[0, 1], [1, 2]]))
    >>> spread(chain, np.array([0]), np.array([1]), 2).round(3).tolist()
    [[0.0, 0.313], [0.0, 0.335], [0.0, 0.213], [0.0, 0.0]]
    """
    links = network.kept("spreading", lambda: ALPHA * scaled(weights(network)))
    start = np.zeros((len(network), classes))
    start[nodes, labels] = 1 - ALPHA
    before, now, factor = np.zeros_like(start), start, 2.0
    while np.abs(now - before).max(initial=0.0) > TOLERANCE:
        factor = 1 / (1 - ALPHA**2 * factor / 4)
        before, now = now, factor * (links @ now + start - before) + before
    return np.maximum(now, 0.0)


def weights(network: Network) -> sp.csr_matrix:
    """[V, V] W: how many edges link two nodes, or the sum of their weights, in the direction that has more; a node is
    not linked to itself."""
    counts = network.adjacency().astype(float)
    both = counts.maximum(counts.T)
    return both - sp.diags(both.diagonal())
