"""Means in which every class of items counts alike, such as balanced accuracy."""

from __future__ import annotations

import numpy as np


def contributions(values: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """[S, n]: the contributions of items to the mean over K classes of their means m_c; their mean is this mean.

        m + (x_i - m_c) n / (K n_c)

    the mean m plus the influence of item i of class c, see `relxfer.judge.metrics.influence`.

    values   [S, n]
    classes  [n] int, each from 0 to K - 1 there

    >>> contributions(np.array([[1.0, 1.0, 1.0, 0.0]]), np.array([0, 0, 0, 1])).tolist()
    [[0.5, 0.5, 0.5, 0.5]]
    """
    counts = np.bincount(classes)
    means = np.stack([np.bincount(classes, row) for row in values]) / counts
    scale = len(classes) / (len(counts) * counts)
    made: np.ndarray = means.mean(1, keepdims=True) + (values - means[:, classes]) * scale[classes]
    return made


def most(classes: np.ndarray) -> float:
    """The most that an item can change, where values are from 0 to 1: n / (K n_c) of the rarest class.

    >>> most(np.array([0, 0, 0, 1]))
    2.0
    """
    counts = np.bincount(classes)
    return float(len(classes) / (len(counts) * counts.min()))
