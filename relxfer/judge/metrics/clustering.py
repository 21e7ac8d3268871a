"""Clustering: predicted clusters against classes, which no strategy is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np

from relxfer.contract.breakdowns import Answered
from relxfer.contract.data import Domain
from relxfer.contract.metrics import PerItem
from relxfer.errors import Incompatible
from relxfer.judge.metrics.classification import Classes, Classification


@dataclass(frozen=True)
class Clusters(Classes):
    """The predictions for n queries: scores [n, K] of clusters, answers [n] int, the classes."""

    collapses: ClassVar[bool] = False

    def accuracy(self) -> PerItem:
        """The share of queries in the cluster that the Hungarian algorithm (Kuhn 1955) assigns to their class.

        >>> Clusters(np.eye(2)[[0, 0, 1, 1]], np.array([1, 1, 0, 1])).accuracy().values.tolist()
        [1.0, 1.0, 1.0, 0.0]
        """
        return PerItem((self.given == self.answers).astype(float))

    @property
    def given(self) -> np.ndarray:
        """[n] int: the class to which the Hungarian algorithm assigns the cluster of each query."""
        return _matched(self._table())[self.predicted]

    def nmi(self) -> PerItem:
        """Normalised mutual information of clusters and classes (Strehl and Ghosh 2002), by the arithmetic mean.

        Each query has log p(y, c) / p(y) p(c) over the mean of H(y) and H(c), in nats.
        """
        return PerItem(_information(self._table())[self.answers, self.predicted])

    def _table(self) -> np.ndarray:
        """[classes, clusters]: numbers of queries."""
        table = np.zeros((self.scores.shape[1],) * 2)
        np.add.at(table, (self.answers, self.predicted), 1)
        return table


@dataclass(frozen=True)
class Clustering(Classification):
    """The cluster of each query, whose classes are hidden; scores [n, K] of K clusters, as many as classes."""

    kind: str = field(default="clustering", init=False)
    shows: ClassVar[str] = "score"
    aligned: ClassVar[bool] = False

    def posed(self, domain: Domain) -> Domain:
        """The domain without labels, but for those of the test, against which clusters are judged."""
        if not domain.task.classes:
            raise Incompatible("a task with classes to cluster", domain.task.kind, 'remove task = "clustering"')
        task = domain.task
        made = Clustering(task.answers, open=task.open, self_supervised=task.self_supervised)
        return replace(domain, task=made, train=None, val=None)

    @classmethod
    def results(cls, arrays: Mapping[str, np.ndarray], ties: str = "") -> Clusters:
        return Clusters(arrays["scores"], arrays["answers"])

    def answered(self, results: Classes) -> Answered:
        """The loss is 1 for queries in the cluster of another class; scores of clusters are no probabilities."""
        wrong = results.given != results.answers
        return Answered(wrong.astype(float), wrong, results.given)

    def shown(self, scores: np.ndarray) -> np.ndarray:
        return scores


def nmi(results: Clusters) -> PerItem:
    """Normalised mutual information, see `Clusters.nmi`."""
    return results.nmi()


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
