"""MMD: the discrepancy of the features beside the task loss."""

from __future__ import annotations

import pytest
from relxfer_strategies.adapting.mmd import MMD, MMDOptions

from relxfer.authoring import discrepancies


@pytest.mark.parametrize("estimator", ["unbiased", "linear"])
def test_the_loss_adds_the_weighted_discrepancy_of_the_features(cell, fitted, estimator):
    fit = fitted(MMD, MMDOptions(alignment_weight=3.0, estimator=estimator))
    source, target = fit.batches()
    layers = [(cell.learner.features(source), cell.learner.features(target))]
    apart = discrepancies.mmd(layers, linear=estimator == "linear")
    assert fit.loss().item() == pytest.approx((cell.learner.loss(source) + 3 * apart).item(), rel=1e-5)
    assert fit.logged["method_loss"] == pytest.approx(apart.item())
