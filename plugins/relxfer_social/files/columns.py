"""Columns of features from the cells of one attribute: a number, or one column for each category."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from relxfer.data.tables.kinds import is_missing
from relxfer.errors import DataError

if TYPE_CHECKING:
    import scipy.sparse as sp

#: Of columns in which a smaller share is not 0 those have a scale that hold larger values.
RARE, LARGE = 0.25, 10.0
_LARGEST = float(np.finfo(np.float32).max)


@dataclass(frozen=True)
class Column:
    """What one attribute gives.

    values  [V, k] CSR float32
    names   of the k columns
    number  whether it is a number of other values than 0 and 1, which has a scale
    notes   sentences
    """

    values: sp.csr_matrix
    names: list[str]
    number: bool = False
    notes: tuple[str, ...] = ()


def of(name: str, cells: Sequence[str], categorical: bool, where: Callable[[int], str]) -> Column:
    """A number; or one column for each text, which is 0 in all of them where the cell is missing.

    A missing number is the mean of those that are there.

    Raises:
        DataError: a cell is no finite number where others are numbers.

    >>> of("age", ["1", "", "3"], False, str).values.toarray().ravel().tolist()
    [1.0, 2.0, 3.0]
    >>> of("dept", ["1", "2", "1"], True, str).names
    ['dept=1', 'dept=2']
    """
    gone = [is_missing(cell) and cell.lower() != "nan" for cell in cells]
    numbers = [None if lost else _number(cell) for cell, lost in zip(cells, gone, strict=True)]
    if categorical or all(number is None for number in numbers):
        return _categories(name, ["" if is_missing(cell) else cell for cell in cells])
    for row, number in enumerate(numbers):
        if not gone[row] and (number is None or not abs(number) <= _LARGEST):
            raise DataError(
                f"{where(row)}: expected a finite number as {name!r}, got {cells[row]!r}; correct it, empty the cell "
                f"if nobody knows it, take {name!r} into categorical if these are codes, or leave it out of features"
            )
    known = np.array([number for number in numbers if number is not None], np.float64)
    return _numbers(name, np.array([np.nan if number is None else number for number in numbers]), known)


def _numbers(name: str, values: np.ndarray, known: np.ndarray) -> Column:
    import scipy.sparse as sp

    lost, mean = np.isnan(values), float(known.mean())
    notes = (
        (f"{name!r} is missing in {lost.sum():,} of {len(values):,} nodes, which get the mean, {mean:.4g}",)
        if lost.any()
        else ()
    )
    filled = np.where(lost, mean, values)
    return Column(sp.csr_matrix(filled.astype(np.float32)[:, None]), [name], has_scale(filled), notes)


def has_scale(values: np.ndarray) -> bool:
    """Whether a column [V] is a number with a scale: of other values than 0 and 1, and no rare mark or share of words.

    >>> [has_scale(np.array(column)) for column in ([0, 1, 1], [30, 45, 0], [0, 0, 0, 0, 0.2])]
    [False, True, False]
    """
    rare = np.count_nonzero(values) < RARE * len(values)
    return not np.isin(values, (0, 1)).all() and (not rare or bool(np.abs(values).max(initial=0) > LARGE))


def _categories(name: str, cells: Sequence[str]) -> Column:
    kinds = sorted(set(filter(None, cells)))
    place = {kind: number for number, kind in enumerate(kinds)}
    values = marked(np.array([place.get(cell, -1) for cell in cells]), len(kinds))
    notes = (
        (
            f"{name!r} has {len(kinds):,} values, one for nearly every node; leave it out of features, unless that is "
            "meant",
        )
        if len(kinds) > max(1, len(cells) // 2)
        else ()
    )
    return Column(values, [f"{name}={kind}" for kind in kinds], notes=notes)


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
        blocks.append(marked(held, len(kinds)))
        columns += [f"{name}={kind}" for kind in kinds.tolist()]
    return sp.hstack(blocks, format="csr", dtype=np.float32), tuple(columns)


def marked(places: np.ndarray, width: int) -> sp.csr_matrix:
    """[V, width]: 1 in the column of each node's place, nothing where it is -1."""
    import scipy.sparse as sp

    rows = np.flatnonzero(places >= 0)
    return sp.csr_matrix((np.ones(len(rows), np.float32), (rows, places[rows])), shape=(len(places), width))
