"""Heads that are solved for: standardisation absorbed, two columns for two classes, absent classes never predicted."""

from __future__ import annotations

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
def test_probabilities_are_those_of_scikit_learn_on_features_of_one_scale(classes):
    train = examples(classes)
    inputs = train.inputs.astype(float) - train.inputs.mean(0, dtype=float)
    inputs /= np.sqrt(np.square(inputs).mean())
    cell = solved("logistic", train, classes)
    theirs = LogisticRegression(C=cell.trainer.result["strength"], max_iter=2000).fit(inputs, train.answers)
    ours = torch.from_numpy(scores(cell, train)).softmax(1).numpy()
    assert np.allclose(ours, theirs.predict_proba(inputs), atol=1e-3)


@pytest.mark.parametrize("kind", ["logistic", "svm"])
def test_a_class_without_a_label_is_never_predicted(kind):
    cell = solved(kind, examples(2), 4)
    assert set(scores(cell, examples(4)).argmax(1)) <= {0, 1}


def test_the_strength_is_chosen_by_cross_validation():
    single = examples(3, n=90)
    single = single.take(np.array([int(np.flatnonzero(single.answers == c)[0]) for c in range(3)]))
    assert solved("logistic", single, 3).trainer.result == {"strength": USUAL}, "one label each tells nothing"
    many = examples(3, n=200, seed=1)
    noisy = Examples(many.inputs, many.queries, generator("noise").permutation(many.answers))
    assert solved("logistic", noisy, 3).trainer.result["strength"] < USUAL


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
