"""Data sets, in a list and in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from rich.console import RenderableType

from relxfer.contract.records import Dataset, File
from relxfer.data import inventory, places
from relxfer.plugins.finder import Offer, Plugins
from relxfer.report.offers import OfferInFull, describe_offer
from relxfer.report.offers import render as render_offers
from relxfer.report.table import table
from relxfer.store import escaping
from relxfer.store.json_text import JsonObject


@dataclass(frozen=True)
class DatasetSummary:
    """One line of the list.

    files    where they are, in words
    checked  the least that a file of it is known by: sha256, weak or unverified; None where there are no files
    bytes    to fetch; None where the card does not say
    """

    name: str
    adapter: str
    summary: str
    files: str
    checked: str | None
    bytes: int | None
    licence: str


@dataclass(frozen=True)
class FileInFull:
    """A file of a data set, how it is checked, and where it lies, if it does."""

    role: str
    url: str
    digest: str | None
    size: int | None
    member: str | None
    checked: str
    path: str | None

    @classmethod
    def of(cls, file: File) -> FileInFull:
        path = places.path_of(file)
        return cls(**vars(file), checked=file.checked, path=str(path) if path else None)


@dataclass(frozen=True)
class DatasetInFull:
    """A data set with its files."""

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
    """Data sets by name."""
    return [
        DatasetSummary(
            name=record.name,
            adapter=record.adapter,
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
    """One data set with its files, and where they lie."""
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


def render_listing(found: Sequence[DatasetSummary]) -> RenderableType:
    made = table(("name", "adapter", "what", "files", "size", "licence"))
    for row in escaping.every(found, escaping.terminal):
        size = "" if row.bytes is None else megabytes(row.bytes)
        files = "\n".join(filter(None, (row.files, row.checked)))
        made.add_row(row.name, row.adapter, row.summary, files, size, row.licence)
    return made


def render(found: DatasetInFull) -> RenderableType:
    """All but the files, whose lines are for copying."""
    counts = ", ".join(f"{count:,} {name}" for name, count in found.counts.items())
    told = {**found.offer.told, "state": found.state, "checked": found.checked}
    told |= {"counts": counts, "leakage": leakage(found.leakage)}
    kept = {key: value for key, value in told.items() if value not in ("", None, False)}
    return render_offers([replace(found.offer, told=kept)])


def file_lines(found: DatasetInFull) -> list[str]:
    """What is known of each file, and where it lies; of a password or a key in its address nothing."""
    lines = []
    for file in escaping.every(found.files, escaping.terminal):
        size = [] if file.size is None else [f"{file.size:,} bytes"]
        member = [f"member {file.member}"] if file.member else []
        lines.append(f"  {file.role}: {', '.join([_known(file), *size, *member])}")
        lines.append(f"    {places.shown(file.url)}")
        lines += [f"    at {file.path}"] if file.path else []
    return lines


def _known(file: FileInFull) -> str:
    return f"{file.digest} (weak)" if file.checked == "weak" else file.digest or "unverified"


def leakage(shares: Mapping[str, float]) -> str:
    """Which other data sets hold how much of the test."""
    listed = ", ".join(f"{name} {share:.1%}" for name, share in sorted(shares.items(), key=lambda item: -item[1]))
    return f"share of the test that the training part of another data set holds: {listed}" if listed else ""


def copy_lines(copies: Sequence[inventory.Copy]) -> list[str]:
    told = escaping.every(copies, escaping.terminal)
    return [f"{copy.state}: {copy.dataset}: {copy.problem or copy.place}" for copy in told]


def megabytes(size: int) -> str:
    """
    >>> megabytes(1_250_000), megabytes(900)
    ('1.2 MB', '0.001 MB')
    """
    return f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{max(size, 1000) / 1e6:.3f} MB"
