"""Which trials are stopped early."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

#: Fewer trials that ended say too little about what a score at a validation point is worth.
_FEWEST = 4


def pruned_at(course: Sequence[float], earlier: Sequence[Sequence[float]]) -> int | None:
    """The first validation point at which a run is to be stopped; None if at none.

    The median stopping rule (Golovin et al. 2017): its best score so far is below the median of the running
    averages, until the same point, of earlier runs that went to their end. It depends on nothing but `earlier`, so that
    neither the number of workers nor their speed decides which trials are stopped. The score of the model as it began,
    which trials share, and the last point decide nothing.

    course   best scores of the run, see `points.best_so_far`
    earlier  `points.averages` of runs of trials that ended before this one was given

    >>> earlier = [[0.1, value, 0.9] for value in (0.2, 0.4, 0.6, 0.8)]
    >>> pruned_at([0.1, 0.3, 0.9], earlier), pruned_at([0.1, 0.5, 0.9], earlier)
    (1, None)
    """
    last = max(map(len, earlier), default=1) - 1
    for number, best in enumerate(course[:last]):
        reached = [other[number] for other in earlier if number < len(other)]
        if number and len(reached) >= _FEWEST and best < median(reached):
            return number
    return None
