"""Linear: a solved head on the features of the model as it came."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_strategies.baselines.linear import Linear, LinearOptions

from relxfer.authoring.torch_learner import arrays_of, features_of


@pytest.mark.parametrize("head", ["logistic", "svm"])
def test_only_the_head_changes(cell, head):
    before = arrays_of(cell.learner.module)
    Linear(LinearOptions(head=head)).transfer(cell)
    after = arrays_of(cell.learner.module)
    assert {name for name in before if not np.array_equal(before[name], after[name])} == {"head.weight", "head.bias"}
    assert cell.trainer.fits == []


def test_the_head_is_logistic_regression_on_the_features_of_all_labels(cell):
    """At its optimum the bias has no gradient: classes are predicted as often as they are labelled; then optimism
    shifts it a little."""
    Linear(LinearOptions()).transfer(cell)
    labelled = (cell.target.train, cell.target.val)
    features = np.concatenate([features_of(cell.learner, each) for each in labelled])
    answers = np.concatenate([each.answers for each in labelled])
    head = cell.learner.head
    scores = features @ head.weight.detach().numpy().T + head.bias.detach().numpy()
    powers = np.exp(scores - scores.max(1, keepdims=True))
    predicted = (powers / powers.sum(1, keepdims=True)).mean(0)
    assert predicted == pytest.approx(np.bincount(answers, minlength=3) / len(answers), abs=0.02)
