"""Standard pictures of the literature: their cards, and what reads them."""

from __future__ import annotations

from relxfer.contract.records import Dataset
from relxfer_vision.data.standard import digits, photos


def cards() -> list[Dataset]:
    """Every standard data set of pictures."""
    return [*digits.cards(), *photos.cards()]
