"""Pictures that occur more than once: how many, which, and whether they have two labels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from relxfer_vision.pictures import looks
from relxfer_vision.pictures.images import Images

#: So many pairs are named.
_FEW = 3


def repeated(images: Images, said: Sequence[str]) -> list[str]:
    """Sentences on pictures that are equal, and on those among them that are said to be of different things.

    said  what each picture is said to be; empty where nothing is said
    """
    first = images.first_equal
    later = np.flatnonzero(first != np.arange(len(first)))
    if not len(later):
        return []
    pairs = [f"{images.names[row]} = {images.names[first[row]]}" for row in later[:_FEW]]
    lines = [
        f"{len(later):,} of {len(first):,} pictures repeat an earlier one, value for value ({_listed(pairs, later)}); "
        "equal pictures stay on one side of a split that is made here"
    ]
    meanings: dict[int, dict[str, int]] = {}
    for row in np.flatnonzero(np.isin(first, first[later])):
        if said[row]:
            meanings.setdefault(int(first[row]), {}).setdefault(said[row], int(row))
    twofold = [own for own in meanings.values() if len(own) > 1]
    if twofold:
        shown = [" = ".join(f"{images.names[row]} ({label})" for label, row in own.items()) for own in twofold[:_FEW]]
        lines.append(
            f"{len(twofold):,} picture(s) have two labels or more: {_listed(shown, twofold)}; one of them is wrong, or "
            "the task needs several labels for a picture"
        )
    return lines


def nearly(images: Images) -> list[str]:
    """A sentence on pictures that are nearly equal, such as one that was saved again, or smaller, or brighter."""
    if len(images) > looks.MOST:
        return [f"nearly equal pictures were not looked for: there are more than {looks.MOST:,}"]
    small = np.stack([images.look(row).small for row in range(len(images))])
    first = images.first_equal
    pairs = [(a, b) for a, b in looks.nearly_equal(small) if first[a] != first[b]]
    if not pairs:
        return []
    shown = [f"{images.names[b]} ~ {images.names[a]}" for a, b in pairs[:_FEW]]
    return [
        f"{len({b for _, b in pairs}):,} picture(s) are nearly equal to another ({_listed(shown, pairs)}); where they "
        "are pictures of one thing, give them one group, so that a split keeps them together"
    ]


def _listed(shown: Sequence[str], everything: Sequence[object] | np.ndarray) -> str:
    return "; ".join(shown) + (", ..." if len(everything) > len(shown) else "")
