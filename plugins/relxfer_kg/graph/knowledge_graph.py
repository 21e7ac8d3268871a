"""The knowledge graph: two vocabularies and a list of facts. Numpy only: planning a run never loads torch."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import numpy as np

Ints = np.ndarray
Made = TypeVar("Made")
_SHA_MAGIC = b"relxfer-kg-graph-1\0"


@dataclass(frozen=True, eq=False)
class KnowledgeGraph:
    """Facts (head, relation, tail) over named entities and named direct relations.

    Inverses are never stored: the inverse of relation r is ``r + len(relations)``, and every fact stands for
    two edges, one per direction, as in ULTRA (Galkin et al. 2024). Duplicated facts are kept and count twice.

    Args:
        entities: unique names; the index is the entity id.
        relations: unique names of the direct relations; the index is the relation id.
        facts: integers [n, 3], columns head, relation, tail, in file order. Copied and made read-only.

    Raises:
        ValueError: a name occurs twice, ``facts`` is not an integer array [n, 3], or an id is out of range.

    >>> facts = np.array([[0, 0, 1], [1, 1, 2]])
    >>> graph = KnowledgeGraph(("ann", "bob", "rome"), ("knows", "lives_in"), facts)
    >>> graph.num_entities, graph.num_relations
    (3, 4)
    >>> receiver, sender, kind = graph.edges
    >>> receiver.tolist(), sender.tolist(), kind.tolist()
    ([0, 1, 1, 2], [1, 2, 0, 1], [0, 1, 2, 3])
    """

    entities: tuple[str, ...]
    relations: tuple[str, ...]
    facts: Ints
    _kept: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        for vocabulary in ("entities", "relations"):
            names = tuple(getattr(self, vocabulary))
            _check_unique(vocabulary, names)
            object.__setattr__(self, vocabulary, names)
        facts = self._checked("facts", self.facts).copy()
        facts.flags.writeable = False
        object.__setattr__(self, "facts", facts)

    @property
    def num_entities(self) -> int:
        """V, the number of entity names; entities without a fact count."""
        return len(self.entities)

    @property
    def num_relations(self) -> int:
        """R = 2 x direct relations: every relation has an inverse, even where it has no fact."""
        return 2 * len(self.relations)

    @cached_property
    def edges(self) -> tuple[Ints, Ints, Ints]:
        """(receiver, sender, type), each int64 [2n].

        Edge k < n is fact k (the head receives from the tail); edge n + k is its inverse. This is ULTRA's
        ``edge_index`` with row 0 as the receiver, which is what its fused kernel computes.
        """
        head, relation, tail = self.facts.T
        direct = len(self.relations)
        return (
            np.concatenate([head, tail]),
            np.concatenate([tail, head]),
            np.concatenate([relation, relation + direct]),
        )

    @cached_property
    def sha(self) -> str:
        """SHA-256 (hex) of names and facts, in a layout that depends on neither machine nor version.

        Layout: the magic ``relxfer-kg-graph-1\\0``; then for entities, then for relations: the count, and
        for each name the length of its UTF-8 bytes and these bytes; then n and the facts, row by row. All
        integers are 64-bit little-endian.
        """
        digest = hashlib.sha256(_SHA_MAGIC)
        for names in (self.entities, self.relations):
            digest.update(_int64(len(names)))
            for name in names:
                raw = name.encode()
                digest.update(_int64(len(raw)) + raw)
        digest.update(_int64(len(self.facts)))
        digest.update(np.ascontiguousarray(self.facts, dtype="<i8").tobytes())
        return digest.hexdigest()

    def edges_of(self, facts: Ints) -> Ints:
        """Mark the edges that are one of `facts` or the inverse of one, duplicates included.

        Args:
            facts: integers [m, 3] (head, direct relation, tail); facts the graph does not have mark nothing.

        Returns:
            bool [2n], in the order of `edges`.

        Raises:
            ValueError: `facts` is not an integer array [m, 3], or an id is out of range.

        >>> graph = KnowledgeGraph(("a", "b"), ("r",), np.array([[0, 0, 1], [1, 0, 0], [0, 0, 1]]))
        >>> graph.edges_of(np.array([[0, 0, 1]])).astype(int).tolist()
        [1, 0, 1, 1, 0, 1]
        """
        return self._marked(self._keys(self._checked("facts", facts)), *self._sorted_keys)

    def edges_between(self, pairs: Ints) -> Ints:
        """Mark the edges between the two entities of a pair, of whatever relation, in both directions.

        Args:
            pairs: integers [m, 2], entities.

        Returns:
            bool [2n], in the order of `edges`.

        Raises:
            ValueError: an id is out of range.

        >>> graph = KnowledgeGraph(("a", "b", "c"), ("r", "s"), np.array([[0, 0, 1], [1, 1, 0], [0, 0, 2]]))
        >>> graph.edges_between(np.array([[1, 0]])).astype(int).tolist()
        [1, 1, 0, 1, 1, 0]
        """
        checked = self._checked("pairs", np.insert(pairs, 1, 0, axis=1))
        return self._marked(self._pair_keys(checked), *self._sorted_pairs)

    def _marked(self, keys: Ints, order: Ints, present: Ints) -> Ints:
        """Bool [2n]: the edges of the facts that have one of these keys; `present` are those of all facts, sorted."""
        first = np.searchsorted(present, keys, "left")
        hits = np.searchsorted(present, keys, "right") - first
        # Ranges [first, first + hits) of the sorted facts, written out one position at a time.
        within = np.arange(hits.sum()) - np.repeat(np.cumsum(hits) - hits, hits)
        rows = order[np.repeat(first, hits) + within]
        mask = np.zeros(2 * len(self.facts), dtype=bool)
        mask[rows] = True
        mask[rows + len(self.facts)] = True
        return mask

    def holds(self, facts: Ints) -> Ints:
        """Whether the graph has each of `facts`, integers [m, 3] (head, direct relation, tail): bool [m].

        Raises:
            ValueError: as for `edges_of`.

        >>> graph = KnowledgeGraph(("a", "b"), ("r",), np.array([[0, 0, 1]]))
        >>> graph.holds(np.array([[0, 0, 1], [1, 0, 0]])).tolist()
        [True, False]
        """
        return np.isin(self._keys(self._checked("facts", facts)), self._sorted_keys[1])

    def without(self, fact_rows: Ints) -> KnowledgeGraph:
        """The graph without these rows of `facts`; vocabularies stay, so ids and names keep their meaning.

        Args:
            fact_rows: row numbers, or a bool mask [n].

        Raises:
            ValueError: a row is out of range or the mask has another length.

        >>> graph = KnowledgeGraph(("a", "b"), ("r",), np.array([[0, 0, 1], [1, 0, 0]]))
        >>> graph.without(np.array([0])).facts.tolist()
        [[1, 0, 0]]
        """
        rows, count = np.asarray(fact_rows), len(self.facts)
        if rows.dtype == bool and rows.shape != (count,):
            raise ValueError(f"Expected a mask of {count} facts (got shape {rows.shape})")
        if rows.dtype != bool and rows.size and (rows.min() < 0 or rows.max() >= count):
            raise ValueError(f"Expected fact rows in 0..{count - 1} (got {rows.min()}..{rows.max()})")
        keep = np.ones(count, dtype=bool)
        keep[rows if rows.dtype == bool else rows.astype(np.int64)] = False
        return KnowledgeGraph(self.entities, self.relations, self.facts[keep])

    def kept(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What `make()` returned when it was first asked for under this key.

        The modules that compute something once per graph (adjacency, quotient, relation graph, known answers) keep it
        here, so that the graph need not import them.
        """
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    def _pair_keys(self, facts: Ints) -> Ints:
        """Of the two entities of each fact, whatever their order."""
        ends = np.sort(facts[:, [0, 2]], axis=1)
        return ends[:, 0] * self.num_entities + ends[:, 1]

    @cached_property
    def _sorted_pairs(self) -> tuple[Ints, Ints]:
        keys = self._pair_keys(self.facts)
        order = np.argsort(keys, kind="stable")
        return order, keys[order]

    @cached_property
    def _sorted_keys(self) -> tuple[Ints, Ints]:
        keys = self._keys(self.facts)
        order = np.argsort(keys, kind="stable")
        return order, keys[order]

    def _keys(self, facts: Ints) -> Ints:
        """One int64 per fact; two facts are equal exactly if their keys are."""
        if self.num_entities**2 * len(self.relations) >= 2**63:
            raise ValueError(
                "Expected entities^2 x relations < 2^63, so that a fact fits one 64-bit key "
                f"(got {self.num_entities} entities, {len(self.relations)} relations)"
            )
        head, relation, tail = facts.T
        return (head * len(self.relations) + relation) * self.num_entities + tail

    def _checked(self, name: str, facts: Ints) -> Ints:
        facts = np.asarray(facts)
        if facts.size == 0 and facts.ndim < 3:
            facts = np.zeros((0, 3), dtype=np.int64)
        if facts.ndim != 2 or facts.shape[1] != 3 or not np.issubdtype(facts.dtype, np.integer):
            raise ValueError(f"Expected {name} as integers [n, 3] (got {facts.dtype} {list(facts.shape)})")
        limits = (len(self.entities), len(self.relations), len(self.entities))
        for column, (role, limit) in enumerate(zip(("head", "relation", "tail"), limits, strict=True)):
            _check_range(name, role, facts[:, column], limit)
        return np.ascontiguousarray(facts, dtype=np.int64)


def _check_range(name: str, role: str, ids: Ints, limit: int) -> None:
    if ids.size and (ids.min() < 0 or ids.max() >= limit):
        row = int(np.argmax((ids < 0) | (ids >= limit)))
        raise ValueError(f"Expected every {role} id of {name} in 0..{limit - 1} (got {ids[row]} in row {row})")


def _check_unique(vocabulary: str, names: tuple[str, ...]) -> None:
    if len(set(names)) != len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"Expected unique names in {vocabulary} (got {twice!r} more than once)")


def _int64(value: int) -> bytes:
    return value.to_bytes(8, "little")
