"""Sources in the order in which they are kept, and those that are raced at all."""

from __future__ import annotations

import math
from collections.abc import Sequence

from relxfer.choose import relatedness
from relxfer.choose.track_record import TrackRecord, track_record

#: No fewer sources than that are raced.
_FEWEST = 2


def ranked(measured: Sequence[relatedness.Pair]) -> list[str]:
    """The sources of one target by their mean rank over the measures that count (see `TrackRecord`); `size` breaks
    ties.

    >>> one = relatedness.Pair("a", "t", {"names": 0.1, "size": 3.0})
    >>> ranked([one, relatedness.Pair("b", "t", {"names": 0.4, "size": 2.0}), relatedness.Pair("c", "t")])
    ['b', 'a', 'c']
    """
    return _by_mean_rank(measured, track_record().counting(measured[0].content, _telling(measured)))


def narrowed(measured: Sequence[relatedness.Pair], known: TrackRecord) -> tuple[list[str], list[str]]:
    """The sources of one target that are worth a race, and the measures by which the others are not: the better half,
    two at least, by their mean rank over the measures that chose better than size on past targets.

    All, and no measure, where the track record does not narrow such data, or no such measure tells two of them apart.
    """
    content, sources = measured[0].content, [pair.source for pair in measured]
    better = known.better_than_size(content) if content in known.narrows else []
    names = [name for name in _telling(measured) if name in better]
    count = max(_FEWEST, math.ceil(len(sources) / 2))
    if not names or count >= len(sources):
        return sources, []
    kept = _by_mean_rank(measured, names)[:count]
    return [source for source in sources if source in kept], names


def _telling(measured: Sequence[relatedness.Pair]) -> list[str]:
    """The measures, but for size, that tell two sources apart."""
    names = dict.fromkeys(name for pair in measured for name in pair.measures)
    return [name for name in names if name != relatedness.SIZE and len({*_ranks(measured, name)}) > 1]


def _by_mean_rank(measured: Sequence[relatedness.Pair], names: Sequence[str]) -> list[str]:
    last = len(measured)
    related = [_ranks(measured, name) for name in names]
    sizes = _ranks(measured, relatedness.SIZE)

    def place(number: int) -> tuple[float, float]:
        found = [column[number] or last for column in related] or [last]
        return sum(found) / len(found), sizes[number] or last

    return [measured[number].source for number in sorted(range(last), key=place)]


def _ranks(measured: Sequence[relatedness.Pair], name: str) -> list[int | None]:
    return relatedness.ranks([pair.measures.get(name, "none") for pair in measured])
