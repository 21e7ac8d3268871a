"""Metrics that several kinds of task have, each computed from its own results."""

from __future__ import annotations

from typing import Protocol

from relxfer.contract.metrics import ByInfluence, PerItem


class HasAccuracy(Protocol):
    """Results that have an accuracy, such as `relxfer.judge.metrics.classification.Classes`."""

    def accuracy(self) -> PerItem: ...


class HasF1(Protocol):
    """Results that have a macro F1, such as `relxfer.judge.metrics.multi_label.Labels`."""

    def macro_f1(self) -> ByInfluence: ...


class HasAuc(Protocol):
    """Results that have an area under the ROC curve, such as `relxfer.judge.metrics.links.Pairs`."""

    def auc(self) -> ByInfluence: ...


def accuracy(results: HasAccuracy) -> PerItem:
    """The share of queries that are right."""
    return results.accuracy()


def macro_f1(results: HasF1) -> ByInfluence:
    """F1, the mean over classes or labels."""
    return results.macro_f1()


def auc(results: HasAuc) -> ByInfluence:
    """Area under the ROC curve."""
    return results.auc()
