"""Standard knowledge graphs of the literature: their cards, from two tables, and what reads them.

An inductive set has two cards: `NAME` is its training graph, `NAME_ind` its inference graph.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from importlib.resources import files as resources
from typing import Any

from relxfer.contract.records import Dataset, File

_PARTS = {"training": "training graph", "inference": "inference graph"}


def cards() -> list[Dataset]:
    """One record for each row of cards.json, with what families.toml says of its family.

    >>> next(card.counts for card in cards() if card.name == "fb237_v1_ind")["test"]
    205
    """
    folder = resources("relxfer_kg.data.standard")
    families = tomllib.loads((folder / "families.toml").read_text(encoding="utf-8"))
    table = json.loads((folder / "cards.json").read_text(encoding="utf-8"))
    return [_card(name, row, families[row["family"]]) for name, row in table.items()]


def _card(name: str, row: Mapping[str, Any], family: Mapping[str, str]) -> Dataset:
    part, merged = row["part"], row["family"] == "grail" and row["part"] == "inference"
    return Dataset(
        name=name,
        load=f"relxfer_kg.data.standard.load:{'load_merged' if merged else 'load'}",
        options="relxfer_kg.data.standard.options:MergedOptions" if merged else None,
        adapter="kg",
        summary=f"{family['title']}, {_PARTS[part]}" if part in _PARTS else family["title"],
        licence=family["licence"],
        citation=family["citation"],
        protocol=family[part],
        counts=row["counts"],
        leakage=row["leakage"],
        files=tuple(File(**file) for file in row["files"]),
    )
