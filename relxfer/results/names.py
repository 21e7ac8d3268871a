"""Names of transfers, as they are shown; the only module that writes "source → target"."""

from __future__ import annotations

ARROW = "→"


def transfer(source: str | None, target: str | None) -> str:
    """The name of the transfer of a cell, a row or a curve; a source stage has no target.

    >>> transfer("world", "us"), transfer(None, "us"), transfer("world", None)
    ('world → us', 'no source → us', 'world')
    """
    return f"{source or 'no source'} {ARROW} {target}" if target else source or "no source"


def seeds(source_seed: int | None, seed: int) -> str:
    """The seeds of a cell; that of the pre-training is named if it is another one.

    >>> seeds(None, 3), seeds(3, 3), seeds(0, 3)
    ('seed 3', 'seed 3', 'source seed 0, seed 3')
    """
    return f"seed {seed}" if source_seed in (None, seed) else f"source seed {source_seed}, seed {seed}"
