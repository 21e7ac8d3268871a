"""A network as it was found in files, before it is a domain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from relxfer.authoring.ordering import natural
from relxfer.errors import DataError

if TYPE_CHECKING:
    import scipy.sparse as sp

#: What people call the parts of a split.
PARTS = {"train": "train training", "val": "val valid validation dev", "test": "test testing"}


@dataclass(frozen=True)
class Found:
    """V nodes and what is known of them.

    rows      [2, R], edges as the file has them
    directed  whether they go one way; None where the file does not say
    labels    V names, "" where nobody knows
    parts     V of "train", "val", "test" and "" (in none), or () where no split is given
    features  [V, F] CSR float32, or None; columns: their names, or ()
    classes   all names in order, or () for those that occur
    notes     sentences
    """

    nodes: Sequence[str]
    rows: np.ndarray
    directed: bool | None = None
    labels: Sequence[str] = ()
    parts: Sequence[str] = ()
    features: sp.csr_matrix | None = None
    columns: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def ordered(self) -> Found:
        """The same with nodes in the order of their names, so that the order of rows in a file does not matter."""
        order = sorted(range(len(self.nodes)), key=lambda node: natural(self.nodes[node]))
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        return replace(
            self,
            nodes=tuple(self.nodes[node] for node in order),
            rows=place[self.rows],
            labels=[self.labels[node] for node in order] if self.labels else (),
            parts=[self.parts[node] for node in order] if self.parts else (),
            features=None if self.features is None else self.features[order],
        )


def part_of(name: str, where: str) -> str:
    """Which part of a split a name means; "" for none.

    >>> part_of("Validation", "nodes.csv:2")
    'val'
    """
    for part, names in PARTS.items():
        if name.lower() in names.split():
            return part
    if name:
        raise DataError(f"{where}: expected train, val, test or nothing as split, got {name!r}; correct it")
    return ""


def parts_of_masks(masks: dict[str, np.ndarray], count: int, where: str) -> list[str]:
    """The part of each node from masks [V] by part; () without any.

    Raises:
        DataError: a mask is of another length, or a node is in two of them.
    """
    parts = np.full(count, "", object)
    for part, mask in masks.items():
        if mask.shape != (count,):
            raise DataError(f"{where}: expected {part}_mask for {count:,} nodes, got {list(mask.shape)}; correct it")
        twice = np.flatnonzero((parts != "") & mask.astype(bool))
        if len(twice):
            raise DataError(
                f"{where}: expected each node in one part, got node {twice[0]} in {parts[twice[0]]} and {part}; "
                "take it out of one"
            )
        parts[mask.astype(bool)] = part
    return parts.tolist() if masks else []
