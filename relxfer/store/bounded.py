"""Reading files that come from others: no devices, and gzip files only up to a sensible size."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from relxfer.errors import DataError

#: A compressed file may always unpack to `SMALL` bytes, beyond that to `RATIO` times its size, and never to more than
#: `MOST`. Tables compress 4 to 40 times; one line repeated over and over, 1,000 times.
SMALL = 16 * 2**20
RATIO = 100
MOST = 4 * 2**30
#: What an incomplete gzip file raises, apart from `OSError`.
BROKEN = (EOFError, zlib.error)
_CHUNK = 1 << 18
_GZIP = b"\x1f\x8b"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: Where pipes lie that the user made, such as /dev/stdin and those of a shell's <(...); not what is below /dev/shm.
_PIPES = (Path("/dev"), Path("/dev/fd"))


def read(path: Path) -> bytes:
    """The bytes of a file; one that is packed with gzip is unpacked, whatever its name.

    Raises:
        DataError: it is not a regular file, or it unpacks to more than the limits above; it is not held in memory then.
        OSError, EOFError, zlib.error: it cannot be read, or is not a complete gzip file.
    """
    _check_plain(path)
    return b"".join(unpacked(path)) if _is_gzip(path) else path.read_bytes()


def text(path: Path) -> str:
    """The same as text in UTF-8, or in UTF-16 where a byte order mark says so; without the mark.

    Raises:
        DataError: as `read`; or the file holds a null character, which text never does. A sparse file may hold any
            number of them and take no space on the disk.
        UnicodeDecodeError: it is neither.
    """
    if path.parent not in _PIPES:
        _check_plain(path)
    content, wide = io.BytesIO(), False
    for chunk in unpacked(path) if _is_gzip(path) else _chunks(path):
        wide = wide or (not content.tell() and chunk.startswith(_UTF16))
        if (zero := _null(chunk, wide)) >= 0:
            line = content.getvalue().count(b"\n") + chunk.count(b"\n", 0, zero) + 1
            raise DataError(f"{path}:{line}: expected text in UTF-8, got a null byte; save the file as UTF-8")
        content.write(chunk)
    return content.getvalue().decode("utf-16" if wide else "utf-8-sig")


def _null(chunk: bytes, wide: bool) -> int:
    """Where the first null character is, or -1; in UTF-16 only one beside others, since letters have such bytes."""
    return chunk.find(b"\0\0\0" if wide else b"\0")


def text_stream(path: Path) -> BinaryIO:
    """The bytes of a text in UTF-8, without a byte order mark, part by part; a .gz is unpacked.

    Raises:
        DataError, OSError, EOFError, zlib.error: as `text`, but when the part is read.
    """
    _check_plain(path)
    return io.BufferedReader(_Parts(path, unpacked(path) if _is_gzip(path) else _chunks(path)))


class _Parts(io.RawIOBase):
    """Chunks of a text as a stream."""

    def __init__(self, path: Path, chunks: Iterator[bytes]):
        self.path, self.chunks = path, chunks
        self.part = memoryview(next(chunks, b"").removeprefix(codecs.BOM_UTF8))

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.part = self.part or memoryview(next(self.chunks, b""))
        if b"\0" in bytes(self.part[: len(buffer)]):
            raise DataError(f"{self.path}: expected text in UTF-8, got a null byte; save the file as UTF-8")
        count = min(len(buffer), len(self.part))
        buffer[:count], self.part = self.part[:count], self.part[count:]
        return count


def unpacked(path: Path) -> Iterator[bytes]:
    """The content of a gzip file in chunks; `DataError` as soon as it is too much for the bytes read so far."""
    with path.open("rb") as packed, gzip.open(packed) as stream:
        size = 0
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > most_unpacked(packed.tell()):
                raise DataError(
                    f"{path}: expected a gzip file that unpacks to at most {RATIO} times its size and {MOST >> 30} "
                    f"GiB, got more, as in a decompression bomb. If you trust it, unpack it: gunzip -k {path.name}"
                )
            yield chunk


def most_unpacked(size: int, small: int = SMALL, ratio: int = RATIO) -> int:
    """How many bytes a compressed file of this size may unpack to.

    >>> most_unpacked(1_000_000), most_unpacked(10)
    (100000000, 16777216)
    """
    return max(small, min(ratio * size, MOST))


def _is_gzip(path: Path) -> bool:
    """By the first bytes: people rename files, and a pipe, whose bytes are gone once read, goes by its name."""
    if not path.is_file():
        return path.suffix.lower() == ".gz"
    with path.open("rb") as stream:
        return stream.read(2) == _GZIP


def _check_plain(path: Path) -> None:
    """Refuse devices and pipes, which may never end."""
    if path.exists() and not path.is_file():
        kind = "a folder" if path.is_dir() else "a device, pipe or socket"
        raise DataError(f"expected a file, got {kind}: {path}; give the path of a file")


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk
