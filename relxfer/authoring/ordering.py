"""Natural sorting of names."""

from __future__ import annotations

import re
from decimal import Decimal


def natural(name: str) -> list[tuple[int, Decimal, str]]:
    """A sort key by which numbers within names are sorted by value, and before letters.

    `Decimal` is used because `int` refuses numbers of more than 4,300 digits.

    >>> sorted(["n10", "n9", "7"], key=natural)
    ['7', 'n9', 'n10']
    """
    runs = re.findall(r"\d+|\D+", name)
    return [(0, Decimal(run), run) if run.isdecimal() else (1, Decimal(0), run) for run in runs]
