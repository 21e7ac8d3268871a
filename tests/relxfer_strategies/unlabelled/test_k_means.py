"""k-means: the centres become the head, and only for a task of clusters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from relxfer_strategies.unlabelled.k_means import KMeans, KMeansOptions, clusters

from relxfer.errors import Incompatible
from relxfer.judge.metrics.clustering import Clustering


def test_the_head_finds_the_nearest_centre_of_standardised_features(cell):
    clustering = replace(cell, target=replace(cell.target, task=Clustering(cell.target.task.answers)))
    torch.manual_seed(3)
    KMeans(KMeansOptions()).transfer(clustering)
    features = cell.trainer.features(cell.learner, cell.target.unlabelled).astype(np.float64)
    points = (features - features.mean(0)) / np.where(features.std(0) > 0, features.std(0), 1)
    torch.manual_seed(3)
    torch.nn.Linear(8, 3)  # the new head draws first
    centres = clusters(points, 3)
    nearest = np.square(points[:, None] - centres[None]).sum(-1).argmin(1)
    scores = np.concatenate(list(cell.learner.predict(cell.target.unlabelled)))
    assert (scores.argmax(1) == nearest).all()
    assert len(set(nearest)) == 3


def test_centres_are_the_means_of_their_points():
    torch.manual_seed(0)
    points = np.array([[0.0, 0.0], [0.0, 2.0], [10.0, 0.0], [10.0, 2.0]])
    assert sorted(clusters(points, 2).tolist()) == [[0.0, 1.0], [10.0, 1.0]]


def test_classes_are_no_clusters(cell):
    with pytest.raises(Incompatible, match='set task = "clustering"'):
        KMeans(KMeansOptions()).transfer(cell)


def test_features_of_the_source_need_its_model():
    assert KMeansOptions(features="source").needs() == ("source-model",)
    assert KMeansOptions().needs() == ()
