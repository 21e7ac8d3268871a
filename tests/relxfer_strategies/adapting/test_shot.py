"""SHOT: pseudo-labels, information maximisation, and a head that stays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from relxfer_strategies.adapting.shot import SHOT, SHOTOptions, pseudo_labels, unsure
from torch import nn

from relxfer.authoring.torch_learner import arrays_of
from relxfer.contract.strategies import Step

pytestmark = pytest.mark.processor


def test_pseudo_labels_by_hand():
    """Centres (.76, .27) and (.38, .49) by the predictions give classes 0, 0, 1, 0, since (.7, .6) is nearer to 0 by the
    angle than to 1; the centres of these are (.87, .27) and (0, 1), and (.7, .6) stays with 0."""
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
    assert unsure(100 * torch.eye(4)).item() == pytest.approx(-np.log(4), abs=1e-5)
    assert unsure(torch.zeros(4, 4)).item() == pytest.approx(0, abs=1e-6)
    assert unsure(100 * torch.eye(4)[[0, 0, 0]]).item() == pytest.approx(0, abs=1e-5)


def test_rounds_train_all_but_the_head_by_the_formula(cell):
    before = arrays_of(cell.learner.head)
    SHOT(SHOTOptions(pseudo_weight=0.5, rounds=3)).transfer(cell)
    assert [fit.share for fit in cell.trainer.fits] == [1 / 3] * 3
    fit = cell.trainer.fits[0]
    trained = {id(p) for group in fit.groups.values() for p in group.module.parameters()}
    head = {id(p) for p in cell.learner.head.parameters()}
    assert trained == {id(p) for p in cell.learner.module.parameters()} - head
    assert all(np.array_equal(before[key], value) for key, value in arrays_of(cell.learner.head).items())
    (batch,) = fit.batches()
    scores = cell.learner.scores(batch)
    labels = torch.from_numpy(cell.trainer.results[0]["labels"])[batch.rows]
    wanted = unsure(scores) + 0.5 * F.cross_entropy(scores, labels)
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


def test_on_a_planted_shift_it_beats_the_source(transferred):
    """Two classes on either side of a line, and a target that is moved across it; measured on a network by itself."""
    rng = np.random.default_rng(0)
    answers = np.repeat([0, 1], 100)
    source = rng.normal(size=(200, 2)) * 0.4 + np.where(answers, 1.5, -1.5)[:, None]
    target = (source + [1.4, 1.4]).astype(np.float32)
    torch.manual_seed(0)
    body, head = nn.Sequential(nn.Linear(2, 16), nn.ReLU()), nn.Linear(16, 2)
    learner = _Plain(body, head)
    learner.train(lambda: F.cross_entropy(head(body(torch.tensor(source, dtype=torch.float32))), torch.tensor(answers)))
    frozen = learner.accuracy(target, answers)
    for _ in range(3):
        made = body(torch.from_numpy(target)).detach()
        labels = torch.from_numpy(pseudo_labels(made.numpy(), head(made).softmax(1).detach().numpy()))
        learner.train(lambda: _loss(learner, target, labels), [*body.parameters()])
    assert frozen < 0.75
    assert learner.accuracy(target, answers) > 0.95


def _loss(learner, points, labels):
    scores = learner.head(learner.body(torch.from_numpy(points)))
    return unsure(scores) + 0.3 * F.cross_entropy(scores, labels)


class _Plain:
    def __init__(self, body, head):
        self.body, self.head = body, head

    def train(self, loss, parameters=None):
        optimizer = torch.optim.Adam(parameters or [*self.body.parameters(), *self.head.parameters()], lr=0.01)
        for _ in range(100):
            optimizer.zero_grad()
            loss().backward()
            optimizer.step()

    def accuracy(self, points, answers):
        return (self.head(self.body(torch.from_numpy(points))).argmax(1).numpy() == answers).mean()
