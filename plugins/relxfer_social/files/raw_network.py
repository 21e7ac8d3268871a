"""A network as its files have it, before it is a domain."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from relxfer.authoring.ordering import natural
from relxfer.data.tables.split_words import split_of
from relxfer.errors import DataError

if TYPE_CHECKING:
    import scipy.sparse as sp

    from relxfer_social.files.attributes import NodeAttributes

#: The name of answers whose file does not say any.
LABEL = "label"


@dataclass(frozen=True)
class RawNetwork:
    """V nodes with their edges, labels, splits and features.

    rows      [2, R], edges as the file has them
    directed  whether they go one way; None where the file does not say
    labels    V names, "" where a node has none
    answers   name -> V cells of each column with answers, where they are not `labels` alone
    splits    V of "train", "val", "test" and "" (in none), or () where no split is given
    features  [V, F] CSR float32, or None; columns: their names, or ()
    numbers   places of the columns that are numbers, which have a scale
    classes   all names in order, or () for those that occur
    notes     sentences
    ids       V further names by which nodes are asked for, or ()
    groups    V names of what stays together in a split, "" for a node alone, or ()
    weights   [R] float32 from 0, those of the rows, or None; see `relxfer_social.weights`
    kinds     R kinds of the rows, or ()
    """

    nodes: Sequence[str]
    rows: np.ndarray
    directed: bool | None = None
    labels: Sequence[str] = ()
    answers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    splits: Sequence[str] = ()
    features: sp.csr_matrix | None = None
    columns: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    classes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    ids: Sequence[str] = ()
    groups: Sequence[str] = ()
    weights: np.ndarray | None = None
    kinds: Sequence[str] = ()

    def with_attributes(self, of_nodes: NodeAttributes) -> RawNetwork:
        """The same with these labels, splits, groups and features."""
        return replace(
            self,
            labels=of_nodes.labels,
            answers=of_nodes.answers,
            splits=of_nodes.splits,
            groups=of_nodes.groups,
            features=of_nodes.features,
            columns=of_nodes.columns,
            numbers=of_nodes.numbers,
            notes=(*self.notes, *of_nodes.notes),
        )

    @property
    def cells(self) -> Mapping[str, Sequence[str]]:
        """The answers by column; none where there are no labels."""
        return self.answers or ({LABEL: self.labels} if self.labels else {})

    def linked(self) -> RawNetwork:
        """The same without rows of weight 0, which link nothing."""
        if self.weights is None or self.weights.all():
            return self
        kept = self.weights != 0
        told = f"{int((~kept).sum()):,} of {len(kept):,} rows have the weight 0, and are no edges"
        return replace(self.with_rows(self.rows, kept), notes=(*self.notes, told))

    def with_rows(self, rows: np.ndarray, kept: np.ndarray) -> RawNetwork:
        """The same with rows [2, R] in place of its own, and of these alone those that are kept [R] bool."""
        kinds = [self.kinds[row] for row in np.flatnonzero(kept).tolist()] if self.kinds else ()
        weights = None if self.weights is None else self.weights[kept]
        return replace(self, rows=rows[:, kept], weights=weights, kinds=kinds)

    def ordered(self) -> RawNetwork:
        """The same with nodes in the order of their names, so that the order of rows in a file does not matter."""
        order = sorted(range(len(self.nodes)), key=lambda node: (natural(self.nodes[node]), self.nodes[node]))
        place = np.empty(len(order), np.int64)
        place[order] = np.arange(len(order))
        return replace(
            self,
            nodes=tuple(self.nodes[node] for node in order),
            rows=place[self.rows],
            labels=[self.labels[node] for node in order] if self.labels else (),
            answers={name: [cells[node] for node in order] for name, cells in self.answers.items()},
            splits=[self.splits[node] for node in order] if self.splits else (),
            features=None if self.features is None else self.features[order],
            ids=[self.ids[node] for node in order] if self.ids else (),
            groups=[self.groups[node] for node in order] if self.groups else (),
        )


def split_named(name: str, where: str) -> str:
    """Which split a name means; "" for none.

    >>> split_named("Validation", "nodes.csv:2")
    'val'
    """
    split = split_of(name) if name else ""
    if split is None:
        raise DataError(f"{where}: expected train, val, test or nothing as split, got {name!r}; correct it")
    return split


def splits_of_masks(masks: dict[str, np.ndarray], count: int, where: str) -> list[str]:
    """The split of each node from masks [V] by split; () without any.

    Raises:
        DataError: a mask is of another length, or a node is in two of them.
    """
    splits = np.full(count, "", object)
    for split, mask in masks.items():
        if mask.shape != (count,):
            raise DataError(f"{where}: expected {split}_mask for {count:,} nodes, got {list(mask.shape)}; correct it")
        twice = np.flatnonzero((splits != "") & mask.astype(bool))
        if len(twice):
            raise DataError(
                f"{where}: expected each node in one split, got node {twice[0]} in {splits[twice[0]]} and {split}; "
                "take it out of one"
            )
        splits[mask.astype(bool)] = split
    return splits.tolist() if masks else []
