"""Names of transfers, as they are shown; the only module that writes "source → target"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

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


def cell(cell: Mapping[str, Any]) -> str:
    """The name of a cell, or of a source stage, from its names.

    >>> cell({"source": "world", "target": "us", "strategy": "finetune", "budget": 10, "seed": 3})
    'world → us finetune, budget 10, seed 3'
    """
    budget = f", budget {cell['budget']}" if "budget" in cell else ""
    told = seeds(cell.get("source_seed"), cell["seed"])
    return f"{transfer(cell['source'], cell['target'])} {cell['strategy']}{budget}, {told}"


def planned(cells: int, refused: int = 0) -> str:
    """How many cells a plan has that can run: some may be the same as others, or not be needed.

    refused  how many more it has, which cannot run

    >>> planned(1), planned(1200, refused=30)
    ('at most 1 cell', 'at most 1,200 cells (30 more are refused)')
    """
    more = f" ({refused:,} more {'is' if refused == 1 else 'are'} refused)" if refused else ""
    return f"at most {cells:,} cell{'s' * (cells != 1)}{more}"


def counted(statuses: Iterable[str]) -> str:
    """How many cells ended how.

    >>> counted(["done", "failed", "done"])
    '2 done, 1 failed'
    """
    return ", ".join(f"{count:,} {status}" for status, count in Counter(statuses).items())
