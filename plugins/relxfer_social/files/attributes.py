"""Attributes of nodes from cells of text: their labels, their splits, and their features."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from relxfer.errors import DataError, did_you_mean
from relxfer_social.files.raw_network import SPLITS, split_of, splits_of_masks

if TYPE_CHECKING:
    import scipy.sparse as sp

LABELS = ("label", "class", "y")
SPLIT = "split"
_LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class NodeAttributes:
    """labels, answers and splits [V], see `RawNetwork`; features [V, F] or None, with the names of their columns."""

    labels: Sequence[str]
    answers: Mapping[str, Sequence[str]]
    splits: Sequence[str]
    features: sp.csr_matrix | None
    columns: tuple[str, ...]
    notes: tuple[str, ...] = ()


def attributes_of(
    cells: Mapping[str, Sequence[str]],
    label: Sequence[str],
    features: Sequence[str] | None,
    what: str,
    where: Callable[[int], str],
) -> NodeAttributes:
    """From cells by name of the attribute.

    label     the attributes that are answers; empty: a usual one, if there is one
    features  those that are features; None: all others
    what      the file, for messages; where(row): the place of a row in it

    Raises:
        DataError: an attribute is not there, or a feature is no finite number in some rows only.
    """
    for name in (*label, *(features or ())):
        if name not in cells:
            raise DataError(f"{what}: expected {name!r} of the nodes, got none: {did_you_mean(name, list(cells))}")
    label = label or [name for name in LABELS if name in cells][:1]
    if both := [name for name in label if name in (features or ())]:
        raise DataError(f"{what}: expected features beside the label, got {both[0]!r} as both; take it out of features")
    taken = (*label, SPLIT, *(f"{split}_mask" for split in SPLITS))
    chosen = [name for name in cells if name not in taken] if features is None else list(features)
    splits = _splits(cells, what, where)
    made = [_columns(name, cells[name], where) for name in chosen]
    notes = tuple(
        f"{name!r} has {len(names):,} values, one for nearly every node; leave it out of features, unless that is meant"
        for name, (_, names) in zip(chosen, made, strict=True)
        if len(names) > max(1, len(cells[name]) // 2)
    )
    answers = {name: cells[name] for name in label}
    return NodeAttributes(
        next(iter(answers.values()), ()), answers, splits if any(splits) else (), *_joined(made), notes
    )


def _splits(cells: Mapping[str, Sequence[str]], what: str, where: Callable[[int], str]) -> list[str]:
    """From `split`, or from `train_mask` and so on, which hold 1 or true."""
    if SPLIT in cells:
        return [split_of(cell, where(row)) for row, cell in enumerate(cells[SPLIT])]
    masks = {split: cells[f"{split}_mask"] for split in SPLITS if f"{split}_mask" in cells}
    true = {split: np.array([cell.lower() in ("1", "true") for cell in mask]) for split, mask in masks.items()}
    return splits_of_masks(true, len(next(iter(masks.values()), ())), what)


def _joined(made: Sequence[tuple[sp.csr_matrix, list[str]]]) -> tuple[sp.csr_matrix | None, tuple[str, ...]]:
    import scipy.sparse as sp

    if not any(names for _, names in made):  # no column, or empty ones alone
        return None, ()
    joined = sp.hstack([values for values, _ in made], format="csr", dtype=np.float32)
    return joined, tuple(name for _, names in made for name in names)


def _columns(name: str, cells: Sequence[str], where: Callable[[int], str]) -> tuple[sp.csr_matrix, list[str]]:
    """A column of numbers; or one for each text, and an empty cell is 0 in all of them."""
    import scipy.sparse as sp

    numbers = [_number(cell) for cell in cells]
    if all(number is None for number in numbers):
        kinds = sorted(set(filter(None, cells)))
        place = {kind: number for number, kind in enumerate(kinds)}
        return _marked(np.array([place.get(cell, -1) for cell in cells]), len(kinds)), [f"{name}={k}" for k in kinds]
    for row, number in enumerate(numbers):
        if number is None or not abs(number) <= _LARGEST:
            got = repr(cells[row]) if cells[row] else "an empty cell"
            raise DataError(
                f"{where(row)}: expected a finite number as {name!r}, got {got}; correct it, or leave "
                f"{name!r} out of features"
            )
    return sp.csr_matrix(np.array(numbers, np.float32)[:, None]), [name]


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def one_hot(values: np.ndarray, names: Sequence[str]) -> tuple[sp.csr_matrix, tuple[str, ...]]:
    """[V, F] and names such as `dorm=7` of numbers [V, k], in which 0 is missing and has no column.

    >>> features, columns = one_hot(np.array([[7], [0], [9]]), ["dorm"])
    >>> columns, features.toarray().tolist()
    (('dorm=7', 'dorm=9'), [[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]])
    """
    import scipy.sparse as sp

    blocks: list[Any] = []
    columns: list[str] = []
    for column, name in enumerate(names):
        kinds = np.unique(values[:, column])
        kinds = kinds[kinds != 0]
        held = np.where(values[:, column] != 0, np.searchsorted(kinds, values[:, column]), -1)
        blocks.append(_marked(held, len(kinds)))
        columns += [f"{name}={kind}" for kind in kinds.tolist()]
    return sp.hstack(blocks, format="csr", dtype=np.float32), tuple(columns)


def _marked(places: np.ndarray, width: int) -> sp.csr_matrix:
    """[V, width]: 1 in the column of each node's place, nothing where it is -1."""
    import scipy.sparse as sp

    rows = np.flatnonzero(places >= 0)
    return sp.csr_matrix((np.ones(len(rows), np.float32), (rows, places[rows])), shape=(len(places), width))
