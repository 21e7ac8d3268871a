"""What an inconclusive comparison would need: whether seeds or items make its interval wide, and how many more."""

from __future__ import annotations

import math

from relxfer.judge.intervals import Comparison

#: If half the interval is this many times larger than the gain, no realistic number of seeds or items would narrow it.
_OUT_OF_REACH = 10


def wide(comparison: Comparison, resampled: str = "items") -> str:
    """Why the interval contains 0, and from how many seeds or items a gain of this size would show.

    resampled  what varies beside seeds: items, or groups of them

    >>> import numpy as np
    >>> from relxfer.judge import squares
    >>> wide(Comparison.alone(squares.of(np.repeat([[0.0], [0.2], [0.01]], 50, 1))))
    'the interval is wide mostly for the spread of seeds: a gain of +.070 would show from about 37'
    """
    seeds, items = comparison.parts()
    what, count = ("seeds", comparison.squares.runs) if seeds > items else (resampled, comparison.squares.units)
    why = f"the interval is wide mostly for the spread of {what}"
    size = f"{comparison.mean:+.3f}".replace("+0.", "+.").replace("-0.", "-.")
    if abs(comparison.mean) * _OUT_OF_REACH < comparison.half(0.05):
        return f"{why}: a gain as small as {size} is out of reach"
    needed = math.ceil(count * (comparison.half(0.05) / comparison.mean) ** 2)
    return f"{why}: a gain of {size} would show from about {needed:,}"
