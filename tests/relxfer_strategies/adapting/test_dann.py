"""DANN: the discriminator learns the domains, the features learn to hide them."""

from __future__ import annotations

import pytest
import torch
from relxfer_strategies.adapting.dann import DANN, DANNOptions

from relxfer.authoring.adversary import domain_loss, ramp
from relxfer.contract.strategies import Step

pytestmark = pytest.mark.processor


def adversarial(cell, fit):
    """The discriminator's cross-entropy on features as they are."""
    features = [cell.learner.features(batch) for batch in fit.batches()]
    return domain_loss(Step(0, 0.0, lambda **values: None), fit.keep["discriminator"], features)


def test_the_loss_is_the_task_s_and_the_discriminator_s(cell, fitted):
    fit = fitted(DANN, DANNOptions())
    expected = cell.learner.loss(fit.batches()[0]) + adversarial(cell, fit)
    assert fit.loss().item() == pytest.approx(expected.item(), rel=1e-5)


@pytest.mark.parametrize("progress", [0.0, 0.2])
def test_the_features_get_the_reversed_gradient_and_the_discriminator_its_own(cell, fitted, progress):
    """d loss / d body = d task - reversal_factor · ramp(p) · d cross-entropy."""
    fit = fitted(DANN, DANNOptions(reversal_factor=0.7))
    body, discriminator = cell.learner.module["body"], fit.keep["discriminator"]
    by_task = torch.autograd.grad(cell.learner.loss(fit.batches()[0]), list(body.parameters()))
    by_domain = torch.autograd.grad(adversarial(cell, fit), list(body.parameters()))
    for found, task, other in zip(fit.gradients(body, progress), by_task, by_domain, strict=True):
        torch.testing.assert_close(found, task - 0.7 * ramp(progress) * other)
    own = torch.autograd.grad(adversarial(cell, fit), list(discriminator.parameters()))
    for found, expected in zip(fit.gradients(discriminator, progress), own, strict=True):
        torch.testing.assert_close(found, expected)


def test_the_discriminator_has_its_width_and_is_trained_along(fitted):
    fit = fitted(DANN, DANNOptions(discriminator_width=5))
    assert fit.factors() == {"learner": 1.0, "discriminator": 1.0}
    assert [layer.out_features for layer in fit.keep["discriminator"][::2]] == [5, 5, 1]
