"""Edges by their kinds: which edges of a network are friendships, and which are calls."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from relxfer.data.tables.roles import by_heading
from relxfer.errors import DataError
from relxfer.store import texts
from relxfer_social.edges import weighted_edges
from relxfer_social.headings import KIND

#: The most kinds, since a model has weights for each.
MOST = 256


def hint(names: Sequence[str], cells: Mapping[str, Collection[str]]) -> tuple[str, ...]:
    """A sentence on how to use what edges have, where it is called as kinds are and there are at least two of them.

    >>> hint(["weight", "Relation"], {"Relation": ["knows", "calls"]})
    ('edge_kind = "Relation" lets the model rgcn tell kinds of edges apart',)
    >>> hint(["Type"], {"Type": ["Undirected"]})
    ()
    """
    place = by_heading(names, [KIND]).get(KIND.name)
    if place is None or not 2 <= len(set(filter(None, cells[names[place]]))) <= MOST:
        return ()
    return (f'edge_kind = "{names[place]}" lets the model rgcn tell kinds of edges apart',)


@dataclass(frozen=True, eq=False)
class EdgeKinds:
    """K kinds with their edges, which are those of the network; a pair of nodes has an edge for each of its kinds.

    names    of the kinds, in order
    edges    [2, M] int64, in order of kind
    kind     [M] int64, places in `names`
    weights  [M] float32 above 0, or None: 1 each
    called   the name of the column, attribute or array that held the kinds, or the position of the column
    """

    names: tuple[str, ...]
    edges: np.ndarray
    kind: np.ndarray
    weights: np.ndarray | None = None
    called: str | int = KIND.name

    def __post_init__(self) -> None:
        count = self.edges.shape[1]
        sizes = self.kind.shape == (count,) and (self.weights is None or self.weights.shape == (count,))
        if not sizes or (count and not 0 <= self.kind.min() <= self.kind.max() < len(self.names)):
            raise DataError(
                f"expected one of {len(self.names)} kinds for each of {count:,} edges, got others; give each edge one"
            )

    @classmethod
    def of(
        cls, rows: np.ndarray, kinds: Sequence[str], weights: np.ndarray | None, count: int, *how: bool
    ) -> EdgeKinds:
        """Of rows [2, R] of a file with the kind of each; `how` as of `relxfer_social.edges.weighted_edges`, for the
        rows of each kind alone.

        Raises:
            DataError: there are too many kinds.

        >>> made = EdgeKinds.of(np.array([[0, 0], [1, 1]]), ["knows", "calls"], None, 2, True, False, True)
        >>> made.names, made.edges.tolist(), made.kind.tolist()
        (('calls', 'knows'), [[0, 1, 0, 1], [1, 0, 1, 0]], [0, 0, 1, 1])
        """
        names, place = np.unique(np.asarray(kinds, dtype=str), return_inverse=True)
        if len(names) > MOST:
            raise DataError(f"expected at most {MOST} kinds of edges, got {len(names):,}; name another column or none")
        own = (None if weights is None else weights[place == kind] for kind in range(len(names)))
        made = [weighted_edges(rows[:, place == kind], held, count, *how) for kind, held in enumerate(own)]
        edges = np.concatenate([np.zeros((2, 0), np.int64), *(each for each, _ in made)], axis=1)
        kind = np.repeat(np.arange(len(names)), [each.shape[1] for each, _ in made])
        if all(held is None for _, held in made):
            return cls(tuple(names.tolist()), edges, kind)
        filled = [np.ones(each.shape[1], np.float32) if held is None else held for each, held in made]
        return cls(tuple(names.tolist()), edges, kind, np.concatenate(filled))

    def renumbered(self, place: np.ndarray) -> EdgeKinds:
        """The edges between nodes that have a new number in place [V], where others have -1."""
        kept = self._kept((place[self.edges] >= 0).all(0))
        return replace(kept, edges=place[kept.edges])

    def among(self, edges: np.ndarray) -> EdgeKinds:
        """Those whose two nodes have an edge among these [2, E]."""
        count = 1 + max(self.edges.max(initial=0), edges.max(initial=0))
        return self._kept(np.isin(self.edges[0] * count + self.edges[1], edges[0] * count + edges[1]))

    def without(self, other: EdgeKinds) -> EdgeKinds:
        """The edges that the other has not, of the same kind."""
        count = 1 + max(self.edges.max(initial=0), other.edges.max(initial=0))
        place = {name: number for number, name in enumerate(other.names)}
        kind = np.array([place.get(name, -1) for name in self.names], np.int64)[self.kind]

        def codes(edges: np.ndarray, kind: np.ndarray) -> np.ndarray:
            return (kind * count + edges[0]) * count + edges[1]

        return self._kept(~np.isin(codes(self.edges, kind), codes(other.edges, other.kind)) | (kind < 0))

    def joined(self, other: EdgeKinds) -> EdgeKinds:
        """With the edges of the other."""
        names = tuple(sorted({*self.names, *other.names}))
        parts = (self, other)
        kind = np.concatenate([np.array([names.index(n) for n in of.names], np.int64)[of.kind] for of in parts])
        order = np.argsort(kind, kind="stable")
        edges = np.concatenate([of.edges for of in parts], axis=1)[:, order]
        if all(of.weights is None for of in parts):
            return replace(self, names=names, edges=edges, kind=kind[order])
        held = [np.ones(len(of.kind), np.float32) if of.weights is None else of.weights for of in parts]
        return replace(self, names=names, edges=edges, kind=kind[order], weights=np.concatenate(held)[order])

    def undirected(self) -> EdgeKinds:
        """With every edge and its reverse; a loop once."""
        apart = self.edges[0] != self.edges[1]
        edges = np.concatenate([self.edges, self.edges[::-1, apart]], axis=1)
        weights = None if self.weights is None else np.concatenate([self.weights, self.weights[apart]])
        return replace(self, edges=edges, kind=np.concatenate([self.kind, self.kind[apart]]), weights=weights)

    def of_kind(self, name: str) -> EdgeKinds:
        """The edges of one kind, none where there is no such kind."""
        return self._kept(self.kind == (self.names.index(name) if name in self.names else -1))

    def _kept(self, kept: np.ndarray) -> EdgeKinds:
        """Some of the edges, kept [M] bool."""
        weights = None if self.weights is None else self.weights[kept]
        return replace(self, edges=self.edges[:, kept], kind=self.kind[kept], weights=weights)

    def stored(self) -> dict[str, np.ndarray]:
        """As arrays; `of_stored` reads them."""
        position = isinstance(self.called, int)
        called = {"kinds/position": np.array(self.called)} if position else texts.packed("called", [str(self.called)])
        return {**self.content(), **called}

    def content(self) -> dict[str, np.ndarray]:
        """Names, edges, kinds and weights as arrays, whatever the kinds were called."""
        made = {**texts.packed("kinds", self.names), "kinds/edges": self.edges, "kinds/kind": self.kind}
        return made if self.weights is None else {**made, "kinds/weights": self.weights}

    @classmethod
    def of_stored(cls, arrays: Mapping[str, Any]) -> EdgeKinds | None:
        """Those of which `stored` returned these arrays, or None where there are none; `KeyError` or `DataError` for
        others."""
        if "kinds/edges" not in arrays:
            return None
        edges, kind = arrays["kinds/edges"], arrays["kinds/kind"]
        if edges.ndim != 2 or len(edges) != 2 or edges.dtype.kind != "i" or kind.dtype.kind != "i":
            raise DataError("expected edges [2, M] and their kinds [M] as numbers, got others; write them again")
        called: str | int = KIND.name
        if "kinds/position" in arrays:
            called = int(arrays["kinds/position"])
        elif any(name.startswith("called") for name in arrays):
            (called,) = texts.unpacked("called", arrays)
        return cls(tuple(texts.unpacked("kinds", arrays)), edges, kind, arrays.get("kinds/weights"), called)
