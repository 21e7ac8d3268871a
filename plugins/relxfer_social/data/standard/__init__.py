"""Standard networks of the literature: their cards, and what reads them.

The URLs are pinned to commits; sha256 of the files was taken from these, and a file without one shows as unverified.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files as resources
from typing import Any

from relxfer.contract.records import Dataset, File


def cards() -> list[Dataset]:
    """Every standard network.

    >>> [card.name for card in cards()][:5]
    ['twitch-de', 'twitch-en', 'twitch-es', 'twitch-fr', 'airports-usa']
    """
    table = tomllib.loads((resources("relxfer_social.data.standard") / "cards.toml").read_text(encoding="utf-8"))
    return [_card(name, row, table["family"][row["family"]]) for name, row in table["network"].items()]


def _card(name: str, row: Mapping[str, Any], family: Mapping[str, str]) -> Dataset:
    return Dataset(
        name=name,
        load=f"relxfer_social.data.standard.load:{family['load']}",
        options=f"relxfer_social.options:{family['options']}",
        adapter="networks",
        licence=family["licence"],
        citation=family["citation"],
        summary=family["summary"].format(row["of"]),
        protocol=family["protocol"],
        counts=row["counts"],
        files=tuple(_file(family["base"], role, *place) for role, place in row["files"].items()),
    )


def _file(base: str, role: str, path: str, digest: str | None = None) -> File:
    return File(role, base + path, digest)
