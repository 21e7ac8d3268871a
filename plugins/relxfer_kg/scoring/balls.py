"""The balls around sources: the entities whose states a query can change, by layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from relxfer_kg.graph.quotient import Quotient
from relxfer_kg.kernels.kernel_ball import balls
from relxfer_kg.kernels.kernel_push import bounded_balls
from relxfer_kg.scoring.team import Team

#: The random walk ends with this probability before every step, as in Page et al. (1999).
ALPHA = 0.15
#: Mass is pushed on while a class holds at least this share of 1 / rows per neighbour. Chosen on 400 validation queries
#: each of FB15k-237 and WN18RR: at 1,000 rows, a third of it doubles the cost of the walk and brings more answers into
#: the ball on the denser graph only (.65 to .73; .81 and .81).
SHARE = 0.03


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
        """The balls around `sources` [S], found breadth first along the messages.

        Args:
            most: rows that a ball may have, at least 1. Of a larger ball those of the highest personalised PageRank
                are kept as far as they are connected (see `kernel_push`); hops are counted through kept rows.
        """
        columns = most_rows(classes, most)
        rows = np.empty((len(sources), columns), np.int32)
        hops = np.empty((len(sources), layers + 1), np.int32)
        twin = np.empty(len(sources), np.int32)
        if most is None:
            team.run(balls, len(sources), sources, classes, rows, hops, twin)
        else:
            epsilon = SHARE / columns
            team.run(bounded_balls, len(sources), sources, classes, ALPHA, epsilon, rows, hops, twin)
        return cls(rows, hops, twin)


def most_rows(classes: Quotient, most: int | None) -> int:
    """C, which no ball exceeds: a row per class and one for the source beside its twins; or `most` if that is less."""
    return classes.size + 1 if most is None else min(most, classes.size + 1)
