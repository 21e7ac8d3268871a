"""Labelled pictures of the user's, in whatever form they were given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from relxfer_vision.files.picture_table import LABEL, PictureTable

#: The splits, and what people call their folders and the beginnings of the names of their arrays.


@dataclass(frozen=True)
class Labelled:
    """n pictures as files or as pixels uint8 [n, H, W, C], each with its label; notes are sentences.

    columns  the answers by column, where they are not labels alone; table: where the pictures stand in one
    groups   the name of the group of each; empty names, or none at all: it has no group
    """

    names: Sequence[str]
    labels: Sequence[str]
    paths: Sequence[Path] = ()
    pixels: np.ndarray | None = None
    notes: Sequence[str] = ()
    columns: Mapping[str, Sequence[str]] = field(default_factory=dict)
    table: PictureTable | None = None
    groups: Sequence[str] = ()

    @property
    def foldered(self) -> bool:
        """Whether the labels are the names of folders, which somebody gave."""
        return self.table is None and self.pixels is None

    @property
    def cells(self) -> Mapping[str, Sequence[str]]:
        """The answers by column."""
        return self.columns or {LABEL: self.labels}

    def take(self, rows: Sequence[int]) -> Labelled:
        """The pictures of these rows, in this order."""

        def of(cells: Sequence[Any]) -> list[Any]:
            return [cells[row] for row in rows] if len(cells) else []

        return replace(
            self,
            names=of(self.names),
            labels=of(self.labels),
            paths=of(self.paths),
            pixels=None if self.pixels is None else self.pixels[list(rows)],
            columns={name: of(cells) for name, cells in self.columns.items()},
            table=self.table and self.table.take(rows),
            groups=of(self.groups),
        )

    def __len__(self) -> int:
        return len(self.names)


def counted(labels: Iterable[str], most: int = 12) -> str:
    """How many of each, of few classes; else how many at least and at most.

    >>> counted(["cat", "dog", "cat"])
    'cat 2, dog 1'
    """
    counts = Counter(labels)
    if len(counts) <= most:
        return ", ".join(f"{label} {count:,}" for label, count in sorted(counts.items()))
    return f"{len(counts)} classes of {min(counts.values()):,} to {max(counts.values()):,}"
