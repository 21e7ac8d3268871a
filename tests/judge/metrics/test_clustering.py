"""Hungarian accuracy and NMI, against scikit-learn and by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from sklearn.metrics import normalized_mutual_info_score

from relxfer.contract.data import Domain, Examples
from relxfer.errors import Incompatible
from relxfer.judge.metrics.classification import Classification
from relxfer.judge.metrics.clustering import Clustering, Clusters
from relxfer.judge.metrics.regression import Regression


def values(clusters, classes, count):
    made = Clusters(np.eye(count)[clusters], np.asarray(classes))
    return {"accuracy": made.accuracy().values, "nmi": made.nmi().values}


@pytest.mark.parametrize("seed", range(5))
def test_the_mean_is_that_of_scikit_learn_and_of_the_best_matching(seed):
    rng = np.random.default_rng(seed)
    classes = rng.integers(0, 4, 60)
    clusters = np.where(rng.random(60) < 0.6, (classes + 1) % 4, rng.integers(0, 4, 60))
    found = values(clusters, classes, 4)
    assert found["nmi"].mean() == pytest.approx(normalized_mutual_info_score(classes, clusters))
    best = max((np.array(names)[clusters] == classes).mean() for names in itertools.permutations(range(4)))
    assert found["accuracy"].mean() == pytest.approx(best)


def test_names_of_clusters_do_not_matter():
    classes = np.repeat(np.arange(3), 5)
    found = values((classes + 2) % 3, classes, 3)
    assert found["accuracy"].tolist() == [1.0] * 15
    assert found["nmi"] == pytest.approx(np.ones(15))


def test_one_cluster_tells_nothing():
    found = values(np.zeros(6, int), np.arange(6) % 2, 2)
    assert found["nmi"].mean() == pytest.approx(0)
    assert found["accuracy"].mean() == 0.5


def test_one_class_in_one_cluster_is_perfect():
    found = values(np.ones(4, int), np.zeros(4, int), 3)
    assert found["nmi"].tolist() == [1.0] * 4
    assert found["accuracy"].tolist() == [1.0] * 4


def domain(task) -> Domain:
    split = Examples(None, np.arange(4), np.array([0, 1, 1, 0]))
    return Domain("d", task, train=split, val=split, unlabelled=split, test=split)


def test_what_has_classes_can_be_clustered_without_labels():
    made = Clustering().posed(domain(Classification(("a", "b"))))
    assert (made.task.kind, made.task.answers) == ("clustering", ("a", "b"))
    assert made.train is None
    assert made.val is None
    assert made.test.answers.tolist() == [0, 1, 1, 0]


def test_numbers_are_not_clustered():
    with pytest.raises(Incompatible, match="a task with classes to cluster"):
        Clustering().posed(domain(Regression(("price",))))
