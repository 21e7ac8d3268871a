"""The heads of tables: where there is little room, names fold first; a number, an interval or a verdict is cut last."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from rich.table import Table

#: Columns whose cells are names, which can have any length.
NAMES = frozenset({"source → target", "transfer", "source", "target", "strategy", "measure"})


def add(table: Table, head: Iterable[str], justify: Literal["left", "right"] = "left") -> None:
    """Columns of these names.

    >>> table = Table()
    >>> add(table, ["strategy", "verdict"])
    >>> [column.no_wrap for column in table.columns]
    [False, True]
    """
    for name in head:
        folds = name in NAMES
        table.add_column(name, no_wrap=not folds, overflow="fold" if folds else "ellipsis", justify=justify)
