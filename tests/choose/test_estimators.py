"""What a source model's features and predictions say of a target."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from relxfer.choose import estimators, transferability
from relxfer.execute import artefacts
from relxfer.plugins.finder import Plugins
from relxfer.testing import blobs, blobs_net, harness

DOMAIN = blobs.load_target(blobs.BlobsOptions(), {})


@pytest.fixture(scope="module")
def learner(tmp_path_factory):
    plugins = Plugins.load(third_party=False)
    plugins.register(blobs, "blobs")
    path = harness.pretrained(tmp_path_factory.getbasetemp())
    return blobs_net.BlobsLearner(artefacts.read(path, plugins, None).load())


def test_an_unknown_head_has_no_measures_of_predictions(learner):
    found = estimators.measures(learner, False, DOMAIN.train)
    assert found["leep"] == found["nce"] == "the source model names no classes of its head"
    assert found["logme"] == estimators.measures(learner, True, DOMAIN.train)["logme"]
    one = DOMAIN.train.take(np.flatnonzero(DOMAIN.train.answers == 0))
    assert estimators.measures(learner, False, one)["knn"] == "all target labels are of one class"


def test_measures_are_those_of_features_and_probabilities(learner):
    found = estimators.measures(learner, True, DOMAIN.train)
    learner.module.eval()
    with torch.no_grad():
        points = torch.from_numpy(DOMAIN.inputs[DOMAIN.train.queries])
        features = learner.module["body"](learner.module["stem"](points))
        probabilities = learner.head(features).softmax(1).numpy().astype(float)
    answers = DOMAIN.train.answers
    assert found["knn"] == transferability.knn(features.numpy(), answers)
    assert found["leep"] == pytest.approx(transferability.leep(probabilities, answers))
    assert found["nce"] == pytest.approx(transferability.nce(probabilities.argmax(1), answers))


def test_the_mode_of_a_model_is_left_as_it_was(learner):
    learner.module.train()
    estimators.measures(learner, True, DOMAIN.train)
    assert learner.module.training


@pytest.mark.parametrize("labelled", [None, DOMAIN.train.take(np.arange(0)), DOMAIN.train.hidden()])
def test_without_labels_its_size_alone_is_measured(learner, labelled):
    found = estimators.measures(learner, True, labelled)
    size = sum(p.numel() for p in learner.module.parameters())
    assert found.pop("parameters") == math.log2(size)
    assert set(found.values()) == {"there are no target labels"}


def test_an_open_task_names_no_classes(learner):
    assert isinstance(estimators.measures(learner, False, DOMAIN.train)["leep"], str)
