"""How what was run is called: the only place that spells a transfer."""

from __future__ import annotations

ARROW = "→"


def transfer(source: str | None, target: str | None) -> str:
    """Of a cell, a row or a curve; a source stage has no target.

    >>> transfer("world", "us"), transfer(None, "us"), transfer("world", None)
    ('world → us', 'no source → us', 'world')
    """
    return f"{source or 'no source'} {ARROW} {target}" if target else source or "no source"
