"""Where a node is in its network: eigenvectors of the Laplacian, and probabilities of random walks to return."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

#: Components up to this size are solved densely, which finds every eigenvector.
DENSE = 400
#: Of eigenvalues of larger ones, the relative error, and how often the iteration begins anew: where they lie close
#: together, as in a long chain, more would take minutes.
NEAR, RESTARTS = 1e-8, 200
#: Multiplications for return probabilities up to which they are exact.
EXACT = 4e9
#: Of the sketch beyond it, whose relative error of an even step has a standard deviation of sqrt(2 / SKETCH).
SKETCH = 512
#: Columns that are walked at once, a part of the sketch.
BLOCK = 64


def spectral(links: sp.csr_matrix, count: int) -> np.ndarray:
    """[V, count] float64: sqrt(n) u_1, sqrt(n) u_2, ..., the eigenvectors of I - D^-1/2 A D^-1/2 with the smallest
    eigenvalues above 0 (Belkin and Niyogi 2003, Dwivedi et al. 2020), for each connected component of n nodes alone.

    links  [V, V] symmetric, without loops

    A component has as many as it has nodes, less one, and of a large one as many as are found; 0 in columns beyond, and
    at a node alone. The sign is that in
    which the cubes of the entries have a sum above 0. Where an eigenvalue occurs several times, any rotation of its
    vectors is as good, and which is taken may depend on the order of the nodes.

    >>> path = sp.csr_matrix(np.array([[0.0, 1, 0], [1, 0, 1], [0, 1, 0]]))
    >>> np.abs(spectral(path, 3)).round(2).tolist()
    [[1.22, 0.87, 0.0], [0.0, 1.22, 0.0], [1.22, 0.87, 0.0]]
    """
    made = np.zeros((links.shape[0], count))
    parts, part = connected_components(links, directed=False)
    order = np.argsort(part, kind="stable")
    for nodes in np.split(order, np.cumsum(np.bincount(part, minlength=parts))[:-1]):
        if len(nodes) > 1:
            vectors = _eigenvectors(scaled(links[nodes][:, nodes]), min(count, len(nodes) - 1))
            made[nodes, : vectors.shape[1]] = vectors * np.sqrt(len(nodes))
    return made


def _eigenvectors(walk: sp.csr_matrix, count: int) -> np.ndarray:
    """[n, count] of the largest eigenvalues of D^-1/2 A D^-1/2 [n, n] but the first, which says only the degree."""
    size = walk.shape[0]
    if size <= max(DENSE, count + 2):
        values, vectors = np.linalg.eigh(walk.toarray())
    else:
        from scipy.sparse.linalg import ArpackNoConvergence, eigsh

        start = np.random.default_rng(0).standard_normal(size)
        try:
            values, vectors = eigsh(walk, count + 1, which="LA", v0=start, tol=NEAR, maxiter=RESTARTS)
        except ArpackNoConvergence as found:
            values, vectors = found.eigenvalues, found.eigenvectors
    vectors = vectors[:, np.argsort(-values, kind="stable")[1 : count + 1]]
    return vectors * _signs(vectors)


def _signs(vectors: np.ndarray) -> np.ndarray:
    """[k] of 1 and -1: the sign of the sum of cubes; where they balance, of the first entry of the largest size."""
    cubes = vectors**3
    sums = cubes.sum(0)
    largest = np.argmax(np.abs(vectors) > np.abs(vectors).max(0) * (1 - 1e-6), axis=0)
    first = vectors[largest, np.arange(vectors.shape[1])]
    return np.where(np.where(np.abs(sums) > 1e-6 * np.abs(cubes).sum(0), sums, first) < 0, -1.0, 1.0)


def returns(links: sp.csr_matrix, steps: int, exact: float = EXACT) -> np.ndarray:
    """[V, steps - 1] float64: of 2, 3, ..., steps steps the probability (D^-1 A)^t (v, v) that a random walk from v is
    back at v (Dwivedi, Luu, Laurent, Bengio and Bresson 2022); one step never is.

    links  [V, V] symmetric, without loops
    exact  multiplications up to which they are exact

    With S = D^-1/2 A D^-1/2 and its symmetric powers, S^(a+b) (v, v) is the product of row v of S^a with row v of S^b,
    so that half the steps are walked. On larger networks the rows are projected on SKETCH random directions with
    entries of 1 and -1, which keeps their products in the mean (Achlioptas 2003).
    """
    walk, size = scaled(links), links.shape[0]
    made = np.zeros((size, steps - 1))
    for begun in _sketched(size) if size * walk.nnz * steps / 2 > exact else _unit_columns(size):
        made += _products(walk, begun, steps)
    return np.clip(made, 0, 1)


def _unit_columns(size: int) -> Iterator[np.ndarray]:
    for start in range(0, size, BLOCK):
        yield np.eye(size, min(BLOCK, size - start), -start)


def _sketched(size: int) -> Iterator[np.ndarray]:
    rng = np.random.default_rng(0)
    for _ in range(SKETCH // BLOCK):
        yield rng.choice([-1.0, 1.0], (size, BLOCK)) / np.sqrt(SKETCH)


def _products(walk: sp.csr_matrix, begun: np.ndarray, steps: int) -> np.ndarray:
    """[V, steps - 1]: for t = a + b of 2 to `steps`, the products of rows of S^a B and S^b B, B = begun [V, d]."""
    made, before = [], walk @ begun
    for step in range(2, steps + 1):
        now = walk @ before if step % 2 else before
        made.append(np.einsum("vd,vd->v", before, now))
        before = now
    return np.stack(made, 1)


def scaled(links: sp.csr_matrix) -> sp.csr_matrix:
    """D^-1/2 A D^-1/2; rows without links stay empty."""
    degree = np.asarray(links.sum(1)).ravel()
    root = sp.diags(np.where(degree > 0, 1 / np.sqrt(np.maximum(degree, 1e-300)), 0.0))
    return (root @ links @ root).tocsr()
