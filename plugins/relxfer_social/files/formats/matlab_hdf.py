"""Matlab's files of version 7.3, which are HDF5: numeric matrices of the file itself, and nothing that it refers to."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.errors import DataError, NotInstalled
from relxfer.store.bounded import most_unpacked


def read_hdf(path: Path, data: bytes) -> dict[str, Any]:
    """Numeric matrices by name, dense or sparse; a vector stands as a column.

    Raises:
        DataError: h5py is not installed; the matrices unpack to too much.
    """
    try:
        import h5py
    except ImportError:
        lacking = NotInstalled("h5py", "a Matlab file of version 7.3", "mat", "save it again with -v7")
        raise DataError(f"{path}: {lacking}") from None
    left = most_unpacked(len(data))
    made: dict[str, Any] = {}
    with h5py.File(io.BytesIO(data), "r") as content:
        for name in content:
            if not isinstance(content.get(name, getlink=True), h5py.HardLink):
                continue  # it is in another file
            sparse = isinstance(content[name], h5py.Group) and {"ir", "jc"} <= set(content[name])
            parts = [content[name][part] for part in ("data", "ir", "jc") if part in content[name]] if sparse else []
            parts = parts or [content[name]]
            if not all(isinstance(part, h5py.Dataset) and _is_plain(part) for part in parts):
                continue
            left -= sum(part.size * max(8, part.dtype.itemsize) for part in parts)
            if left < 0:
                raise DataError(f"{path}: expected matrices of a sensible size, got {name!r}; save it with -v7")
            made[name] = _sparse(content[name]) if sparse else np.atleast_2d(content[name][()]).T
    return {name: value.T if value.shape[0] == 1 < value.shape[1] else value for name, value in made.items()}


def _is_plain(part: Any) -> bool:
    """Whether its values are numbers in this file."""
    return part.dtype.kind in "biuf" and not part.is_virtual and not part.external and part.ndim <= 2


def _sparse(group: Any) -> Any:
    """A matrix as compressed columns."""
    import scipy.sparse as sp

    rows = int(group.attrs["MATLAB_sparse"])
    starts = group["jc"][()]
    places = group["ir"][()] if "ir" in group else np.zeros(0, np.int64)
    values = group["data"][()] if "data" in group else np.zeros(0)
    made = sp.csc_matrix((values, places, starts), shape=(rows, len(starts) - 1))
    made.check_format(full_check=True)  # an index out of bounds would read foreign memory
    return made.tocsr()
