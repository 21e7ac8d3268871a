"""The only writer of tables: where there is little room, names fold first; numbers and verdicts are cut last."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Literal

from rich.table import Table
from rich.text import Text

#: Columns whose cells are names or prose, which can have any length.
FOLDS = frozenset({
    "source → target", "transfer", "source", "target", "strategy", "measure", "what", "files", "licence", "meaning",
    "type", "default", "summary", "values", "run", "option",
})  # fmt: skip


def table(head: Iterable[str], title: str = "", *, right: Iterable[str] = (), folds: Container[str] = FOLDS) -> Table:
    """A table without lines. Its title and its names are data: whatever is in them is shown as it is.

    right  columns of numbers, which stand at the right
    folds  columns whose cells are broken into lines, where others are cut

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
