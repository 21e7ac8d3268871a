"""The only module that makes tables for the terminal.

If a table is wider than the terminal, names are wrapped first; numbers and verdicts are truncated last.
"""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Literal

from rich.table import Table
from rich.text import Text

#: Columns of names or prose, which can have any length.
FOLDS = frozenset({
    "source → target", "transfer", "source", "target", "strategy", "measure", "what", "files", "licence", "meaning",
    "type", "default", "summary", "values", "run", "option",
})  # fmt: skip


def table(head: Iterable[str], title: str = "", *, right: Iterable[str] = (), folds: Container[str] = FOLDS) -> Table:
    """A table without lines.

    head   names of columns that are aligned to the left
    title  shown as it is, without markup
    right  names of further columns, of numbers, which are aligned to the right
    folds  columns whose cells are wrapped, while others are truncated

    >>> made = table(["strategy", "verdict"])
    >>> [column.no_wrap for column in made.columns]
    [False, True]
    """
    made = Table(
        title=Text(title, style="bold") if title else None,
        title_justify="left",
        box=None,
        pad_edge=False,
        header_style="dim",
    )
    named: list[tuple[str, Literal["left", "right"]]] = [*((n, "left") for n in head), *((n, "right") for n in right)]
    for name, justify in named:
        long = name in folds
        made.add_column(name, no_wrap=not long, overflow="fold" if long else "ellipsis", justify=justify)
    return made
