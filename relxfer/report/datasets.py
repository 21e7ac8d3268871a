"""Data sets in a list, and one data set in full, for `relxfer data`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from rich.console import RenderableType
from rich.text import Text

from relxfer.contract.file import File
from relxfer.contract.records import Dataset
from relxfer.data import inventory, places
from relxfer.plugins.finder import Offer, Plugins
from relxfer.report.offers import OfferInFull, describe_offer
from relxfer.report.offers import render as render_offers
from relxfer.report.table import table
from relxfer.store import escaping
from relxfer.store.json_text import JsonObject


@dataclass(frozen=True)
class DatasetSummary:
    """A line of the list.

    files    where its files are, such as "here" or "to download"
    checked  the weakest check of its files: sha256, weak or unverified; None if there are no files
    bytes    size of the download; None if the card does not say
    """

    name: str
    content: str
    summary: str
    files: str
    checked: str | None
    bytes: int | None
    licence: str


@dataclass(frozen=True)
class FileInFull:
    """A file of a data set.

    role     name under which the loader receives it
    digest   expected digest, if the card has one
    size     in bytes, if the card has it
    member   name in the archive at the URL, if it is one
    checked  sha256, weak or unverified
    path     where it is on this machine; None if it must be downloaded
    """

    role: str
    url: str
    digest: str | None
    size: int | None
    member: str | None
    checked: str
    path: str | None

    @classmethod
    def of(cls, file: File) -> FileInFull:
        """The record of a file, with the path that it has on this machine."""
        path = places.path_of(file)
        return cls(**vars(file), checked=file.checked, path=str(path) if path else None)


@dataclass(frozen=True)
class DatasetInFull:
    """A data set with its files; `state`, `checked` and the rest are as in `DatasetSummary` and on its card."""

    offer: OfferInFull
    state: str
    checked: str | None
    files: tuple[FileInFull, ...]
    counts: Mapping[str, int]
    leakage: Mapping[str, float]

    def card(self) -> JsonObject:
        """As JSON."""
        files = [asdict(file) for file in self.files]
        return {**self.offer.card(), "state": self.state, "checked": self.checked, "files": files}


def listing(plugins: Plugins) -> list[DatasetSummary]:
    """All data sets, sorted by name."""
    return [
        DatasetSummary(
            name=record.name,
            content=record.content,
            summary=record.summary,
            files=inventory.state_of(record),
            checked=inventory.checked_by(record),
            bytes=inventory.size_of(record),
            licence=record.licence,
        )
        for offer in plugins.all(Dataset.kind)
        if isinstance(record := offer.record, Dataset)
    ]


def describe(offer: Offer) -> DatasetInFull:
    """One data set with its files."""
    record = offer.record
    assert isinstance(record, Dataset)
    return DatasetInFull(
        offer=describe_offer(offer),
        state=inventory.state_of(record),
        checked=inventory.checked_by(record),
        files=tuple(map(FileInFull.of, record.files)),
        counts=record.counts,
        leakage=record.leakage,
    )


def render_listing(summaries: Sequence[DatasetSummary]) -> RenderableType:
    """What each data set is, and below it where its files are, how they are checked, their size and licence."""
    made = table(("name", "what"))
    for row in escaping.every(summaries, escaping.terminal):
        size = "" if row.bytes is None else megabytes(row.bytes)
        more = " · ".join(filter(None, (row.content, row.files, row.checked, size, row.licence)))
        made.add_row(row.name, Text(row.summary).append(f"\n{more}", style="dim"))
    return made


def render(dataset: DatasetInFull) -> RenderableType:
    """A data set without its files, which `file_lines` lists in a form that can be copied."""
    counts = ", ".join(f"{count:,} {name}" for name, count in dataset.counts.items())
    details = {**dataset.offer.details, "state": dataset.state, "checked": dataset.checked}
    details |= {"counts": counts, "leakage": leakage(dataset.leakage)}
    details = {key: value for key, value in details.items() if value not in ("", None, False)}
    return render_offers([replace(dataset.offer, details=details)])


def file_lines(dataset: DatasetInFull) -> list[str]:
    """Lines with digest, URL and path of each file; a password or a key in the URL is left out."""
    lines = []
    for file in escaping.every(dataset.files, escaping.terminal):
        size = [] if file.size is None else [f"{file.size:,} bytes"]
        member = [f"member {file.member}"] if file.member else []
        lines.append(f"  {file.role}: {', '.join([_digest(file), *size, *member])}")
        lines.append(f"    {places.shown(file.url)}")
        lines += [f"    at {file.path}"] if file.path else []
    return lines


def _digest(file: FileInFull) -> str:
    return f"{file.digest} (weak)" if file.checked == "weak" else file.digest or "unverified"


def leakage(shares: Mapping[str, float]) -> str:
    """Which other data sets contain how much of the test, as a sentence."""
    listed = ", ".join(f"{name} {share:.1%}" for name, share in sorted(shares.items(), key=lambda item: -item[1]))
    return f"share of the test that the training part of another data set holds: {listed}" if listed else ""


def copy_lines(copies: Sequence[inventory.Copy]) -> list[str]:
    """A line with the state of each copy, and its problem or its path."""
    copies = escaping.every(copies, escaping.terminal)
    return [f"{copy.state}: {copy.dataset}: {copy.problem or copy.place}" for copy in copies]


def megabytes(size: int) -> str:
    """A number of bytes in MB.

    >>> megabytes(1_250_000), megabytes(900)
    ('1.2 MB', '0.001 MB')
    """
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{max(size, 1000) / 1e6:.3f} MB"
