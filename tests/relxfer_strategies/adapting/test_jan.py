"""JAN: the joint discrepancy of features and probabilities."""

from __future__ import annotations

import pytest
from relxfer_strategies.adapting.jan import JAN, JANOptions

from relxfer.authoring import discrepancies


@pytest.mark.parametrize("estimator", ["unbiased", "linear"])
def test_the_loss_adds_the_joint_discrepancy(cell, fitted, estimator):
    fit = fitted(JAN, JANOptions(alignment_weight=3.0, estimator=estimator))
    source, target = fit.batches()
    learner = cell.learner
    layers = [
        (learner.features(source), learner.features(target)),
        (learner.scores(source).softmax(1), learner.scores(target).softmax(1)),
    ]
    apart = discrepancies.mmd(layers, linear=estimator == "linear")
    assert fit.loss().item() == pytest.approx((learner.loss(source) + 3 * apart).item(), rel=1e-5)
