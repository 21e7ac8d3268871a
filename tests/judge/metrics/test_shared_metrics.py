"""Metrics of several kinds of task ask the results of each."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.judge.metrics.classification import Classes
from relxfer.judge.metrics.clustering import Clusters
from relxfer.judge.metrics.links import Pairs
from relxfer.judge.metrics.multi_label import Labels
from relxfer.judge.metrics.shared_metrics import accuracy, auc, macro_f1

SCORES, ANSWERS = np.array([[2.0, 0.0], [0.0, 1.0], [3.0, 0.0]]), np.array([1, 0, 1])


def test_accuracy_of_clusters_does_not_depend_on_their_names():
    assert accuracy(Classes(SCORES, ANSWERS)).values.tolist() == [0.0, 0.0, 0.0]
    assert accuracy(Clusters(SCORES, ANSWERS)).values.tolist() == [1.0, 1.0, 1.0]


def test_f1_of_labels_counts_each_label_by_itself():
    signs = SCORES - 1
    assert macro_f1(Classes(signs, ANSWERS)).value == 0.0
    assert macro_f1(Labels(signs, np.eye(2, dtype=int)[[0, 1, 0]])).value == 1.0


@pytest.mark.parametrize("kind", [Classes, Pairs])
def test_the_area_of_pairs_is_that_of_two_classes(kind):
    assert auc(kind(SCORES, ANSWERS)).value == 0.0
