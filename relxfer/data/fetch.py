"""Getting the files of a data set from the data root, a mirror or their URL; digests are always checked."""

from __future__ import annotations

import shutil
from pathlib import Path

from relxfer.contract.file import File
from relxfer.contract.records import Dataset
from relxfer.data import places
from relxfer.data.digests import verify
from relxfer.errors import DataError
from relxfer.store.hub.data_root import alone

_REFETCH = "delete it, and the next use downloads it again"
_MIRROR = "correct the mirror, or remove it from RELXFER_MIRROR"


def files_of(record: Dataset) -> dict[str, Path]:
    """Role -> path of every file of a data set; files are downloaded and unpacked if necessary.

    Raises:
        DataError: a file cannot be downloaded, or does not have the digest on its card.
    """
    return {file.role: path_of(file, f"data set {record.name!r}") for file in record.files}


def verify_copy(path: Path, file: File) -> None:
    """Check that a copy of a file in the data root or a mirror has the digest on the card.

    Raises:
        DataError: it has another one.
    """
    verify(path, file.digest, _REFETCH if path == places.home_of(file) else _MIRROR)


def verify_member(file: File) -> Path:
    """Check an unpacked member, or a folder of members, and return its path.

    Raises:
        DataError: a member is missing or has changed.
    """
    from relxfer.store.files import read_json

    folder = places.unpacked_of(file)
    digests, wanted = read_json(folder / places.DIGESTS), str(file.member)
    names = [name for name in digests if name == wanted or (wanted.endswith("/") and name.startswith(wanted))]
    if not names:
        raise DataError(
            f"expected a member {wanted!r} in {places.shown(file.url)}, got: {', '.join(sorted(digests)[:20])}; "
            "correct the card"
        )
    remedy = f"delete the folder {folder}, and the next use unpacks the archive again"
    for path, digest in ((folder / places.MEMBERS / name, digests[name]) for name in names):
        if not path.is_file():
            raise DataError(f"expected a file {path}, got none; {remedy}")
        verify(path, digest, remedy)
    return folder / places.MEMBERS / wanted


def path_of(file: File, of: str) -> Path:
    """The path of a file, which is downloaded and unpacked if necessary.

    of  what the file belongs to, for messages
    """
    if file.member is None:
        return _whole(file, of)
    folder = places.unpacked_of(file)
    if not (folder / places.DIGESTS).is_file():
        _unpack(_whole(file, of), folder)
    return verify_member(file)


def _whole(file: File, of: str) -> Path:
    """The path of a verified copy of what is at the URL, which is downloaded if there is none."""
    path = next(iter(places.copies_of(file)), None)
    if path is None:
        path = places.home_of(file)
        with alone(path):
            if not path.is_file():  # another process may have downloaded it in the meantime
                from relxfer.data.download import download

                download(file, path, of)
    verify_copy(path, file)
    return path


def _unpack(archive: Path, folder: Path) -> None:
    from relxfer.data.unpack import unpack
    from relxfer.store.files import write_json

    with alone(folder):
        if not (folder / places.DIGESTS).is_file():
            shutil.rmtree(folder, ignore_errors=True)  # left by a process that was killed
            write_json(folder / places.DIGESTS, unpack(archive, folder / places.MEMBERS))
