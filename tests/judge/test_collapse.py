"""The class that predictions give most often, and when that is a collapse."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.judge.collapse import top_class
from relxfer.judge.metrics.classification import Classes
from relxfer.judge.metrics.clustering import Clusters
from relxfer.judge.metrics.links import Pairs
from relxfer.judge.metrics.regression import Values


@pytest.mark.parametrize(
    ("classes", "share", "collapsed"), [(2, 0.9, True), (2, 0.89, False), (10, 0.82, True), (10, 0.81, False)]
)
def test_collapse_depends_on_the_number_of_classes(classes, share, collapsed):
    """Answers are balanced; the first class gets this share of the predictions, the others the rest."""
    total = 100 * classes
    answers = np.arange(total) % classes
    predicted = np.where(np.arange(total) < round(share * total), 0, 1 + np.arange(total) % (classes - 1))
    found = top_class(Classes(np.eye(classes)[predicted], answers), [str(number) for number in range(classes)])
    assert (found.name, found.predicted, found.there) == ("0", share, 1 / classes)
    assert found.collapsed == collapsed


def test_of_equal_classes_the_first_counts():
    found = top_class(Classes(np.eye(2)[[0, 1]], np.array([1, 1])), ["red", "blue"])
    assert (found.name, found.predicted, found.there) == ("red", 0.5, 0.0)


@pytest.mark.parametrize("kind", [Clusters, Pairs, Values])
def test_where_one_answer_for_all_is_no_failure_there_is_none(kind):
    assert top_class(kind(np.eye(2)[[0, 0, 0]], np.array([0, 1, 1])), ["red", "blue"]) is None
