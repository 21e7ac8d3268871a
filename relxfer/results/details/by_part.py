"""Means over runs of what a task says about the parts of a test, such as its classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from relxfer.contract.breakdowns import Breakdown, Part
from relxfer.results.details.records import ByPart, Confused

#: The most parts that are kept, the most classes of a confusion matrix, and the most pairs of confused classes.
MOST_PARTS, MOST_CLASSES, MOST_CONFUSED = 200, 30, 20


def pooled(breakdowns: Sequence[Breakdown]) -> ByPart:
    """The breakdowns of one or more runs on the same test as one.

    >>> from relxfer.contract.breakdowns import Part
    >>> made = [Breakdown("class", (Part("cat", 2, {"recall": share}),)) for share in (0.5, 1.0)]
    >>> pooled(made).parts[0].measures
    {'recall': 0.75}
    """
    first = breakdowns[0]
    by_name = [{part.name: part for part in made.parts} for made in breakdowns]
    parts = [_mean([parts[part.name] for parts in by_name if part.name in parts]) for part in first.parts]
    kept = _largest(parts)
    tables = [np.asarray(made.confusion, float) for made in breakdowns if made.confusion is not None]
    table = np.mean(tables, axis=0) if len(tables) == len(breakdowns) else None
    small = table is not None and len(parts) <= MOST_CLASSES
    return ByPart(
        by=first.by,
        parts=tuple(parts[at] for at in kept),
        left_out=len(parts) - len(kept),
        confusion=tuple(map(tuple, table.round(6).tolist())) if small and table is not None else (),
        confused=() if table is None else _confused([part.name for part in parts], table),
    )


def _mean(parts: Sequence[Part]) -> Part:
    """A part with the means of its measures, over the runs that have them."""
    measures = {}
    for name in parts[0].measures:
        there = [value for part in parts if (value := part.measures.get(name)) is not None and np.isfinite(value)]
        measures[name] = float(np.mean(there)) if there else None
    return replace(parts[0], measures=measures)


def _largest(parts: Sequence[Part]) -> list[int]:
    """The numbers of the parts with the most queries, in the order of the task."""
    by_size = sorted(range(len(parts)), key=lambda at: -parts[at].n)
    return sorted(by_size[:MOST_PARTS])


def _confused(names: Sequence[str], table: np.ndarray) -> tuple[Confused, ...]:
    wrong = np.where(np.eye(len(table), dtype=bool), 0.0, table)
    order = np.argsort(-wrong, axis=None, kind="stable")[:MOST_CONFUSED]
    pairs = [divmod(at, len(table)) for at in order.tolist()]
    return tuple(Confused(names[a], names[b], round(float(wrong[a, b]), 6)) for a, b in pairs if wrong[a, b] > 0)
