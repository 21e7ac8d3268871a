"""What is at hand of a data set; nothing is fetched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from relxfer.contract.records import Dataset, File
from relxfer.data import fetch, places
from relxfer.errors import RelxferError


@dataclass(frozen=True)
class Copy:
    """One copy of a file and what checking it said: verified, unverified, damaged or missing."""

    dataset: str
    place: str
    state: str
    problem: str = ""


def state_of(record: Dataset) -> str:
    """In words: where the files are. No file is read."""
    if record.own_files:
        return "your own"
    if not record.files:
        return "embedded"
    found = sum(places.path_of(file) is not None for file in record.files)
    return {0: "to fetch", len(record.files): "at hand"}.get(found, f"{found} of {len(record.files)} at hand")


def checked_by(record: Dataset) -> str | None:
    """The least that a file of it is known by: `sha256`, `weak` or `unverified`; None where there are no files."""
    found = {file.checked for file in record.files}
    return next((known for known in ("unverified", "weak", "sha256") if known in found), None)


def size_of(record: Dataset) -> int | None:
    """Bytes to fetch, where the card says them; an archive counts once."""
    sizes = {file.url: file.size for file in record.files}.values()
    known = [size for size in sizes if size is not None]
    return sum(known) if known and len(known) == len(sizes) else None


def verify(record: Dataset) -> Iterator[Copy]:
    """Read every copy at hand, in the data root and the mirrors, and every unpacked member."""
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
