"""Which files of a data set are on this machine; nothing is downloaded."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from relxfer.contract.file import File
from relxfer.contract.records import Dataset
from relxfer.data import fetch, places
from relxfer.errors import RelxferError


@dataclass(frozen=True)
class Copy:
    """A copy of a file of a data set.

    place    its path, or the URL of a missing file
    state    verified, unverified, damaged or missing
    problem  what is wrong with a damaged file
    """

    dataset: str
    place: str
    state: str
    problem: str = ""


def state_of(record: Dataset) -> str:
    """Where the files of a data set are, such as "here" or "to download". No file is read."""
    if not record.files:
        return "embedded"
    here = sum(places.path_of(file) is not None for file in record.files)
    return {0: "to download", len(record.files): "here"}.get(here, f"{here} of {len(record.files)} here")


def checked_by(record: Dataset) -> str | None:
    """The weakest check of the files of a data set: `sha256`, `weak` or `unverified`; None if there are no files."""
    checks = {file.checked for file in record.files}
    return next((check for check in ("unverified", "weak", "sha256") if check in checks), None)


def size_of(record: Dataset) -> int | None:
    """Number of bytes to download; None if any size is missing on the card. An archive counts once."""
    sizes = {file.url: file.size for file in record.files}.values()
    stated = [size for size in sizes if size is not None]
    return sum(stated) if stated and len(stated) == len(sizes) else None


def verify(record: Dataset) -> Iterator[Copy]:
    """Read and check every copy in the data root and the mirrors, and every unpacked member."""
    for file in {file.url: file for file in record.files}.values():
        copies = places.copies_of(file)
        yield from (_checked(record, path, file) for path in copies)
        if not copies and places.path_of(file) is None:
            yield Copy(record.name, file.url, "missing")
    for file in record.files:
        if file.member is not None and places.unpacked_of(file).exists():
            yield _checked(record, places.unpacked_of(file) / places.MEMBERS / file.member, file, unpacked=True)


def _checked(record: Dataset, path: Path, file: File, unpacked: bool = False) -> Copy:
    try:
        if unpacked:
            fetch.verify_member(file)
        else:
            fetch.verify_copy(path, file)
    except RelxferError as error:
        return Copy(record.name, str(path), "damaged", str(error))
    return Copy(record.name, str(path), "verified" if file.digest else "unverified")
