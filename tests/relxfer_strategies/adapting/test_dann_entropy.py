"""DANN with entropy: the loss of DANN and the entropy of the target's predictions, which grows with the progress."""

from __future__ import annotations

import pytest
import torch
from relxfer_strategies.adapting.dann_entropy import DANNEntropy, DANNEntropyOptions

from relxfer.authoring.adversary import domain_loss, ramp
from relxfer.contract.strategies import Step

pytestmark = pytest.mark.processor


@pytest.mark.parametrize("progress", [0.0, 0.1, 0.5])
def test_the_entropy_grows_from_nothing(cell, fitted, progress):
    fit = fitted(DANNEntropy, DANNEntropyOptions(entropy_weight=2.0))
    source, target = fit.batches()
    features = [cell.learner.features(batch) for batch in (source, target)]
    adversarial = domain_loss(Step(0, 0.0, lambda **values: None), fit.keep["discriminator"], features)
    p = cell.learner.scores(target).softmax(1)
    entropy = -(p * p.log()).sum(1).mean()
    expected = cell.learner.loss(source) + adversarial + 2.0 * ramp(progress) * entropy
    assert fit.loss(progress).item() == pytest.approx(expected.item(), rel=1e-5)
    assert fit.logged["entropy"] == pytest.approx(entropy.item(), rel=1e-5)


def test_a_sure_prediction_has_a_finite_gradient(cell, fitted):
    with torch.no_grad():
        cell.learner.head.weight.mul_(1e4)
    fit = fitted(DANNEntropy, DANNEntropyOptions())
    assert all(gradient.isfinite().all() for gradient in fit.gradients(cell.learner.head))
