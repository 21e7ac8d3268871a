"""Layers of conditional message passing, computed for the balls around sources only."""

from __future__ import annotations

import numpy as np

from relxfer_kg.graph.quotient import Quotient
from relxfer_kg.kernels.kernel_propagate import propagate
from relxfer_kg.kernels.kernel_rows import LayerWeights
from relxfer_kg.kernels.lanes import aligned
from relxfer_kg.scoring.background import Background, Workspace
from relxfer_kg.scoring.balls import Balls
from relxfer_kg.scoring.team import Team

#: Queries of one relation are computed together until they have about so many rows, so that tiles are full.
_TOGETHER = 256


def propagated(
    asked: np.ndarray,
    balls: Balls,
    classes: Quotient,
    network: LayerWeights,
    background: Background,
    workspace: Workspace,
    team: Team,
) -> np.ndarray:
    """Scores of the rows of each query's last ball, float32 [n, C]; of a network without a head states [n, C width].

    Args:
        asked: [n, 4]: number of the query's ball, its source, its group and direction; by group.
        balls: of at most C rows.
        background: of all groups; its states are the first values of `workspace`.
    """
    layers = len(network.epsilon)
    width = len(network.bias) // layers
    cost = balls.hops[asked[:, 0]].sum(1, dtype=np.int64)
    last = balls.hops[asked[:, 0], -1]
    items = _items(asked[:, 2], last)
    done = np.append(0, np.cumsum(cost))[items]
    cuts = np.searchsorted(done, np.arange(team.pieces + 1) * done[-1] / team.pieces).tolist()
    most = int(np.add.reduceat(last, items[:-1]).max())
    states = workspace.of(background.size + 2 * team.size * most * width, background.size)
    columns = balls.rows.shape[1] * (1 if len(network.last) else width)
    out = aligned(len(asked) * columns).reshape(len(asked), columns)
    team.run(
        propagate, cuts, items, asked, classes, network, layers, background.edge_vectors, background.count, states,
        most, background.query_vectors, background.query_halves, balls.rows, balls.hops, balls.twin, out,
    )  # fmt: skip
    return out


def _items(group: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Ranges [m + 1] of queries of one group that have about `_TOGETHER` rows together."""
    fresh = np.append(True, group[1:] != group[:-1])
    before = np.append(0, np.cumsum(rows)[:-1])
    since = before - np.repeat(before[fresh], np.diff(np.append(np.flatnonzero(fresh), len(group))))
    share = since // _TOGETHER
    fresh[1:] |= share[1:] != share[:-1]
    return np.append(np.flatnonzero(fresh), len(group))
