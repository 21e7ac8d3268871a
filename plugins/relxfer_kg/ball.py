"""The balls around sources: who can hear of a query, and after how many layers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relxfer_kg.quotient import Quotient
from relxfer_kg.rspmm import kernel_ball as kernel
from relxfer_kg.rspmm.team import Team


@dataclass(frozen=True)
class Balls:
    """Balls of 0..L hops around S sources, in classes of twins.

    Attributes:
        rows: int32 [S, K + 1]; ``rows[s, :hops[s, l]]`` are within l hops of source s, which is row 0 itself.
        hops: int32 [S, L + 1].
        twin: int32 [S], the row of the other members of the source's class; K + 1 where there is none.
    """

    rows: np.ndarray
    hops: np.ndarray
    twin: np.ndarray

    @classmethod
    def around(cls, sources: np.ndarray, layers: int, classes: Quotient, team: Team) -> Balls:
        """Breadth first, along the messages."""
        rows = np.empty((len(sources), classes.size + 1), np.int32)
        hops = np.empty((len(sources), layers + 1), np.int32)
        twin = np.empty(len(sources), np.int32)
        team.run(kernel.balls, len(sources), sources, classes, rows, hops, twin)
        return cls(rows, hops, twin)
