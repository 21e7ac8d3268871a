"""Sources in the order in which they are kept, where not all of them can be tried."""

from __future__ import annotations

from collections.abc import Sequence

from relxfer.choose import relatedness
from relxfer.choose.track_record import track_record


def ranked(measured: Sequence[relatedness.Pair]) -> list[str]:
    """The sources of one target by their mean rank over the measures that count (see `TrackRecord`); `size` breaks
    ties.

    >>> one = relatedness.Pair("a", "t", {"names": 0.1, "size": 3.0})
    >>> ranked([one, relatedness.Pair("b", "t", {"names": 0.4, "size": 2.0}), relatedness.Pair("c", "t")])
    ['b', 'a', 'c']
    """
    names = dict.fromkeys(name for pair in measured for name in pair.measures)
    last = len(measured)
    columns = {name: relatedness.ranks([pair.measures.get(name, "none") for pair in measured]) for name in names}
    others = [name for name in names if name != relatedness.SIZE and len({*columns[name]}) > 1]
    related = [columns[name] for name in track_record().counting(measured[0].content, others)]
    sizes = columns.get(relatedness.SIZE, [None] * last)

    def place(number: int) -> tuple[float, float]:
        found = [column[number] or last for column in related] or [last]
        return sum(found) / len(found), sizes[number] or last

    return [measured[number].source for number in sorted(range(last), key=place)]
