"""The content of a file that somebody handed over: of a device nothing, of a gzip file what an honest one may hold."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path

from relxfer.errors import DataError

#: What is compressed may unpack to so many bytes at any ratio; beyond, to `RATIO` bytes for each of its own, and to
#: `MOST` in all. Tables compress 4 to 40 times, a line that is repeated over and over 1,000 times.
SMALL = 16 * 2**20
RATIO = 100
MOST = 4 * 2**30
#: What an incomplete gzip file raises beside `OSError`.
BROKEN = (EOFError, zlib.error)
_CHUNK = 1 << 18


def read(path: Path) -> bytes:
    """All bytes of a file, or of what it holds where its name ends in .gz.

    Raises:
        DataError: it is no plain file, or unpacks to more than the limits above; nothing large is in memory then.
        OSError, EOFError, zlib.error: it cannot be read, or is no whole gzip file.
    """
    _check_plain(path)
    return b"".join(unpacked(path)) if _is_gzip(path) else path.read_bytes()


def text(path: Path) -> str:
    """The same as text in UTF-8, without a byte order mark.

    Raises:
        DataError: as `read`; or a byte is zero, as in no text. A file with a hole has as many as somebody likes.
        UnicodeDecodeError: it is no UTF-8.
    """
    if not str(path).startswith("/dev/"):  # the user's own pipe, such as /dev/stdin
        _check_plain(path)
    found = io.BytesIO()
    for chunk in unpacked(path) if _is_gzip(path) else _chunks(path):
        if (zero := chunk.find(b"\0")) >= 0:
            line = found.getvalue().count(b"\n") + chunk.count(b"\n", 0, zero) + 1
            raise DataError(f"{path}:{line}: expected text in UTF-8, got a null byte; restore it, or save it as UTF-8")
        found.write(chunk)
    return found.getvalue().decode("utf-8-sig")


def unpacked(path: Path) -> Iterator[bytes]:
    """What a gzip file holds, piece by piece; `DataError` as soon as it is too much for what was read of the file."""
    with path.open("rb") as packed, gzip.open(packed) as stream:
        size = 0
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > room(packed.tell()):
                raise DataError(
                    f"{path}: expected a gzip file that holds {RATIO} times its size and {MOST >> 30} GiB at most, "
                    f"got more (a bomb?); where you trust it, unpack it yourself: gunzip -k {path.name}"
                )
            yield chunk


def room(size: int, small: int = SMALL, ratio: int = RATIO) -> int:
    """Bytes to which so many compressed bytes may unpack.

    >>> room(1_000_000), room(10)
    (100000000, 16777216)
    """
    return max(small, min(ratio * size, MOST))


def _is_gzip(path: Path) -> bool:
    return path.suffix.lower() == ".gz"


def _check_plain(path: Path) -> None:
    """A device or a pipe may never end."""
    if path.exists() and not path.is_file():
        kind = "a folder" if path.is_dir() else "a device, pipe or socket"
        raise DataError(f"expected a file, got {kind}: {path}; name another")


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk
