"""Adjacency: matrices of numbers in text or scipy's .npz, and lists of neighbours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from relxfer.authoring.tables import Table, read
from relxfer.errors import DataError
from relxfer.store import bounded
from relxfer_social.files.raw_network import RawNetwork

if TYPE_CHECKING:
    import scipy.sparse as sp

#: The least nodes of a matrix in text: a smaller one may be a list of weighted edges.
LEAST = 4


def read_matrix(path: Path) -> RawNetwork | None:
    """The network of a square of numbers, with names in its first row or column or without; None for another table."""
    if not _is_wide(path):
        return None
    table = read(path, "edges", loose=True)
    names, cells = _square(table)
    if names is None:
        return None
    values = _numbers(table, cells)
    return None if values is None else _network(names, values, path.name)


def _is_wide(path: Path) -> bool:
    """Whether the first line has more cells than an edge with a weight, so that the table is worth reading."""
    if path.suffix.lower() == ".parquet":
        return False
    with path.open("rb") as stream:
        line = stream.readline(1 << 20).decode("utf-8", "replace").strip()
    return max(line.count(mark) for mark in ",;\t") >= LEAST - 1 or len(line.split()) >= LEAST


def _square(table: Table) -> tuple[list[str] | None, Sequence[Sequence[str]]]:
    """The names of the nodes and the cells of numbers; no names where it is no square."""
    rows, width = table.rows, len(table.rows[0])
    if len(rows) == width + 1:  # names in the first row
        return (list(rows[0]), rows[1:]) if len(set(rows[0])) == width else (None, ())
    if len(rows) != width:
        return None, ()
    inner = [row[1:] for row in rows[1:]]
    if list(rows[0][1:]) == [row[0] for row in rows[1:]] and width > LEAST:
        return list(rows[0][1:]), inner
    return (list(map(str, range(width))), rows) if width >= LEAST else (None, ())


def _numbers(table: Table, cells: Sequence[Sequence[str]]) -> np.ndarray | None:
    try:
        values = np.array([[float(cell or 0) for cell in row] for row in cells])
    except ValueError:
        return None
    if not np.isfinite(values).all():
        row, column = np.argwhere(~np.isfinite(values))[0].tolist()
        raise DataError(
            f"{table.where(len(table.rows) - len(cells) + row)}: expected finite numbers of an adjacency matrix, got "
            f"{values[row, column]} in column {column + 1}; correct it"
        )
    return values


def _network(names: Sequence[str], values: Any, what: str) -> RawNetwork:
    """Rows link to columns where a cell is not 0; one that is its own transpose has no directions."""
    rows = np.stack(values.nonzero()).astype(np.int64)
    codes = rows[0] * len(names) + rows[1]
    directed = not np.array_equal(np.sort(codes), np.sort(rows[1] * len(names) + rows[0]))
    told = f"{what} is an adjacency matrix of {len(names):,} nodes, {'directed' if directed else 'symmetric'}"
    weighted = "; its values are not used" if rows.size and (np.asarray(values[tuple(rows)]) != 1).any() else ""
    return RawNetwork(list(names), rows, directed, notes=(f"{told}: a cell that is not 0 is a link{weighted}",))


def is_sparse(arrays: Mapping[str, np.ndarray]) -> bool:
    """Whether arrays are a matrix of `scipy.sparse.save_npz`."""
    return {"format", "shape", "data"} <= set(arrays)


def of_sparse(path: Path, arrays: Mapping[str, np.ndarray], most: int) -> RawNetwork:
    """The network of a sparse adjacency.

    most  nodes, so that no size is trusted

    Raises:
        DataError: it is no square, or of a form that does not fit.
    """
    matrix = _matrix(path, arrays)
    if matrix.shape[0] != matrix.shape[1] or matrix.shape[0] > most:
        raise DataError(f"{path}: expected a square matrix of at most {most:,} nodes, got {list(matrix.shape)}")
    matrix.eliminate_zeros()
    return _network(list(map(str, range(matrix.shape[0]))), matrix, path.name)


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


def read_lists(path: Path) -> RawNetwork:
    """A line for each node, with its neighbours after it; # begins a remark.

    Raises:
        DataError: it is no text, or empty.
    """
    try:
        text = bounded.text(path)
    except (UnicodeDecodeError, OSError, *bounded.BROKEN) as error:
        raise DataError(f"{path}: expected lists of neighbours in UTF-8, got: {error}; save it again") from None
    lines = [line.partition("#")[0].split() for line in text.splitlines()]
    numbers: dict[str, int] = {}
    pairs = []
    for names in filter(None, lines):
        first, *others = (numbers.setdefault(name, len(numbers)) for name in names)
        pairs += [(first, other) for other in others]
    if not numbers:
        raise DataError(f"{path}: expected lists of neighbours, got an empty file; name another file")
    return RawNetwork(list(numbers), np.array(pairs, np.int64).reshape(-1, 2).T)
