"""Heads that are solved for: standardisation absorbed, two columns for two classes, absent classes never predicted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from relxfer_strategies.tuning import linear_heads
from relxfer_strategies.tuning.linear_heads import USUAL, solve
from sklearn.linear_model import LogisticRegression
from torch import nn

from relxfer import Examples
from relxfer.contract.data import Domain
from relxfer.contract.strategies import Cell
from relxfer.errors import Incompatible
from relxfer.judge.metrics.classification import Classification
from relxfer.judge.metrics.multi_label import MultiLabel
from relxfer.judge.metrics.regression import Regression
from relxfer.seeding import generator

pytestmark = pytest.mark.processor

WIDTH = 5


class Learner:
    """Its features are the inputs themselves."""

    width = WIDTH

    def __init__(self, classes, head=None):
        self.head, self.made = nn.Linear(WIDTH, classes), head or (lambda: nn.Linear(WIDTH, classes))

    def new_head(self):
        return self.made()


class Trainer:
    def features(self, learner, examples):
        return examples.inputs[examples.queries]

    def once(self, learner, work):
        self.result = work()
        return self.result

    def left_out(self, of):
        self.left = of


def examples(classes, n=60, seed=0):
    rng = generator("features", seed)
    labels = np.arange(n) % classes
    features = rng.normal(labels[:, None] * [[3, 0, 1, 0, 0]], [[5, 0.01, 1, 100, 1]]) + [[0, 4, 0, 9, 0]]
    return Examples(features.astype(np.float32), np.arange(n), labels)


def solved(kind, train, classes, val=None, head=None):
    task = Classification(tuple(map(str, range(classes))))
    cell = Cell(Learner(classes, head), Trainer(), Domain("d", task, train=train, val=val))
    solve(cell, kind)
    return cell


def scores(cell, examples):
    with torch.no_grad():
        return cell.learner.head(torch.from_numpy(examples.inputs)).numpy()


@pytest.mark.parametrize("classes", [2, 3])
def test_scores_are_those_of_scikit_learn_on_features_of_one_scale_but_for_the_bias(classes):
    train = examples(classes)
    inputs = train.inputs.astype(float) - train.inputs.mean(0, dtype=float)
    inputs /= np.sqrt(np.square(inputs).mean())
    cell = solved("logistic", train, classes)
    theirs = LogisticRegression(C=cell.trainer.result["strength"], max_iter=2000).fit(inputs, train.answers)
    ours = scores(cell, train)
    apart = theirs.predict_log_proba(inputs)
    found, wanted = (made - made[:, :1] for made in (ours, apart))
    assert np.allclose(found - found.mean(0), wanted - wanted.mean(0), atol=1e-2)


@pytest.mark.parametrize("kind", ["logistic", "svm"])
def test_a_class_without_a_label_is_never_predicted(kind):
    cell = solved(kind, examples(2), 4)
    assert set(scores(cell, examples(4)).argmax(1)) <= {0, 1}


def test_the_strength_is_chosen_by_cross_validation():
    single = examples(3, n=90)
    single = single.take(np.array([int(np.flatnonzero(single.answers == c)[0]) for c in range(3)]))
    cell = solved("logistic", single, 3)
    assert cell.trainer.result == {"strength": USUAL}, "one label each tells nothing"
    assert not hasattr(cell.trainer, "left")
    many = examples(3, n=200, seed=1)
    noisy = Examples(many.inputs, many.queries, generator("noise").permutation(many.answers))
    assert solved("logistic", noisy, 3).trainer.result["strength"] < USUAL


def few(counts, width=400, seed=0):
    """Two classes that are far apart in one of many directions, and the rest is noise."""
    rng = generator("few", seed)
    labels = np.repeat([0, 1], counts)
    features = rng.normal(size=(len(labels), width)) + np.eye(1, width) * 8 * labels[:, None]
    return Examples(features.astype(np.float32), np.arange(len(labels)), labels)


def test_with_few_labels_the_head_does_not_answer_with_the_most_frequent_class_alone():
    """All strengths were right as often in cross-validation, and the strongest penalty left no more than the bias."""
    fits = linear_heads.Fits.of(Classification(("a", "b")), "logistic")
    scaled, asked = linear_heads.Scaled(fits, nn.Linear(400, 2)), few((100, 100), seed=9)
    right = []
    for seed in range(5):
        train = few((7, 3), seed=seed)
        head = scaled.solved(train.inputs.astype(float), train)
        right.append(((asked.inputs @ head.weight.T + head.bias).argmax(1) == asked.answers).mean())
    assert np.mean(right) > 0.8, right


def test_labels_are_scored_by_heads_that_did_not_learn_them():
    train, val = examples(2, n=40), examples(2, n=20, seed=1)
    noise = generator("noise").permutation(np.arange(60) % 2)
    train, val = replace(train, answers=noise[:40]), replace(val, answers=noise[40:])
    cell = solved("logistic", train, 2, val=val)
    left = cell.trainer.left
    assert left.examples.answers.tolist() == noise.tolist()
    assert left.scores.shape == (60, 2)
    learnt = scores(cell, train).argmax(1)
    assert (left.scores[:40].argmax(1) == noise[:40]).mean() <= (learnt == noise[:40]).mean()
    assert (left.scores.argmax(1) == noise).mean() < 0.7, "noise cannot be known"


@pytest.mark.parametrize("strata", [True, False])
def test_groups_are_left_out_whole(strata):
    groups = np.repeat(np.arange(12), 5)
    classes = (groups // 3) % 2 if strata else None
    cuts = list(linear_heads._cuts(classes, groups))
    assert sorted(np.concatenate([held for _, held in cuts])) == list(range(60))
    assert all(not set(groups[rows]) & set(groups[held]) for rows, held in cuts)


def test_no_label_is_left_out_where_a_class_is_in_one_group():
    assert list(linear_heads._cuts(np.repeat([0, 1], 30), np.repeat([0, 0, 1, 2, 3, 3], 10))) != []
    assert list(linear_heads._cuts(np.repeat([0, 1], 30), np.repeat([0, 0, 0, 1, 2, 3], 10))) == []


def test_all_labels_of_the_budget_are_fitted():
    """The class that occurs among validation labels only is learnt too."""
    third = examples(3, n=90)
    train, val = third.take(np.flatnonzero(third.answers < 2)), third.take(np.flatnonzero(third.answers == 2))
    found = scores(solved("logistic", train, 3, val=val), third).argmax(1)
    assert (found == 2).mean() > 0.2


def test_one_class_is_refused():
    with pytest.raises(Incompatible, match="two classes"):
        solved("svm", examples(1), 3)


def test_a_head_that_is_not_linear_is_refused():
    with pytest.raises(Incompatible, match="one linear layer"):
        solved("svm", examples(2), 2, head=lambda: nn.Sequential(nn.Linear(WIDTH, 2)))


def of_task(task, kind, train, val=None):
    learner = Learner(task.width)
    if (scale := task.scale(train.answers)) is not None:
        learner.made = lambda: scaled(nn.Linear(WIDTH, task.width), scale)
    cell = Cell(learner, Trainer(), Domain("d", task, train=train, val=val))
    solve(cell, kind)
    return cell


def scaled(head, scale):
    head.register_buffer("scale", torch.as_tensor(scale, dtype=torch.float32))
    return head


def numbered(n, noise=0.0, seed=0):
    rng = generator("numbers", seed)
    features = rng.normal(size=(n, WIDTH))
    answers = 100 + 20 * features[:, 0] - 7 * features[:, 3] + rng.normal(0, noise, n)
    return Examples(features.astype(np.float32), np.arange(n), answers)


def test_numbers_are_found_by_ridge_in_their_own_units():
    task, train, asked = Regression(("price",)), numbered(60), numbered(40, seed=1)
    cell = of_task(task, None, train)
    found = task.decoded(scores(cell, asked), cell.learner.head.scale.numpy())[:, 0]
    assert np.abs(found - asked.answers).max() < 0.5
    assert cell.trainer.result["strength"] == max(linear_heads.STRENGTHS), "there is no noise to shrink"


def test_ridge_shrinks_what_is_noise():
    task = Regression(("price",))
    assert of_task(task, "ridge", numbered(30, noise=300.0)).trainer.result["strength"] <= 0.1


def test_each_label_has_a_logistic_regression_of_its_own():
    rng = generator("labels")
    features = rng.normal(size=(80, WIDTH)).astype(np.float32)
    answers = (features[:, :2] + rng.normal(0, 0.5, (80, 2)) > 0).astype(np.int64)
    cell = of_task(MultiLabel(("a", "b")), "logistic", Examples(features, np.arange(80), answers))
    inputs = (features - features.mean(0)) / np.sqrt(features.var(0).mean())
    ours = torch.from_numpy(scores(cell, Examples(features, np.arange(80)))).sigmoid().numpy()
    for label in range(2):
        theirs = LogisticRegression(C=cell.trainer.result["strength"]).fit(inputs, answers[:, label])
        np.testing.assert_allclose(ours[:, label], theirs.predict_proba(inputs)[:, 1], atol=2e-3)


def test_a_head_that_the_task_does_not_have_is_refused_with_those_that_it_has():
    with pytest.raises(Incompatible, match=r"regression \(ridge\), got 'svm'; choose one"):
        of_task(Regression(("price",)), "svm", numbered(20))
