"""Where the files of data sets are: the data root and the mirrors, with one place for every URL."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from relxfer.contract.records import File
from relxfer.errors import DataError

#: Names in the folder of an unpacked archive: its members, and the sha256 of each, which is written last.
MEMBERS, DIGESTS = "members", "digests.json"


def data_root() -> Path:
    """`RELXFER_DATA`, or a folder in the user's cache."""
    if root := os.environ.get("RELXFER_DATA"):
        return Path(root)
    import platformdirs

    return Path(platformdirs.user_cache_dir("relxfer")) / "data"


def mirrors() -> list[Path]:
    """The folders of `RELXFER_MIRROR`, laid out like the data root; they are read and never written."""
    return [Path(folder) for folder in os.environ.get("RELXFER_MIRROR", "").split(os.pathsep) if folder]


def place_of(url: str) -> Path:
    """host/path, as `wget -x` arranges files; `DataError` for a URL with another scheme, a password or an odd path.

    >>> place_of("https://example.org/a/b%20c.txt").as_posix()
    'example.org/a/b c.txt'
    """
    parts = urlsplit(url)
    names = [parts.netloc, *unquote(parts.path).split("/")[1:]]
    plain = all(name not in ("", ".", "..") and "\\" not in name and name.isprintable() for name in names)
    if parts.scheme not in ("http", "https") or not plain or len(names) < 2 or "@" in parts.netloc:
        raise DataError(
            f"expected a URL by https with a host, a plain path and no password, got {shown(url)!r}; correct the card"
        )
    return Path(*names)


def shown(url: str) -> str:
    """A URL as messages show it: without user name, password and query, which may be secret.

    >>> shown("https://me:secret@example.org/a.tsv?token=secret")
    'https://example.org/a.tsv?...'
    """
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="..." if parts.query else ""))


def home_of(file: File) -> Path:
    """The place of the URL's bytes in the data root, whether or not they are there."""
    return data_root() / place_of(file.url)


def copies_of(file: File) -> list[Path]:
    """Every copy of the URL's bytes: in the data root first, then in the mirrors."""
    roots = [data_root(), *mirrors()]
    return [path for root in roots if (path := root / place_of(file.url)).is_file()]


def unpacked_of(file: File) -> Path:
    """The folder in the data root where the URL's archive is unpacked; an archive with another digest has another."""
    home = home_of(file)
    return home.with_name(f"{home.name}.{(file.digest or 'unverified').rpartition(':')[2][:12]}")


def path_of(file: File) -> Path | None:
    """The path of a file, or of the archive that holds it; None where it must be downloaded. Nothing is read."""
    if file.member is not None and (member := unpacked_of(file) / MEMBERS / file.member).exists():
        return member
    return next(iter(copies_of(file)), None)
