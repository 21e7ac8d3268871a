"""Tables that `Results.items` made: a line for every item, or item and tag, and a column for every seed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from relxfer.data.tables.column import Column
from relxfer.data.tables.table import Table
from relxfer.errors import DataError

_SEED = re.compile(r"seed (-?\d+)")
_TAG = "tag: "


def as_long(table: Table) -> tuple[Table, tuple[str, ...]]:
    """A table with columns `seed N` as one with a row for each item and seed, with what to tell; others as they are.

    Where an item has a line for each value of a tag, the lines are items of their own, and the item is their group.

    Raises:
        DataError: it is of several pre-trainings.
    """
    names = table.names or ()
    seeds = {place: found[1] for place, name in enumerate(names) if (found := _SEED.fullmatch(name))}
    if not names or names[0] != "item":
        return table, ()
    if any(re.fullmatch(r"seed -?\d+, source seed -?\d+", name) for name in names):
        raise DataError(
            f"{table.place}: expected one model for each seed, got several pre-trainings; compare the run directories: "
            "relxfer compare"
        )
    if not seeds:
        return table, ()
    tags = [place for place, name in enumerate(names) if name.startswith(_TAG)]
    made = _Wide(table, list(seeds), list(seeds.values())).long(tags)
    told = f"of {table.place}: {len(seeds)} columns 'seed N' are runs, as Results.items writes them"
    return made, (told,)


class _Wide:
    """A table with a column for each of S seeds."""

    def __init__(self, table: Table, seeds: Sequence[int], named: Sequence[str]):
        self.table, self.seeds, self.named = table, seeds, named

    def long(self, tags: Sequence[int]) -> Table:
        """[S n] rows: item, score, seed, and group where there is one."""
        items = self.table.columns[0]
        parts = [self.table.columns[place] for place in tags]
        several = bool(parts) and len(items.values) < len(items)
        ids = Column.of(" | ".join(cells) for cells in zip(items, *parts, strict=True)) if several else items
        groups = self._groups() or (items if several else None)
        columns = {
            "id": self._repeated(ids),
            "score": Column.of(cell for place in self.seeds for cell in self.table.columns[place]),
            "seed": Column.of(seed for seed in self.named for _ in range(len(items))),
            **({"group": self._repeated(groups)} if groups is not None else {}),
        }
        lines = np.tile(np.asarray(self.table.lines), len(self.seeds))
        return replace(self.table, columns=tuple(columns.values()), names=tuple(columns), lines=lines)

    def _groups(self) -> Column | None:
        names = self.table.names or ()
        return self.table.columns[names.index("group")] if "group" in names else None

    def _repeated(self, column: Column) -> Column:
        return Column(np.tile(column.codes, len(self.seeds)), column.values)
