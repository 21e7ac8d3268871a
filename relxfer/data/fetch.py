"""The files of a data set: from the data root, a mirror, or their URL; the digest is checked whatever the way."""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from relxfer.errors import DataError
from relxfer.records import Dataset, File


def data_root() -> Path:
    """`RELXFER_DATA`, or the platform's folder for caches."""
    if root := os.environ.get("RELXFER_DATA"):
        return Path(root)
    import platformdirs

    return Path(platformdirs.user_cache_dir("relxfer")) / "data"


def files_of(record: Dataset) -> dict[str, Path]:
    """Role -> path of every file of a data set; `DataError` where one cannot be had or is not what its card says."""
    return {file.role: _path_of(file, record.name) for file in record.files}


def _path_of(file: File, dataset: str) -> Path:
    place = _place(file.url)
    mirror = os.environ.get("RELXFER_MIRROR")
    for root in (data_root(), *([Path(mirror)] if mirror else [])):
        path = root / place
        if path.is_file():
            _verify(path, file, dataset)
            return path
    return _download(file, data_root() / place, dataset)


def _place(url: str) -> Path:
    """host/path, as `wget -x` lays files out.

    >>> _place("https://example.org/a/b%20c.txt").as_posix()
    'example.org/a/b c.txt'
    """
    parts = urlsplit(url)
    place = Path(parts.netloc) / unquote(parts.path).lstrip("/")
    if ".." in place.parts or not parts.netloc:
        raise DataError(f"expected a URL with a host and a plain path, got {url!r}; correct the card")
    return place


def _verify(path: Path, file: File, dataset: str) -> None:
    if file.digest is None:
        return
    kind, _, expected = file.digest.partition(":")
    with path.open("rb") as stream:
        found = hashlib.file_digest(stream, kind).hexdigest()
    if found != expected:
        raise DataError(
            f"expected {kind} {expected} for {path} (data set {dataset!r}), got {found}; delete the file and try again"
        )


def _download(file: File, path: Path, dataset: str) -> Path:
    """Fetch with a progress bar on a terminal; what does not verify is not kept."""
    import pooch

    pooch.get_logger().setLevel("WARNING")
    try:
        pooch.retrieve(file.url, file.digest, path.name, path.parent, progressbar=sys.stderr.isatty())
    except Exception as error:
        raise DataError(
            f"expected to fetch {file.url} for data set {dataset!r}, got {type(error).__name__}: {error}; "
            "try again, or point RELXFER_MIRROR at a folder laid out host/path that holds it"
        ) from None
    return path
