"""SHOT: pseudo-labels, information maximisation, and a head that stays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from relxfer_strategies.adapting.shot import SHOT, SHOTOptions, information_loss, pseudo_labels

from relxfer.authoring.torch_learner import arrays_of
from relxfer.contract.strategies import Step
from relxfer.testing import blobs, harness

pytestmark = pytest.mark.processor


def test_pseudo_labels_by_hand():
    """Centres by the predictions are (1.9, .38) / 2.2 and (.7, 1.12) / 1.8, at 11 and 58 degrees; the inputs, at 0, 13,
    90 and 23 degrees, are nearest to 0, 0, 1, 0. The centres of these, at 11 and 90 degrees, change none.
    """
    features = np.array([[1.0, 0.0], [0.9, 0.2], [0.0, 1.0], [0.7, 0.3]])
    predicted = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.4, 0.6]])
    assert predicted.argmax(1).tolist() == [0, 0, 1, 1]
    assert pseudo_labels(features, predicted).tolist() == [0, 0, 1, 0]
    scaled = features * np.array([[1], [10], [3], [0.1]])
    assert pseudo_labels(scaled, predicted).tolist() == [0, 0, 1, 0], "lengths do not decide what is nearest here"


def test_a_class_that_is_nearest_to_none_gets_no_input():
    features = np.array([[1.0, 0.0], [0.0, 1.0]])
    predicted = np.array([[0.9, 0.0, 0.1], [0.0, 0.9, 0.1]])
    assert pseudo_labels(features, predicted).tolist() == [0, 1]


def test_it_is_least_where_each_is_sure_and_all_classes_are_named():
    assert information_loss(100 * torch.eye(4)).item() == pytest.approx(-np.log(4), abs=1e-5)
    assert information_loss(torch.zeros(4, 4)).item() == pytest.approx(0, abs=1e-6)
    assert information_loss(100 * torch.eye(4)[[0, 0, 0]]).item() == pytest.approx(0, abs=1e-5)


def test_rounds_train_all_but_the_head_by_the_formula(cell):
    before = arrays_of(cell.learner.head)
    SHOT(SHOTOptions(pseudo_weight=0.5, rounds=3)).transfer(cell)
    assert [fit.share for fit in cell.trainer.fits] == [1 / 3] * 3
    fit = cell.trainer.fits[0]
    trained = {id(p) for group in fit.groups.values() for p in group.modules.parameters()}
    head = {id(p) for p in cell.learner.head.parameters()}
    assert trained == {id(p) for p in cell.learner.module.parameters()} - head
    assert all(np.array_equal(before[key], value) for key, value in arrays_of(cell.learner.head).items())
    (batch,) = fit.batches()
    scores = cell.learner.scores(batch)
    labels = torch.from_numpy(cell.trainer.results[0]["labels"])[batch.rows]
    wanted = information_loss(scores) + 0.5 * F.cross_entropy(scores, labels)
    assert fit.objective(Step(0, 0.0, lambda **_: None), batch).item() == pytest.approx(wanted.item(), rel=1e-5)


def test_labels_of_the_target_change_nothing(cell):
    found = []
    for seed in (None, 0):
        train = cell.target.train
        if train is not None and seed is not None:
            train = replace(train, answers=np.random.default_rng(seed).permutation(train.answers))
        SHOT(SHOTOptions(rounds=1)).transfer(replace(cell, target=replace(cell.target, train=train)))
        found.append((cell.trainer.results[-1]["labels"].tolist(), cell.trainer.fits[-1].loss().item()))
    assert found[0] == found[1]


def test_on_a_planted_shift_it_beats_the_source_whatever_the_labels(checkpoint, tmp_path):
    """The blobs of the target are rotated by 40 degrees and moved."""

    def cells(shuffle):
        config = {
            "name": "one",
            "threads": 1,
            "device": "cpu",
            "source": {"checkpoint": str(checkpoint)},
            "target": {"dataset": {"use": "blobs-target", "train": 120, "shuffle_test": shuffle}},
            "training": {"steps": 100, "batch_size": 24, "lr": 0.01, "validations": 0},
            "strategy": [{"use": "zero-shot"}, {"use": "shot"}],
            "report": {"baselines": False},
        }
        results = harness.run(config, tmp_path / f"{shuffle}", [blobs])
        return {cell.strategy: cell for cell in results.cells}

    found, permuted = cells(0), cells(5)
    assert found["shot"].metrics["accuracy"] > found["zero-shot"].metrics["accuracy"] + 0.1
    assert permuted["shot"].id == found["shot"].id, "it is the same transfer, whatever the answers of the test"
    assert permuted["shot"].metrics["accuracy"] < 0.6
