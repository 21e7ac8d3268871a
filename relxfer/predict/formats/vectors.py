"""Files of named vectors."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from relxfer.errors import UsageError
from relxfer.predict.formats.blocks import encoded
from relxfer.predict.formats.text import delimited_table
from relxfer.store import files, parquet

FORMATS = (".parquet", ".npz", ".csv", ".tsv")


def check(path: Path, force: bool) -> None:
    """Check before anything is computed that a file can be written.

    Raises:
        UsageError: its format is unknown, or it exists and `force` is not set.
        DataError: a library is missing.
    """
    if path.suffix not in FORMATS:
        raise UsageError(f"expected a file ending in {', '.join(FORMATS)}, got {path.name!r}; choose another --out")
    if path.exists() and not path.is_file():
        raise UsageError(f"Cannot write {path}: it is not a file. Choose another --out.")
    if path.exists() and not force:
        raise UsageError(f"Cannot write {path}: it exists. Choose another --out, or add --force.")
    if path.suffix == ".parquet":
        parquet.library()


def write(words: Mapping[str, Sequence[str]], vectors: np.ndarray, path: Path) -> int:
    """Write n vectors, float32 [n, width], beside columns of [n] words; return n.

    .parquet    a column for each of the words, and `vector`, a list of float32
    .npz        an array of text for each column of words, and `vectors`; read by `numpy.load` without pickle
    .csv, .tsv  the columns of words, then x0, x1, ...; every number reads back as the same float32
    """
    kinds = {".parquet": _parquet, ".npz": _npz, ".csv": _delimited, ".tsv": _delimited}
    if path.suffix not in kinds:
        raise UsageError(f"expected a file ending in {', '.join(FORMATS)}, got {path.name!r}")
    kinds[path.suffix](words, vectors, path)
    return len(vectors)


def numbered(vectors: np.ndarray) -> dict[str, list[float]]:
    """The columns x0, x1, ... of vectors; a number is the shortest that reads back as the same float32.

    >>> numbered(np.array([[0.1, 2.0]], np.float32))
    {'x0': [0.1], 'x1': [2.0]}
    """
    return {f"x{place}": [float(str(value)) for value in column] for place, column in enumerate(vectors.T)}


def _delimited(words: Mapping[str, Sequence[str]], vectors: np.ndarray, path: Path) -> None:
    columns: dict[str, Sequence[str | float]] = {**words, **numbered(vectors)}
    delimited_table([*columns], [[*columns.values()]], path)


def _npz(words: Mapping[str, Sequence[str]], vectors: np.ndarray, path: Path) -> None:
    sink, named = io.BytesIO(), {name: np.array([*column], str) for name, column in words.items()}
    np.savez_compressed(sink, **{"vectors": vectors, **named})  # type: ignore[arg-type]
    files.write_bytes(path, sink.getvalue())


def _parquet(words: Mapping[str, Sequence[str]], vectors: np.ndarray, path: Path) -> None:
    pa = parquet.library()
    texts = [pa.array([encoded(word) for word in column], pa.binary()).cast(pa.string()) for column in words.values()]
    ends = np.arange(len(vectors) + 1, dtype=np.int32) * vectors.shape[1]
    lists = pa.ListArray.from_arrays(pa.array(ends), pa.array(vectors.reshape(-1), pa.float32()))
    with files.writing(path) as stream:
        pa.parquet.write_table(pa.table([*texts, lists], names=[*words, "vector"]), stream)
