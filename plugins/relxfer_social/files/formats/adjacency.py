"""Adjacency: matrices of numbers in text or scipy's .npz, and lists of neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from relxfer.data.tables.kinds import numeric
from relxfer.data.tables.table import Table
from relxfer.errors import DataError
from relxfer.store import bounded
from relxfer_social import weights
from relxfer_social.files.raw_network import RawNetwork

if TYPE_CHECKING:
    import scipy.sparse as sp

#: The least nodes of a matrix in text: a smaller one may be a list of weighted edges.
LEAST = 4


def of_table(table: Table, weight: weights.Asked = None) -> RawNetwork | None:
    """The network of a square of numbers, with names in its first row and column or without; None for another table.

    weight  whether cells are weights; see `relxfer_social.weights`

    Raises:
        DataError: a cell is no finite number, or no weight.
    """
    table = _named_by_first(table)
    columns, names = table.columns, table.names
    if len(columns) == len(table) + 1 and names and list(names[1:]) == list(columns[0]):
        columns, names = columns[1:], names[1:]
    if len(columns) != len(table) or len(table) < LEAST or (names and len(set(names)) < len(names)):
        return None
    if not all(numeric(column, 1.0) or set(column.distinct) <= {""} for column in columns):
        return None
    cells = np.stack([np.array([_number(value) for value in column.values])[column.codes] for column in columns], 1)
    wrong = np.argwhere(~np.isfinite(cells))
    if len(wrong):
        row, place = wrong[0].tolist()
        raise DataError(
            f"{table.where(row)}: expected finite numbers of an adjacency matrix, got {columns[place][row]!r} in "
            f"column {place + 1}; correct it"
        )
    taken = weights.nameless(weight, table.place)
    if taken and len(below := np.argwhere(cells < 0)):
        row, place = below[0].tolist()
        got = f"got {columns[place][row]!r} in column {place + 1}"
        raise DataError(f"{table.where(row)}: {weights.EXPECTED}, {got}; {weights.ADVICE}")
    made = _network(list(names or map(str, range(len(table)))), cells, table.place, taken)
    return replace(made, notes=(*table.notes, *made.notes))


def _named_by_first(table: Table) -> Table:
    """With the first row as names, where it is the first column too, as numbers that name rows and columns."""
    first = table.row(0) if table.names is None and len(table) > LEAST and table.width == len(table) else [""]
    if first[0] or first[1:] != list(table.columns[0])[1:] or len(first) == 1:
        return table
    below = tuple(column.below() for column in table.columns)
    return replace(table, columns=below, names=tuple(first), lines=table.lines[1:])


def _number(cell: str) -> float:
    return float(cell.replace(",", ".")) if cell else 0.0


def _network(names: Sequence[str], values: Any, what: str, taken: bool) -> RawNetwork:
    """Rows link to columns where a cell is not 0; one that is its own transpose has no directions.

    taken  whether cells are weights, which then count in whether it is
    """
    rows = np.stack(values.nonzero()).astype(np.int64)
    cells = np.asarray(values[tuple(rows)]).reshape(-1) if rows.size else np.zeros(0)

    def where(row: int) -> str:
        return f"{what}: row {rows[0, row] + 1}, column {rows[1, row] + 1}"

    counts = weights.checked(cells, where) if taken else np.ones(len(cells), np.float32)
    there, back = rows[0] * len(names) + rows[1], rows[1] * len(names) + rows[0]
    order, turned = np.argsort(there), np.argsort(back)
    same = np.array_equal(there[order], back[turned]) and np.array_equal(counts[order], counts[turned])
    told = f"{what} is an adjacency matrix of {len(names):,} nodes, {'symmetric' if same else 'directed'}"
    used = "are the weights of edges" if taken else "are not used"
    weighted = bool((cells != 1).any())
    note = f"{told}: a cell that is not 0 is a link" + f"; its values {used}" * weighted
    return RawNetwork(list(names), rows, not same, notes=(note,), weights=counts if weighted and taken else None)


def is_sparse(arrays: Mapping[str, np.ndarray]) -> bool:
    """Whether arrays are a matrix of `scipy.sparse.save_npz`."""
    return {"format", "shape", "data"} <= set(arrays)


def of_sparse(path: Path, arrays: Mapping[str, np.ndarray], most: int, weight: weights.Asked = None) -> RawNetwork:
    """The network of a sparse adjacency.

    most    nodes, so that no size is trusted
    weight  as of `of_table`

    Raises:
        DataError: it is no square, or of a form that does not fit; a value is no weight.
    """
    matrix = _matrix(path, arrays)
    if matrix.shape[0] != matrix.shape[1] or matrix.shape[0] > most:
        raise DataError(f"{path}: expected a square matrix of at most {most:,} nodes, got {list(matrix.shape)}")
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    taken = weights.nameless(weight, str(path))
    return _network(list(map(str, range(matrix.shape[0]))), matrix, path.name, taken)


def _matrix(path: Path, arrays: Mapping[str, np.ndarray]) -> sp.csr_matrix:
    import scipy.sparse as sp

    try:
        kind = arrays["format"].reshape(-1)[0]
        kind = kind.decode() if isinstance(kind, bytes) else str(kind)
        shape = tuple(int(size) for size in arrays["shape"])
        if kind in ("csr", "csc"):
            made = {"csr": sp.csr_matrix, "csc": sp.csc_matrix}[kind](
                (arrays["data"], arrays["indices"], arrays["indptr"]), shape=shape
            )
            made.check_format(full_check=True)  # an index out of bounds would read foreign memory
        elif kind == "coo":
            made = sp.coo_matrix((arrays["data"], (arrays["row"], arrays["col"])), shape=shape)
        else:
            raise DataError(f"{path}: expected a sparse matrix as csr, csc or coo, got {kind}; convert it")
        return made.tocsr()
    except (KeyError, ValueError, IndexError, TypeError) as error:
        raise DataError(f"{path}: expected a matrix of scipy.sparse.save_npz, got: {error}; save it again") from None


def read_lists(path: Path, weight: weights.Asked = None) -> RawNetwork:
    """A line for each node, with its neighbours after it; # begins a remark. There are no weights.

    Raises:
        DataError: it is no text, or empty.
    """
    try:
        text = bounded.text(path)
    except (UnicodeDecodeError, OSError, *bounded.BROKEN) as error:
        raise DataError(f"{path}: expected lists of neighbours in UTF-8, got: {error}; save it again") from None
    weights.nameless(weight, str(path))
    lines = [line.partition("#")[0].split() for line in text.splitlines()]
    numbers: dict[str, int] = {}
    pairs = []
    for names in filter(None, lines):
        first, *others = (numbers.setdefault(name, len(numbers)) for name in names)
        pairs += [(first, other) for other in others]
    if not numbers:
        raise DataError(f"{path}: expected lists of neighbours, got an empty file; name another file")
    return RawNetwork(list(numbers), np.array(pairs, np.int64).reshape(-1, 2).T)
