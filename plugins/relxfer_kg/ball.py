"""The balls around sources: who can hear of a query, and after how many layers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relxfer_kg.quotient import Quotient
from relxfer_kg.rspmm import kernel_ball as kernel
from relxfer_kg.rspmm import kernel_push
from relxfer_kg.rspmm.team import Team
import os

#: A walk ends with this probability before every step, and is followed until this share of a class is left.
_ALPHA, _SHARE = 0.15, 0.1


@dataclass(frozen=True)
class Balls:
    """Balls of 0..L hops around S sources, in classes of twins.

    Attributes:
        rows: int32 [S, C]; ``rows[s, :hops[s, l]]`` are within l hops of source s, which is row 0 itself.
        hops: int32 [S, L + 1].
        twin: int32 [S], the row of the other members of the source's class; C where there is none.
    """

    rows: np.ndarray
    hops: np.ndarray
    twin: np.ndarray

    @classmethod
    def around(cls, sources: np.ndarray, layers: int, classes: Quotient, team: Team, most: int | None = None) -> Balls:
        """Breadth first, along the messages.

        Args:
            most: how many rows a ball may have; of a larger one those of highest personalised PageRank are kept.
        """
        columns = room(classes, most)
        rows = np.empty((len(sources), columns), np.int32)
        hops = np.empty((len(sources), layers + 1), np.int32)
        twin = np.empty(len(sources), np.int32)
        if most is None:
            team.run(kernel.balls, len(sources), sources, classes, rows, hops, twin)
        else:
            epsilon = float(os.environ.get("SHARE", _SHARE)) / columns
            team.run(kernel_push.bounded_balls, len(sources), sources, classes, float(os.environ.get("ALPHA", _ALPHA)), epsilon, rows, hops, twin)
        return cls(rows, hops, twin)


def room(classes: Quotient, most: int | None) -> int:
    """The rows that no ball exceeds: all classes and, where the source has twins, the source."""
    return classes.size + 1 if most is None else min(most, classes.size + 1)
