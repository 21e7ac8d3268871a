"""Metrics of clustering: predicted clusters against classes, which no strategy is given."""

from __future__ import annotations

import numpy as np

from relxfer.judge.classification import Predictions


class Clusters(Predictions):
    """The predictions for n queries: scores [n, K] of clusters, answers [n] int, the classes.

    >>> scores = np.eye(2)[[0, 0, 1, 1]]
    >>> made = Clusters.of(scores, np.array([1, 1, 0, 1]))
    >>> made.values()["accuracy"].tolist()
    [1.0, 1.0, 1.0, 0.0]
    """

    def values(self) -> dict[str, np.ndarray]:
        """metric -> [n] float: each query's contribution, given the matching and the entropies of all queries.

        accuracy  1 if the class is the one that the Hungarian algorithm (Kuhn 1955) assigns to the cluster, else 0
        nmi       log p(y, c) / p(y) p(c) over the mean of H(y) and H(c), in nats: its mean is the normalised mutual
                  information (Strehl and Ghosh 2002, with the arithmetic mean)
        """
        table = np.zeros((self.scores.shape[1],) * 2)
        np.add.at(table, (self.answers, self.predicted), 1)
        return {
            "accuracy": (_matched(table)[self.predicted] == self.answers).astype(float),
            "nmi": _information(table)[self.answers, self.predicted],
        }


def _matched(table: np.ndarray) -> np.ndarray:
    """[K] int: a different class for every cluster, so that most queries agree; table [classes, clusters] of counts."""
    from scipy.optimize import linear_sum_assignment

    classes, clusters = linear_sum_assignment(table, maximize=True)
    return classes[np.argsort(clusters)]


def _information(table: np.ndarray) -> np.ndarray:
    """[classes, clusters]: pointwise mutual information over the mean entropy; 1 if there is one class and cluster."""
    joint = table / max(table.sum(), 1)
    classes, clusters = joint.sum(1, keepdims=True), joint.sum(0, keepdims=True)
    entropy = (_entropy(classes) + _entropy(clusters)) / 2
    if entropy == 0:
        return np.ones_like(joint)
    occurs = joint > 0
    pointwise = np.zeros_like(joint)
    pointwise[occurs] = np.log(joint[occurs] / (classes * clusters)[occurs])
    return pointwise / entropy


def _entropy(shares: np.ndarray) -> float:
    positive = shares[shares > 0]
    return float(-(positive * np.log(positive)).sum())
