"""Unpacking archives that are not trusted, completely or not at all, and only into a new folder."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
import os
import shutil
import stat
import tarfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Self

from relxfer.errors import DataError

_CHUNK = 1 << 16
#: Limit of bytes of headers before a member of a tar archive, because tarfile reads them into memory.
_HEADERS = 1 << 21
#: Limit of bytes of memory for reading an xz archive; those of `xz -9` need 65 MiB.
_DICTIONARY = 1 << 27
#: Unpacked bytes up to which any compression ratio is allowed.
_SMALL = 1 << 20

Member = tuple[str, Iterator[bytes] | None]


@dataclass(frozen=True)
class Limits:
    """Limits of an archive.

    members  number of members
    member   unpacked bytes of one member
    total    unpacked bytes of all members
    ratio    unpacked bytes for each byte of the archive
    """

    members: int = 200_000
    member: int = 16 * 2**30
    total: int = 64 * 2**30
    ratio: int = 200


def unpack(archive: Path, folder: Path, limits: Limits = Limits()) -> dict[str, str]:
    """Unpack a zip or tar (.gz, .bz2, .xz) archive into `folder`, which must not exist.

    Only plain files and folders are accepted, under names that `member_path` allows, each once. Sizes are counted while
    reading, because headers may be wrong. Times and permissions in the archive are ignored. Only one process at a time
    may unpack into a folder.

    Returns:
        Name of each file, as a POSIX path -> its digest `"sha256:..."`.

    Raises:
        DataError: the archive is damaged, or contains something that must not be unpacked; nothing is unpacked then.
    """
    if os.path.lexists(folder):
        raise DataError(
            f"expected that {folder} does not exist, because an archive is unpacked there; delete or rename it"
        )
    staging = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(staging, ignore_errors=True)
    try:
        staging.mkdir(parents=True)
        digests = _fill(staging, archive, limits)
        os.replace(staging, folder)
        return digests
    except DataError as error:
        raise DataError(f"{archive}: {error}; do not use this archive") from None
    except Exception as error:  # on damaged bytes, parsers raise various errors, such as struct.error
        raise DataError(
            f"{archive}: expected an archive that can be unpacked into {folder.parent}, got {type(error).__name__}: "
            f"{error}; download it again, free some space, or correct the permissions"
        ) from None
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def member_path(name: str) -> tuple[str, ...]:
    """The segments of a member's path, relative to the folder.

    Raises:
        DataError: on some system the path would lead out of the folder, or is not valid.

    >>> member_path("./data/train.txt")
    ('data', 'train.txt')
    >>> member_path("data/../../train.txt")
    Traceback (most recent call last):
    ...
    relxfer.errors.DataError: expected a plain relative name, got 'data/../../train.txt' in the archive
    """
    segments = tuple(segment for segment in name.split("/") if segment not in ("", "."))
    forms = {name, unicodedata.normalize("NFKC", name)}  # normalised, "．．／" is "../"
    if not all(map(_is_plain, forms)) or max((len(segment.encode()) for segment in segments), default=0) > 255:
        raise DataError(f"expected a plain relative name, got {name[:200]!r} in the archive")
    return segments


def _is_plain(name: str) -> bool:
    """Whether a name is relative, without parent folders, drives, streams, control characters or surrogates."""
    segments = (segment for segment in name.split("/") if segment not in ("", "."))
    parent = not all(segment.strip(". ") for segment in segments)  # Windows drops dots and spaces at the end
    odd = name.startswith("/") or "\\" in name or ":" in name or not name.isprintable()
    return not (parent or odd or len(name) > 1024)


# ---------------------------------------------------------------- writing


def _fill(root: Path, archive: Path, limits: Limits) -> dict[str, str]:
    left = min(limits.total, max(_SMALL, limits.ratio * archive.stat().st_size))
    names, digests = _Names(), {}
    for number, (name, chunks) in enumerate(_members(archive), 1):
        if number > limits.members:
            raise DataError(f"expected at most {limits.members:,} members, got more")
        segments = member_path(name)
        names.claim(segments, chunks is None)
        if chunks is None:
            root.joinpath(*segments).mkdir(parents=True, exist_ok=True)
            continue
        size, digest = _write(root.joinpath(*segments), chunks, min(limits.member, left))
        digests["/".join(segments)] = digest
        left -= size
    if not digests:
        raise DataError("expected files, got none")
    return digests


def _write(path: Path, chunks: Iterator[bytes], most: int) -> tuple[int, str]:
    """Write chunks to a new file and return its size and digest; raise `DataError` beyond `most` bytes."""
    size, digest = 0, hashlib.sha256()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as stream:
        for chunk in chunks:
            size += len(chunk)
            if size > most:
                raise DataError(
                    f"expected at most {most:,} more bytes, got a longer {path.name!r}, as in a decompression bomb"
                )
            digest.update(chunk)
            stream.write(chunk)
        stream.flush()
        os.fsync(stream.fileno())
    return size, f"sha256:{digest.hexdigest()}"


@dataclass
class _Names:
    """The names of members so far, compared without case and Unicode forms, as some systems do."""

    files: set[tuple[str, ...]] = field(default_factory=set)
    folders: set[tuple[str, ...]] = field(default_factory=set)

    def claim(self, segments: tuple[str, ...], is_folder: bool) -> None:
        """Add a path, or raise `DataError` if a file has it already."""
        key = tuple(unicodedata.normalize("NFKC", segment).casefold() for segment in segments)
        above = {key[:depth] for depth in range(1, len(key) + is_folder)}
        if not key and not is_folder:
            raise DataError("expected a name for every file, got none")
        taken = not is_folder and (key in self.files or key in self.folders)
        if taken or above & self.files:
            raise DataError(f"expected one file for each name, got {'/'.join(segments)!r} twice, or as file and folder")
        self.folders |= above
        self.files |= set() if is_folder else {key}


# ---------------------------------------------------------------- reading


def _members(archive: Path) -> Iterator[Member]:
    """Yield (name, chunks of bytes) of files and (name, None) of folders; raise `DataError` for anything else."""
    with archive.open("rb") as stream:
        start = stream.read(6)
        stream.seek(0)
        if start[:4] in (b"PK\3\4", b"PK\5\6"):
            yield from _zip(stream)
        else:
            yield from _tar(_decompressed(stream, start))


def _decompressed(stream: IO[bytes], start: bytes) -> IO[bytes]:
    openers: dict[bytes, Callable[[Any], Any]] = {
        b"\x1f\x8b": gzip.open,
        b"BZh": bz2.open,
        b"\xfd7zXZ\0": _Xz,
    }
    return next((opener(stream) for magic, opener in openers.items() if start.startswith(magic)), stream)


def _zip(stream: IO[bytes]) -> Iterator[Member]:
    with zipfile.ZipFile(stream) as archive:
        for info in archive.infolist():
            name, kind = info.orig_filename, stat.S_IFMT(info.external_attr >> 16)
            if info.flag_bits & 1:
                raise DataError(f"expected no password, got {name!r} encrypted")
            if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
                raise DataError(f"expected files and folders only, got {name!r}, which is neither")
            if info.compress_type not in (
                zipfile.ZIP_STORED,
                zipfile.ZIP_DEFLATED,
            ):  # decompressors of other methods do not limit memory
                raise DataError(f"expected members stored or deflated, got {name!r} in another way")
            yield name, None if info.is_dir() else _zip_chunks(archive, info)


def _zip_chunks(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    left = info.file_size
    with archive.open(info) as stream:
        while chunk := stream.read(_CHUNK):
            left -= len(chunk)
            yield chunk
    if left:
        raise DataError(f"expected {info.file_size:,} bytes in {info.filename!r}, got {left:,} fewer")


def _tar(stream: IO[bytes]) -> Iterator[Member]:
    watched: Any = _Watched(stream)
    with tarfile.open(fileobj=watched, mode="r|", tarinfo=_StrictInfo) as archive:
        for info in archive:
            if info.type not in (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.DIRTYPE) or info.issparse():
                raise DataError(f"expected files and folders only, got {info.name!r}, which is neither")
            yield info.name, None if info.isdir() else _tar_chunks(archive, info, watched)
            watched.left = _HEADERS


def _tar_chunks(archive: tarfile.TarFile, info: tarfile.TarInfo, watched: _Watched) -> Iterator[bytes]:
    stream = archive.extractfile(info)
    assert stream is not None
    watched.left = _HEADERS
    while chunk := stream.read(_CHUNK):
        watched.left = _HEADERS
        yield chunk


class _Xz:
    """The content of an xz file. Memory is limited, because a header may ask for 4 GiB."""

    def __init__(self, stream: IO[bytes]):
        self.stream, self.reader = stream, lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_DICTIONARY)

    def read(self, size: int) -> bytes:
        """Read up to `size` bytes; returns b"" at the end."""
        while not self.reader.eof or self._next():
            given = self.stream.read(_CHUNK) if self.reader.needs_input else b""
            if not given and self.reader.needs_input:
                raise EOFError("the archive ends too early")
            if data := self.reader.decompress(given, size):
                return data
        return b""

    def _next(self) -> bool:
        """Start reading the next stream, since an xz file may have several; False at the end."""
        rest = self.reader.unused_data or self.stream.read(_CHUNK)
        if not rest.strip(b"\0"):
            return False
        self.reader = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_DICTIONARY)
        self.reader.decompress(rest, 0)
        return True


@dataclass
class _Watched:
    """A stream from which at most `left` bytes can be read, until `left` is set again.

    It limits the headers, which tarfile reads without a limit of its own.
    """

    stream: IO[bytes]
    left: int = _HEADERS

    def read(self, size: int) -> bytes:
        data = self.stream.read(size)
        self.left -= len(data)
        if self.left < 0:
            raise DataError(f"expected headers of at most {_HEADERS:,} bytes, got more")
        return data


class _StrictInfo(tarfile.TarInfo):
    """Raises an error for a damaged header, which `tarfile` would take for the end of the archive."""

    @classmethod
    def fromtarfile(cls, archive: tarfile.TarFile) -> Self:
        try:
            return super().fromtarfile(archive)
        except tarfile.EOFHeaderError:  # type: ignore[attr-defined]
            raise
        except tarfile.HeaderError as error:
            raise tarfile.ReadError(str(error)) from None
