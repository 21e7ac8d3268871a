"""Where the files of data sets are: in the data root and the mirrors, at a path that follows from the URL."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from relxfer.contract.file import File
from relxfer.errors import DataError
from relxfer.store.hub.data_root import data_root

#: Names in the folder of an unpacked archive: the folder of its members, and the file of their digests, which is
#: written last, so that it exists only if all members do.
MEMBERS, DIGESTS = "members", "digests.json"


def mirrors() -> list[Path]:
    """The folders in `RELXFER_MIRROR`. They have the layout of the data root, and are never written."""
    return [Path(folder) for folder in os.environ.get("RELXFER_MIRROR", "").split(os.pathsep) if folder]


def place_of(url: str) -> Path:
    """The relative path of a URL, host/path, as `wget -x` lays out files.

    Raises:
        DataError: the URL is not http or https, or has a password or a path that is not plain.

    >>> place_of("https://example.org/a/b%20c.txt").as_posix()
    'example.org/a/b c.txt'
    """
    address = urlsplit(url)
    names = [address.netloc, *unquote(address.path).split("/")[1:]]
    plain = all(name not in ("", ".", "..") and "\\" not in name and name.isprintable() for name in names)
    if address.scheme not in ("http", "https") or not plain or len(names) < 2 or "@" in address.netloc:
        raise DataError(
            f"expected a URL by https with a host, a plain path and no password, got {shown(url)!r}; correct the card"
        )
    return Path(*names)


def shown(url: str) -> str:
    """A URL for messages: without user name, password and query, because they may be secret.

    >>> shown("https://me:secret@example.org/a.tsv?token=secret")
    'https://example.org/a.tsv?...'
    """
    address = urlsplit(url)
    host, query = address.netloc.rpartition("@")[2], "..." if address.query else ""
    return urlunsplit(address._replace(netloc=host, query=query))


def home_of(file: File) -> Path:
    """The path in the data root of what is at the URL, whether or not it exists."""
    return data_root() / place_of(file.url)


def copies_of(file: File) -> list[Path]:
    """Paths of all copies of what is at the URL: in the data root first, then in the mirrors."""
    roots = [data_root(), *mirrors()]
    return [path for root in roots if (path := root / place_of(file.url)).is_file()]


def unpacked_of(file: File) -> Path:
    """The folder in the data root where the archive is unpacked; it depends on the digest of the archive."""
    home = home_of(file)
    return home.with_name(f"{home.name}.{(file.digest or 'unverified').rpartition(':')[2][:12]}")


def path_of(file: File) -> Path | None:
    """The path of a file, or of the archive that contains it; None if it must be downloaded. No file is read."""
    if file.member is not None and (member := unpacked_of(file) / MEMBERS / file.member).exists():
        return member
    return next(iter(copies_of(file)), None)
