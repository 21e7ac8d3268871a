"""Blocks of rows in which answers are made and written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from relxfer.contract.plain import Value

#: Lists of equal length, one for each column.
Block: TypeAlias = Sequence[Sequence[Value]]
#: Columns of whole numbers, and those of texts that stand after the answer; others are texts up to the answer, and real
#: numbers after it.
_WHOLE, _TEXTS = ("rank", "set_size"), ("abstain",)


def kinds(columns: Sequence[str]) -> list[type[Value]]:
    """The type of the cells of each column: str, int or float.

    >>> [kind.__name__ for kind in kinds(["node", "answer", "rank", "probability"])]
    ['str', 'str', 'int', 'float']
    """
    named = {*columns[: columns.index("answer") + 1], *_TEXTS}
    return [str if name in named else int if name in _WHOLE else float for name in columns]


def gathered(of: Iterable[Block], least: int) -> Iterator[Block]:
    """Join small blocks until they have at least so many rows.

    >>> list(gathered([[[1], [2]], [[3], [4]], [[5], [6]]], 2))
    [[[1, 3], [2, 4]], [[5], [6]]]
    """
    kept: list[list[Value]] = []
    for block in of:
        kept = [[*column, *more] for column, more in zip(kept, block, strict=True)] if kept else [[*c] for c in block]
        if len(kept[0]) >= least:
            yield kept
            kept = []
    if kept:
        yield kept


def encoded(text: str) -> bytes:
    """UTF-8; lone surrogates, which it cannot encode, are written as Python escapes."""
    return text.encode(errors="backslashreplace")
