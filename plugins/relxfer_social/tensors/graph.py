"""A network as tensors: what a layer of a graph neural network takes."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import scipy.sparse as sp
import torch
from torch import Tensor

from relxfer_social.edge_kinds import EdgeKinds
from relxfer_social.network import Network


@dataclass(frozen=True)
class Sparse:
    """A sparse matrix with its transpose, so that the gradient of a product with it is a product as well.

    values              scipy CSR [n, m]
    matrix, transposed  torch CSR [n, m] and [m, n]
    """

    values: sp.csr_matrix
    matrix: Tensor
    transposed: Tensor

    @classmethod
    def of(cls, values: sp.csr_matrix) -> Sparse:
        return cls(values, csr(values), csr(values.T.tocsr()))

    def __matmul__(self, dense: Tensor) -> Tensor:
        """[n, d] of dense [m, d]."""
        return _Product.apply(self, dense)

    def to(self, device: torch.device) -> Sparse:
        return Sparse(self.values, self.matrix.to(device), self.transposed.to(device))

    @property
    def device(self) -> torch.device:
        return self.matrix.device


class _Product(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, sparse: Sparse, dense: Tensor) -> Tensor:
        ctx.sparse = sparse
        return sparse.matrix @ dense

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[None, Tensor]:
        return None, ctx.sparse.transposed @ gradient


@dataclass(frozen=True)
class Replaced:
    """Features of which some rows are replaced by one that may be learnt.

    rest   [V, F], with 0 in these rows
    where  [V, 1]: 1 in these rows, 0 elsewhere
    token  [F]
    """

    rest: Features
    where: Tensor
    token: Tensor

    @classmethod
    def of(cls, features: Sparse | Tensor, where: Tensor, token: Tensor) -> Replaced:
        if isinstance(features, Tensor):
            return cls(features * (1 - where), where, token)
        kept = sp.diags(1 - where[:, 0].cpu().numpy())
        return cls(Sparse.of((kept @ features.values).tocsr()).to(features.device), where, token)

    def __matmul__(self, dense: Tensor) -> Tensor:
        """[V, d] of dense [F, d]."""
        return self.rest @ dense + self.where * (self.token @ dense)


#: What a model can multiply with its weights.
Features = Sparse | Replaced | Tensor


@dataclass(frozen=True)
class Graph:
    """A network as a model takes it.

    features  [V, F], `Sparse` where most are 0, `Replaced` where some rows are hidden, else a tensor
    edges     [2, E] int64, from and to
    target    whether it is the target's, for models that treat the sides differently
    weights   [E] float, or None: 1 each
    by_kind   the edges by their kinds, some of which may be no edges any more, or None
    """

    features: Features
    edges: Tensor
    count: int
    target: bool = True
    weights: Tensor | None = None
    by_kind: EdgeKinds | None = None
    _kept: dict[str, Any] = field(default_factory=dict, repr=False)

    def propagation(self) -> Sparse:
        """D^-1/2 (A + I) D^-1/2, rows receive, D the weighted degrees of what reaches a node (Kipf and Welling 2017).

        A node's own loops count as they stand, and it gets one where it has none.
        """
        return self.once("propagation", lambda: Sparse.of(normalised(self._adjacency())).to(self.edges.device))

    def neighbours(self) -> Tensor:
        """[V, V] torch CSR, rows receive: the weights of edges."""
        return self.once("neighbours", lambda: csr(self._adjacency()).to(self.edges.device))

    def means(self) -> Tensor:
        """[V, V] torch CSR, rows receive: the weights of edges over their sum, 0 where nothing reaches a node."""
        return self.once("means", lambda: csr(averaging(self._adjacency())).to(self.edges.device))

    def _adjacency(self) -> sp.csr_matrix:
        source, to = self.edges.cpu().numpy()
        values = np.ones(len(to), np.float32) if self.weights is None else self.weights.cpu().numpy()
        return sp.csr_matrix((values, (to, source)), shape=(self.count,) * 2)

    def means_of(self, kind: str) -> Sparse | None:
        """[V, V], rows receive: the weights of edges of one kind over their sum; None where there are none.

        Edges that were hidden, or not drawn, are hidden here too.
        """
        return self.once(f"means of {kind}", lambda: self._means_of(kind))

    def _means_of(self, kind: str) -> Sparse | None:
        if self.by_kind is None:
            return None
        own = self.once("edges by kind", lambda: self.by_kind.among(self.edges.cpu().numpy())).of_kind(kind)
        if not own.kind.size:
            return None
        source, to = own.edges
        values = np.ones(len(to), np.float32) if own.weights is None else own.weights
        adjacency = sp.csr_matrix((values, (to, source)), shape=(self.count,) * 2)
        return Sparse.of(averaging(adjacency)).to(self.edges.device)

    def once(self, name: str, make: Any) -> Any:
        """What `make()` returned when it was first asked for under this name."""
        if name not in self._kept:
            self._kept[name] = make()
        return self._kept[name]


def graph_of(
    network: Network, features: sp.csr_matrix, undirected: bool, target: bool = True, device: Any = "cpu"
) -> Graph:
    """A network with these features [V, F], as tensors."""
    seen = network.undirected() if undirected else network
    links = torch.from_numpy(np.ascontiguousarray(seen.edges)).to(device)
    weights = None if seen.weights is None else torch.from_numpy(np.array(seen.weights)).to(device)
    return Graph(features_tensor(features).to(device), links, len(network), target, weights, seen.by_kind)


def normalised(adjacency: sp.csr_matrix) -> sp.csr_matrix:
    """D^-1/2 (A + I) D^-1/2 [V, V] float32.

    >>> normalised(sp.csr_matrix([[0.0, 1.0], [1.0, 0.0]])).toarray().round(3).tolist()
    [[0.5, 0.5], [0.5, 0.5]]
    """
    own = adjacency.diagonal()
    looped = (adjacency + sp.diags(np.where(own == 0, 1.0, 0.0))).tocsr()
    degree = np.asarray(looped.sum(1)).ravel()
    scale = sp.diags(np.divide(1, np.sqrt(degree), out=np.zeros_like(degree), where=degree > 0))
    return (scale @ looped @ scale).tocsr().astype(np.float32)


def averaging(adjacency: sp.csr_matrix) -> sp.csr_matrix:
    """Every row over its sum; an edge that stands twice counts twice.

    >>> averaging(sp.csr_matrix([[0.0, 3.0], [0.0, 0.0]])).toarray().tolist()
    [[0.0, 1.0], [0.0, 0.0]]
    """
    sums = np.asarray(adjacency.sum(1)).ravel()
    scale = sp.diags(np.divide(1, sums, out=np.zeros_like(sums), where=sums > 0))
    return (scale @ adjacency).tocsr().astype(np.float32)


def csr(matrix: sp.csr_matrix) -> Tensor:
    """As a torch CSR tensor of float32."""
    matrix = matrix.sorted_indices()
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", message="Sparse (CSR tensor support is in beta|invariant)", category=UserWarning
        )
        return torch.sparse_csr_tensor(
            torch.from_numpy(matrix.indptr.astype(np.int64)),
            torch.from_numpy(matrix.indices.astype(np.int64)),
            torch.from_numpy(matrix.data.astype(np.float32)),
            size=matrix.shape,
            check_invariants=False,  # scipy keeps them
        )


def rows_of(features: Features, rows: Tensor) -> Features:
    """These rows, in this order."""
    if isinstance(features, Tensor):
        return features[rows]
    if isinstance(features, Replaced):
        return replace(features, rest=rows_of(features.rest, rows), where=features.where[rows])
    return Sparse.of(features.values[rows.cpu().numpy()]).to(features.device)


def scaled(features: Features, factors: Tensor) -> Features:
    """Every column times its factor."""
    if isinstance(features, Tensor):
        return features * factors
    if isinstance(features, Replaced):
        return replace(features, rest=scaled(features.rest, factors), token=features.token * factors)
    return Sparse.of((features.values @ sp.diags(factors.cpu().numpy())).tocsr()).to(features.device)


def dense(features: Features) -> Tensor:
    """[V, F] as one tensor."""
    if isinstance(features, Replaced):
        return dense(features.rest) + features.where * features.token
    return features if isinstance(features, Tensor) else features.matrix.to_dense()


def features_tensor(features: sp.csr_matrix, most: float = 0.25) -> Sparse | Tensor:
    """Dense where more than this share is not 0."""
    filled = features.nnz / max(1, features.shape[0] * features.shape[1])
    return Sparse.of(features) if filled <= most else torch.from_numpy(features.toarray().astype(np.float32))
