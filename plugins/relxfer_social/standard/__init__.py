"""Standard networks of the literature: their cards, and what reads them."""

from __future__ import annotations

from relxfer.records import Dataset


def cards() -> list[Dataset]:
    """Every standard network."""
    return []
