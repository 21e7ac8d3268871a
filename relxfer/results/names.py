"""Names of transfers, as they are shown; the only module that writes "source → target"."""

from __future__ import annotations

ARROW = "→"


def transfer(source: str | None, target: str | None) -> str:
    """The name of the transfer of a cell, a row or a curve; a source stage has no target.

    >>> transfer("world", "us"), transfer(None, "us"), transfer("world", None)
    ('world → us', 'no source → us', 'world')
    """
    return f"{source or 'no source'} {ARROW} {target}" if target else source or "no source"
