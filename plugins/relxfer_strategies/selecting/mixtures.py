"""MixVal: a model that tells classes apart answers a mixture of two inputs as the input with the larger share."""

from __future__ import annotations

from typing import Any

import numpy as np

from relxfer.contract.data import Examples
from relxfer.contract.strategies import Cell
from relxfer.errors import Incompatible
from relxfer_strategies.selecting.labelled import ValidatorOptions, some

#: The larger share, as in the authors' code for all of their data.
SHARE = 0.55
BLOCK = 64


class MixVal:
    """The mean of two interpolation consistencies (Hu et al. 2023, "Mixed Samples as Probes for Unsupervised Model
    Selection in Domain Adaptation").

    The consistency of pairs (i, j) is the share of them with class(0.55 x_i + 0.45 x_j) = class(x_i), where classes are
    predictions of the model itself. Pairs of one class probe how dense its cluster is, pairs of two classes where the
    boundary is. Without a pair of a kind its consistency is 0: a model that gives one answer has no boundary.
    """

    def __init__(self, options: ValidatorOptions):
        self.options = options

    def score(self, learner: Any, cell: Cell) -> float:
        if not hasattr(learner, "mixed"):
            raise Incompatible("a model whose inputs can be mixed", "one without", "choose validator im or source-val")
        assert cell.target.unlabelled is not None
        asked = some(cell.target.unlabelled, self.options.max_queries).hidden()
        classes = np.concatenate([block.argmax(1) for block in learner.predict(asked)])
        kinds = pairs_of_one(classes), pairs_of_two(classes)
        return float(np.mean([_consistency(learner, asked, classes, *pairs) for pairs in kinds]))


def pairs_of_one(classes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two times [m] int: rows [n] of which each is paired with the next of its class, and the last with the first.

    >>> [rows.tolist() for rows in pairs_of_one(np.array([0, 1, 0, 0, 1, 2]))]
    [[0, 2, 3, 1, 4], [2, 3, 0, 4, 1]]
    """
    clusters = [np.flatnonzero(classes == each) for each in np.unique(classes)]
    larger = [rows for rows in clusters if len(rows) > 1] or [np.zeros(0, np.int64)]
    return np.concatenate(larger), np.concatenate([np.roll(rows, -1) for rows in larger])


def pairs_of_two(classes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Two times [m] int: rows [n], of which each is paired with the next one, where that is of another class.

    >>> [rows.tolist() for rows in pairs_of_two(np.array([0, 0, 1, 1]))]
    [[1, 3], [2, 0]]
    """
    following = np.roll(np.arange(len(classes)), -1)
    rows = np.flatnonzero(classes != classes[following])
    return rows, following[rows]


def _consistency(learner: Any, asked: Examples, classes: np.ndarray, first: np.ndarray, second: np.ndarray) -> float:
    """The share of pairs whose mixture is predicted as the first row is; 0 without pairs."""
    starts = range(0, len(first), BLOCK)
    blocks = [_mixed(learner, asked, first[i : i + BLOCK], second[i : i + BLOCK]) for i in starts]
    return float((np.concatenate(blocks) == classes[first]).mean()) if blocks else 0.0


def _mixed(learner: Any, asked: Examples, first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """[b] int: the classes of mixtures."""
    import torch

    from relxfer.authoring.torch_learner import evaluating

    batches = [learner.batch(asked, rows, np.random.default_rng(0)) for rows in (first, second)]
    with evaluating(learner.module), torch.no_grad():
        scores = learner.head(learner.features(learner.mixed(*batches, SHARE)))
    classes: np.ndarray = scores.argmax(1).cpu().numpy()
    return classes
