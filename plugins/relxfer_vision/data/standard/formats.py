"""Files of pictures with their classes: IDX, USPS's text, Matlab, tensors, and numpy's npz."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from relxfer.errors import DataError
from relxfer.store import bounded, torch_file

#: pictures uint8 [n, H, W] or [n, H, W, C], classes int64 [n] from 0
LabelledPictures = tuple[np.ndarray, np.ndarray]

#: Third byte of an IDX file: unsigned bytes.
_BYTES = 8


def idx(pictures: Path, classes: Path) -> LabelledPictures:
    """Two gzip files of unsigned bytes in MNIST's format: two zeros, type, number of axes, their lengths, values."""
    return _checked(pictures, _idx(pictures, 3), _idx(classes, 1))


def _idx(path: Path, axes: int) -> np.ndarray:
    with _reading(path):
        values = bounded.read(path)
    header = 4 + 4 * axes
    if len(values) < header or tuple(values[:4]) != (0, 0, _BYTES, axes):
        raise _strange(path, f"IDX with unsigned bytes in {axes} axes", f"a file that begins with {values[:4].hex()}")
    shape = np.frombuffer(values, ">u4", axes, 4)
    if len(values) != header + int(np.prod(shape, dtype=np.int64)):
        raise _strange(path, f"{shape.tolist()} values", f"{len(values) - header:,}")
    return np.frombuffer(values, np.uint8, offset=header).reshape(shape)


def usps(path: Path) -> LabelledPictures:
    """A gzip text, a digit and 256 values in [-1, 1] on a line; -1 becomes 0, 1 becomes 255."""
    with _reading(path):
        rows = np.loadtxt(io.StringIO(bounded.text(path)), dtype=np.float32, ndmin=2)
    if rows.shape[1] != 1 + 16 * 16 or np.abs(rows[:, 1:]).max(initial=0) > 1:
        raise _strange(path, "lines of a digit and 256 values in [-1, 1]", f"{rows.shape[1]} columns")
    pictures = ((rows[:, 1:] + 1) * 127.5).round().astype(np.uint8).reshape(-1, 16, 16)
    return _checked(path, pictures, rows[:, 0])


def svhn(path: Path) -> LabelledPictures:
    """A Matlab file: X uint8 [32, 32, 3, n], y [n, 1], where 10 stands for the digit 0."""
    from scipy.io import loadmat

    with _reading(path):
        content = loadmat(path, variable_names=("X", "y"))
        pictures, classes = content["X"].transpose(3, 0, 1, 2), content["y"].reshape(-1) % 10
    return _checked(path, pictures, classes)


def tensors(path: Path) -> LabelledPictures:
    """torch's file of (pictures uint8 [n, H, W, C], classes [n]); no pickled object is loaded."""
    with _reading(path, Exception):  # a broken archive shows in many types
        pictures, classes = torch_file.load(path)
        torch_file.check_sizes(path, (pictures, classes))
        return _checked(path, pictures.numpy(), classes.numpy())


def _checked(path: Path, pictures: np.ndarray, classes: np.ndarray) -> LabelledPictures:
    if len(pictures) != len(classes) or pictures.dtype != np.uint8 or classes.ndim != 1:
        raise _strange(
            path,
            "as many classes as pictures, these in unsigned bytes",
            f"{len(pictures):,} pictures ({pictures.dtype}), classes {list(classes.shape)}",
        )
    whole = classes.astype(np.int64)
    if not np.array_equal(whole, classes) or whole.min(initial=0) < 0:
        raise _strange(path, "classes as whole numbers from 0", str(classes[:5].tolist()))
    return pictures, whole


@contextmanager
def _reading(path: Path, *more: type[Exception]) -> Iterator[None]:
    troubles: tuple[type[Exception], ...] = (OSError, *bounded.BROKEN, ValueError, KeyError, TypeError, *more)
    try:
        yield
    except troubles as error:
        raise _strange(path, "a whole file of pictures and classes", str(error) or type(error).__name__) from None


def _strange(path: Path, expected: str, got: str) -> DataError:
    return DataError(f"{path}: expected {expected}, got {got}; restore it, or delete it and fetch it again")
