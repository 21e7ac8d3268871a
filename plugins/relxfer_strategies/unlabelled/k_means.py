"""k-means on features: clustering without any label (the unsupervised setting)."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from relxfer.contract.options import Options
from relxfer.contract.strategies import Cell
from relxfer.errors import Incompatible


class KMeansOptions(Options):
    """Where the features come from."""

    features: Literal["given", "source"] = "given"
    """Of the fresh model, as the stages before left it (`given`), or of the source model (`source`)."""

    def needs(self) -> tuple[str, ...]:
        """A source model, where its features are wanted."""
        return ("source-model",) if self.features == "source" else ()


class KMeans:
    """min over centres c of sum_x min_k |z(x) - c_k|^2, z the standardised features of the target's inputs.

    As many clusters as the task has answers. Lloyd's algorithm from ten starts (scikit-learn). The centres are written
    into the head: -|z - c_k|^2 = 2 c_k z - |c_k|^2 - |z|^2, and what all clusters share does not matter.
    """

    def __init__(self, options: KMeansOptions):
        self.options = options

    def transfer(self, cell: Cell) -> Any:
        from relxfer.authoring.linear_fits import absorb, standardised
        from relxfer_strategies.tuning.linear_heads import new_linear, write

        learner, task = cell.learner, cell.target.task
        if task.kind != "clustering":
            raise Incompatible(
                "a target whose classes are to be found", task.kind, 'set task = "clustering" in [target]'
            )
        learner.head = head = new_linear(learner)

        def work() -> None:
            features = cell.trainer.features(learner, cell.target.unlabelled)
            scaler = standardised(features)
            centres = clusters(scaler.transform(features.astype(np.float64)), head.out_features)
            write(head, *absorb(scaler, 2 * centres, -np.square(centres).sum(1)))

        cell.trainer.once(learner, work)
        return learner


def clusters(points: np.ndarray, count: int) -> np.ndarray:
    """Centres [count, width] of points [n, width]; the starts are drawn from torch's random numbers."""
    import torch
    from sklearn.cluster import KMeans as Lloyd

    seed = int(torch.randint(2**31, ()))
    return Lloyd(count, n_init=10, random_state=seed).fit(points).cluster_centers_
