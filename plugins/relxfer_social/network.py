"""A network: nodes, links between them, and the features of each node. The inputs of a domain."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from relxfer.errors import DataError, UnfitArtefact
from relxfer.store import texts
from relxfer_social.edge_kinds import EdgeKinds

if TYPE_CHECKING:
    import scipy.sparse as sp


@dataclass(frozen=True, eq=False)
class Network:
    """A homogeneous network.

    nodes     names of the V nodes; a node's number is its place
    edges     [2, E] int64: messages go from edges[0] to edges[1]; a pair that stands twice counts twice
    features  [V, F] scipy CSR float32, or None
    columns   names of the F features, or (), where only their order says what they are
    numbers   places of the features that are numbers with a scale of their own, which models see standardised
    ids       V further names by which nodes are asked for, or ()
    weights   [E] float32 above 0: what the message of an edge counts; None: 1 each
    by_kind   its edges by their kinds, or None
    grown_from  the network to which nodes and edges were added, after its own, or None

    >>> network = Network(("ann", "bob"), np.array([[0, 1], [1, 0]]))
    >>> len(network), network.degrees("in").tolist()
    (2, [1, 1])
    """

    nodes: Sequence[str]
    edges: np.ndarray
    features: sp.csr_matrix | None = None
    columns: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    ids: Sequence[str] = ()
    weights: np.ndarray | None = None
    by_kind: EdgeKinds | None = None
    grown_from: Network | None = field(default=None, repr=False)
    _kept: dict[Any, Any] = field(default_factory=dict, repr=False)  # what was computed of it, by a key for its use

    def __post_init__(self) -> None:
        count = len(self.nodes)
        if self.edges.ndim != 2 or self.edges.shape[0] != 2:
            raise DataError(f"expected edges [2, E], got {list(self.edges.shape)}; transpose them")
        if self.edges.size and not 0 <= self.edges.min() <= self.edges.max() < count:
            raise DataError(f"expected edges between nodes 0 to {count - 1}, got node {self.edges.max()}; correct them")
        if self.features is not None and self.features.shape[0] != count:
            got = self.features.shape[0]
            raise DataError(f"expected features of {count:,} nodes, got {got:,} rows; give each node a row")
        if self.weights is not None:
            _check_weights(self.weights, self.edges.shape[1])
        if (
            self.by_kind is not None
            and self.by_kind.edges.size
            and not 0 <= self.by_kind.edges.min() <= self.by_kind.edges.max() < count
        ):
            raise DataError(f"expected edges of each kind between nodes 0 to {count - 1}, got others; correct them")

    def __len__(self) -> int:
        return len(self.nodes)

    @cached_property
    def sha(self) -> str:
        """sha256 of names, edges, features, weights and kinds of edges."""
        digest = hashlib.sha256("\0".join(self.nodes).encode())
        digest.update(np.ascontiguousarray(self.edges, dtype=np.int64).tobytes())
        if self.features is not None:
            digest.update("\0".join(self.columns).encode())
            wide = (
                self.features.indptr.astype(np.int64),
                self.features.indices.astype(np.int64),
            )  # or int32, as scipy likes
            for array in (*wide, self.features.data):
                digest.update(f"{array.shape}".encode() + np.ascontiguousarray(array).tobytes())
        if self.numbers:
            digest.update(f"numbers {self.numbers}".encode())
        if self.weights is not None:
            digest.update(b"weights" + np.ascontiguousarray(self.weights, np.float32).tobytes())
        if self.by_kind is not None:
            for name, array in sorted(self.by_kind.content().items()):
                digest.update(f"{name} {array.shape}".encode() + np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()

    def stored(self) -> dict[str, np.ndarray]:
        """Names, edges, features, weights and kinds of edges as arrays; `of_stored` reads them."""
        made = {**texts.packed("nodes", self.nodes), "edges": np.ascontiguousarray(self.edges, np.int64)}
        made |= texts.packed("ids", self.ids) if self.ids else {}
        made |= {} if self.weights is None else {"weights": np.ascontiguousarray(self.weights, np.float32)}
        made |= {} if self.by_kind is None else self.by_kind.stored()
        if self.features is None:
            return made
        csr = {f"features/{part}": getattr(self.features, part) for part in ("data", "indices", "indptr")}
        whole = {"features/shape": self.features.shape, "features/numbers": self.numbers}
        counts = {name: np.array(values, np.int64) for name, values in whole.items()}
        return {**made, **texts.packed("columns", self.columns), **csr, **counts}

    @classmethod
    def of_stored(cls, arrays: Mapping[str, np.ndarray]) -> Network:
        """The network of which `stored` returned these arrays.

        Raises:
            UnfitArtefact: they are others. Anybody may have written them.
        """
        nodes = texts.unpacked("nodes", arrays)
        ids = texts.unpacked("ids", arrays) if "ids/ends" in arrays else ()
        try:
            if len(ids) > len(nodes):
                raise ValueError(f"{len(ids)} ids of {len(nodes)} nodes")
            weights, kinds = arrays.get("weights"), EdgeKinds.of_stored(arrays)
            if "features/shape" not in arrays:
                return cls(nodes, arrays["edges"], ids=ids, weights=weights, by_kind=kinds)
            import scipy.sparse as sp

            csr = tuple(arrays[f"features/{part}"] for part in ("data", "indices", "indptr"))
            features = sp.csr_matrix(csr, shape=tuple(arrays["features/shape"].tolist()))
            features.check_format()
            columns = texts.unpacked("columns", arrays)
            if columns and len(columns) != features.shape[1]:
                raise ValueError(f"{len(columns)} names of {features.shape[1]} features")
            numbers = _numbers(arrays, features.shape[1])
            return cls(nodes, arrays["edges"], features, columns, numbers, ids, weights, kinds)
        except (KeyError, TypeError, ValueError, DataError) as error:
            raise UnfitArtefact(f"expected a stored network, got another table ({error}); write it again") from None

    @property
    def places(self) -> Mapping[str, int]:
        """The number of each node, by its name, or by its id where no node is called so.

        >>> Network(("ann", "bob"), np.zeros((2, 0), int), ids=("7", "9")).places["9"]
        1
        """
        return self.kept("places", lambda: {**_places(self.ids), **_places(self.nodes)})

    def degrees(self, direction: str = "both") -> np.ndarray:
        """[V] int: edges that leave a node ("out"), that reach it ("in"), or that touch it."""
        ends = {"out": self.edges[0], "in": self.edges[1], "both": self.edges.reshape(-1)}[direction]
        return np.bincount(ends, minlength=len(self))

    def adjacency(self) -> sp.csr_matrix:
        """[V, V] float32, rows receive: entry (v, u) is the sum of the weights of edges from u to v, so their number
        where they have none."""
        import scipy.sparse as sp

        values = np.ones(self.edges.shape[1], np.float32) if self.weights is None else self.weights
        return sp.csr_matrix((values, (self.edges[1], self.edges[0])), shape=(len(self),) * 2)

    def between(self, pairs: np.ndarray) -> np.ndarray:
        """[E] bool: the edges between the nodes of these pairs [n, 2], either way."""
        codes, link = self._links()
        asked = np.sort(pairs, axis=1) @ np.array([len(self), 1])
        place = np.searchsorted(codes, asked)
        wanted = np.zeros(len(codes) + 1, bool)  # one more, for a pair beyond the last
        wanted[place[np.append(codes, -1)[place] == asked]] = True
        return wanted[link]

    def without(self, drop: np.ndarray) -> Network:
        """Less these edges; drop [E] bool."""
        weights = None if self.weights is None else self.weights[~drop]
        return replace(self, edges=self.edges[:, ~drop], weights=weights, _kept={})

    def undirected(self) -> Network:
        """With every edge and its reverse, of the same weight; a loop once."""
        weights = None if self.weights is None else along(self.edges, self.weights)
        kinds = None if self.by_kind is None else self.by_kind.undirected()
        return replace(self, edges=both_ways(self.edges), weights=weights, by_kind=kinds, _kept={})

    def drawn(self, share: float, rng: np.random.Generator) -> np.ndarray:
        """[E] bool: the edges of this share of the links; both directions of one go together."""
        codes, link = self._links()
        return (rng.random(len(codes)) < share)[link]

    def _links(self) -> tuple[np.ndarray, np.ndarray]:
        """The first node · V + the second of every pair with an edge, in order; and [E] which of them an edge is."""

        def make() -> tuple[np.ndarray, np.ndarray]:
            low, high = np.sort(self.edges, axis=0)
            return np.unique(low * len(self) + high, return_inverse=True)

        return self.kept("pairs", make)

    def kept(self, key: Any, make: Any) -> Any:
        """What `make()` returned when it was first asked for under this key."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]


def _check_weights(weights: np.ndarray, count: int) -> None:
    if weights.shape != (count,) or weights.dtype != np.float32:
        got = f"{list(weights.shape)} of {weights.dtype}"
        raise DataError(f"expected weights of {count:,} edges as float32, got {got}; give each edge one")
    wrong = weights[~(np.isfinite(weights) & (weights > 0))]
    if len(wrong):
        raise DataError(f"expected finite weights of edges above 0, got {wrong[0]}; correct them")


def _numbers(arrays: Mapping[str, np.ndarray], width: int) -> tuple[int, ...]:
    """The places of features that are numbers; `ValueError` where they are no places."""
    numbers = arrays.get("features/numbers", np.zeros(0, np.int64))
    if numbers.dtype != np.int64 or numbers.ndim != 1 or not np.isin(numbers, np.arange(width)).all():
        raise ValueError(f"places among {width} features")
    return tuple(numbers.tolist())


def _places(names: Sequence[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names)}


def both_ways(edges: np.ndarray) -> np.ndarray:
    """[2, 2 E]: every edge and its reverse; a loop once.

    >>> both_ways(np.array([[0, 1], [1, 1]])).tolist()
    [[0, 1, 1], [1, 1, 0]]
    """
    back = edges[::-1, edges[0] != edges[1]]
    return np.concatenate([edges, back], axis=1)


def along(edges: np.ndarray, values: Any) -> Any:
    """[2 E - loops]: the values [E] of edges, as those of `both_ways` stand.

    >>> along(np.array([[0, 1], [1, 1]]), np.array([5, 7])).tolist()
    [5, 7, 5]
    """
    return np.concatenate([values, values[edges[0] != edges[1]]])
