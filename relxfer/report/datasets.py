"""Data sets, in a list and in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import RenderableType
from rich.table import Table

from relxfer.contract.records import Dataset
from relxfer.data import inventory, places
from relxfer.plugins.finder import Offer, Plugins
from relxfer.report.offers import describe_offer, render_one
from relxfer.store import escaping


def listing(plugins: Plugins) -> list[dict[str, Any]]:
    """Data sets by name."""
    records: list[Any] = [offer.record for offer in plugins.all(Dataset.kind)]
    return [
        {
            "name": record.name,
            "adapter": record.adapter,
            "summary": record.summary,
            "files": inventory.state_of(record),
            "checked": inventory.checked_by(record),
            "bytes": inventory.size_of(record),
            "licence": record.licence,
        }
        for record in records
    ]


def describe(offer: Offer) -> dict[str, Any]:
    """One data set with its files, and where they lie."""
    record: Any = offer.record
    return {
        **describe_offer(offer),
        "state": inventory.state_of(record),
        "checked": inventory.checked_by(record),
        "files": [asdict(file) | {"checked": file.checked, "path": places.path_of(file)} for file in record.files],
    }


def render_listing(found: Sequence[dict[str, Any]]) -> RenderableType:
    table = Table("name", "adapter", "what", "files", "size", "licence", box=None, header_style="dim")
    for row in escaping.every(found, escaping.terminal):
        size = "" if row["bytes"] is None else megabytes(row["bytes"])
        files = "\n".join(filter(None, (row["files"], row["checked"])))
        table.add_row(row["name"], row["adapter"], row["summary"], files, size, row["licence"])
    return table


def render(found: dict[str, Any]) -> RenderableType:
    """All but the files, whose lines are for copying."""
    shown = {key: value for key, value in found.items() if key not in ("files", "counts", "leakage")}
    shown |= {"counts": ", ".join(f"{count:,} {name}" for name, count in found.get("counts", {}).items())}
    shown |= {"leakage": leakage(found.get("leakage", {}))}
    return render_one([{key: value for key, value in shown.items() if value not in ("", None, False)}])


def file_lines(found: dict[str, Any]) -> list[str]:
    """What is known of each file, and where it lies; of a password or a key in its address nothing."""
    lines = []
    for file in escaping.every(found["files"], escaping.terminal):
        size = [] if file["size"] is None else [f"{file['size']:,} bytes"]
        member = [f"member {file['member']}"] if file["member"] else []
        lines.append(f"  {file['role']}: {', '.join([_known(file), *size, *member])}")
        lines.append(f"    {places.shown(file['url'])}")
        lines += [f"    at {file['path']}"] if file["path"] else []
    return lines


def _known(file: dict[str, Any]) -> str:
    return f"{file['digest']} (weak)" if file["checked"] == "weak" else file["digest"] or "unverified"


def leakage(shares: dict[str, float]) -> str:
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
