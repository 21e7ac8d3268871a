"""Reading numpy's .npz files: no pickled objects, no name twice, and no array larger than the file can hold."""

from __future__ import annotations

import math
import zipfile
from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np

from relxfer.errors import DataError
from relxfer.store.bounded import most_unpacked

#: Arrays of zeros compress 1,000 times, those that are almost all zeros 200 times: see `bounded.most_unpacked`.
SMALL = 64 * 2**20
RATIO = 200
#: Bytes that count for each value, at least: narrow types are widened wherever the arrays go.
_BYTES_PER_VALUE = 4
_HEADERS = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}


def read(path: Path, needless: Collection[str] = ()) -> dict[str, np.ndarray]:
    """The arrays by name.

    needless  names of arrays that are passed over where they hold pickled objects

    Raises:
        DataError: the file is damaged, or holds something that must not be read. What would unpack to too much is
            refused before anything is unpacked.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "a.npz"
    >>> np.savez_compressed(path, x=np.arange(3))
    >>> read(path)["x"].tolist()
    [0, 1, 2]
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_members(members)
            members = [i for i in members if _name(i) not in needless or not _header(archive, i)[1].hasobject]
            _check_size(sum(_weight(archive, info) for info in members), path.stat().st_size)
            return {_name(info): _array(archive, info) for info in members}
    except DataError as error:
        raise DataError(f"{path}: {error}") from None
    except Exception as error:  # zipfile and numpy raise anything on a damaged file
        raise DataError(
            f"{path}: expected arrays without pickled objects, got: {error}; save it again with numpy.savez"
        ) from None


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    names = [info.filename for info in members]
    for info in members:
        if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise DataError(
                f"expected arrays stored or deflated, got {info.filename!r} compressed in another way; save it again"
            )
        if not info.filename.endswith(".npy") or names.count(info.filename) > 1:
            got = "twice" if info.filename.endswith(".npy") else "which is not an array"
            raise DataError(
                f"expected only arrays, each once, got {info.filename!r}, {got}; save it again with numpy.savez"
            )


def _name(info: zipfile.ZipInfo) -> str:
    return info.filename.removesuffix(".npy")


def _weight(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> int:
    """The bytes that an array counts for, at least four for each value.

    All values that the header announces must be there: numpy allocates memory for them before it reads any, and zipfile
    reads no more of a member than the archive says it holds.
    """
    shape, dtype, held = _header(archive, info)
    if not dtype.hasobject and math.prod(shape) * dtype.itemsize != held:  # objects: numpy says so
        raise DataError(
            f"expected the values of {info.filename!r} as its header says, {list(shape)} of {dtype}, got {held:,} "
            "bytes of them; save it again"
        )
    return max(info.file_size, _BYTES_PER_VALUE * math.prod(shape))


def _header(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> tuple[tuple[int, ...], np.dtype[Any], int]:
    """Shape and type of an array, and how many bytes follow."""
    with archive.open(info) as stream:
        version = np.lib.format.read_magic(stream)
        if version not in _HEADERS:
            raise DataError(f"expected numbers or texts, got {info.filename!r} in format {version}; convert it")
        shape, _, dtype = _HEADERS[version](stream)
        return shape, dtype, info.file_size - stream.tell()


def _check_size(weight: int, size: int) -> None:
    most = max(_BYTES_PER_VALUE * size, most_unpacked(size, SMALL, RATIO))
    if weight > most:
        raise DataError(
            f"expected arrays of at most {most:,} bytes in a file of {size:,}, got {weight:,}, counting at least four "
            "for each value, as in a decompression bomb. If you trust it, save it without compression: numpy.savez"
        )


def _array(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> np.ndarray:
    with archive.open(info) as stream:
        return np.lib.format.read_array(stream, allow_pickle=False)
