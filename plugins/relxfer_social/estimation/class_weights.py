"""Weights of classes, and of linked classes, by how a model mistakes them on the source (Lipton et al. 2018, BBSE)."""

from __future__ import annotations

import numpy as np

from relxfer_social.network import Network

#: Pull of the solution towards 1, on frequencies that sum to 1.
RIDGE = 0.1


def class_weights(true: np.ndarray, guess: np.ndarray, target: np.ndarray) -> np.ndarray:
    """[C]: p_T(y) / p_S(y), of true and guess [V, C] on the source and what is guessed [V', C] on the target.

    >>> true, guess = np.eye(2)[[0, 0, 1, 1]], np.eye(2)[[0, 0, 1, 1]]
    >>> class_weights(true, guess, np.eye(2)[[0, 0, 0, 1]]).round(1).tolist()
    [1.5, 0.5]
    """
    return _solved(guess.T @ true / len(true), target.mean(0))


def pair_weights(
    network: Network, true: np.ndarray, guess: np.ndarray, target: Network, seen: np.ndarray
) -> np.ndarray:
    """[C, C]: of the frequencies of linked pairs of classes, target over source."""
    size = true.shape[1]
    ours = _pairs(guess, network).T @ _pairs(true, network) / max(1, network.edges.shape[1])
    theirs = _pairs(seen, target).mean(0) if target.edges.shape[1] else ours.sum(1)
    return _solved(ours, theirs).reshape(size, size)


def conditioned(pairs: np.ndarray, counts: np.ndarray) -> np.ndarray:
    """[C, C]: the weight of each pair over the mean of those into the same class, counts [C, C] the edges of each pair.

    >>> conditioned(np.array([[2.0, 1.0], [4.0, 1.0]]), np.array([[3, 1], [1, 1]])).tolist()
    [[0.8, 1.0], [1.6, 1.0]]
    """
    into = (pairs * counts).sum(0) / np.maximum(counts.sum(0), 1e-12)
    return pairs / np.maximum(into, 1e-12)


def _pairs(classes: np.ndarray, network: Network) -> np.ndarray:
    """[E, C * C]: the probability of each pair of classes at the ends of an edge."""
    source, to = network.edges
    return np.einsum("ec,ed->ecd", classes[source], classes[to]).reshape(network.edges.shape[1], -1)


def _solved(joint: np.ndarray, frequencies: np.ndarray) -> np.ndarray:
    """argmin |J w - f|^2 + ridge · sum_k p_k^2 (w_k - 1)^2 over w >= 0, p the frequencies of the columns of J."""
    from scipy.optimize import nnls

    rare = np.diag(np.sqrt(RIDGE) * np.maximum(joint.sum(0), 1e-6))
    return nnls(np.concatenate([joint, rare]), np.concatenate([frequencies, rare.diagonal()]))[0]
