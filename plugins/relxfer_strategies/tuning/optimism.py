"""How much surer a linear head is of labels that it has learnt than of others, and what follows for its bias.

Where features are many and labels few, every label is remembered by its own noise: the margin of a label that was
learnt is larger than that of a new one, the optimism of Efron (1983). The labels of a rare class have more of it each.
As the bias balances the margins that were learnt, new rows of the rare class then fall to the other: a head of 7 cats
and 3 dogs ranks new pictures well, and calls most of them cats.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np


def offsets(learnt: np.ndarray, left: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """What to add to the bias of each class [C], so that optimism moves no boundary between two classes.

    With o_cd the optimism of class c against d, the mean over rows of c of (s_c - s_d) as learnt less the same as left
    out, it is mean_d (o_cd - o_dc) / 2. It is 0 where optimism is equal, and vanishes with many labels, so the bias
    keeps what it says of how frequent classes are. Classes without a label get 0.

    learnt  [n, C]: scores of rows by the head that has learnt them
    left    [n, C]: by heads that have not
    labels  [n] int

    >>> learnt = np.array([[2.0, -2.0], [2.0, -2.0], [-2.0, 2.0]])
    >>> left = np.array([[1.5, -1.5], [1.5, -1.5], [0.5, -0.5]])
    >>> offsets(learnt, left, np.array([0, 0, 1])).tolist()
    [-1.0, 1.0]
    """
    there = np.unique(labels)
    surer = np.stack([(learnt - left)[labels == c][:, there].mean(0) for c in there])
    optimism = np.diag(surer)[:, None] - surer
    made = np.zeros(learnt.shape[1])
    made[there] = ((optimism - optimism.T) / 2).mean(1)
    return made


def without_own(
    learnt: np.ndarray, left: np.ndarray, labels: np.ndarray, cuts: Iterable[tuple[np.ndarray, np.ndarray]]
) -> np.ndarray:
    """[n, C]: scores left out, with the offsets that the rows of other folds say, so that no row has its own in them.

    cuts  rows of the other folds, and of the fold
    """
    made = np.array(left, float)
    for rows, held in cuts:
        made[held] += offsets(learnt[rows], left[rows], labels[rows])
    return made
