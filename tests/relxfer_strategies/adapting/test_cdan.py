"""CDAN: a discriminator of features times predictions."""

from __future__ import annotations

import pytest
import torch
from relxfer_strategies.adapting.cdan import CDAN, CDANOptions

from relxfer.authoring.adversary import certainty, domain_loss, ramp
from relxfer.contract.strategies import Step

pytestmark = pytest.mark.processor


def adversarial(cell, fit, conditioned):
    """The discriminator's cross-entropy on the outer products of features and probabilities."""
    features = [cell.learner.features(batch) for batch in fit.batches()]
    predicted = [cell.learner.head(each).softmax(1).detach() for each in features]
    outer = [torch.einsum("bc,bd->bcd", g, f).flatten(1) for f, g in zip(features, predicted, strict=True)]
    weights = certainty(predicted) if conditioned else None
    return domain_loss(Step(0, 0.0, lambda **values: None), fit.keep["discriminator"][1], outer, weights)


@pytest.mark.parametrize("conditioned", [True, False])
def test_the_discriminator_sees_the_outer_product(cell, fitted, conditioned):
    fit = fitted(CDAN, CDANOptions(entropy_conditioning=conditioned))
    expected = cell.learner.loss(fit.batches()[0]) + adversarial(cell, fit, conditioned)
    assert fit.loss().item() == pytest.approx(expected.item(), rel=1e-5)


def test_the_features_get_the_reversed_gradient_and_predictions_none(cell, fitted):
    fit = fitted(CDAN, CDANOptions(reversal_factor=0.7))
    body, head, task = cell.learner.module["body"], cell.learner.head, cell.learner.loss(fit.batches()[0])
    by_task = torch.autograd.grad(task, [*body.parameters(), *head.parameters()])
    by_domain = torch.autograd.grad(adversarial(cell, fit, True), list(body.parameters()))
    count = len(by_domain)
    for found, own, other in zip(fit.gradients(body, 0.2), by_task[:count], by_domain, strict=True):
        torch.testing.assert_close(found, own - 0.7 * ramp(0.2) * other)
    for found, own in zip(fit.gradients(head, 0.2), by_task[count:], strict=True):
        torch.testing.assert_close(found, own)


def test_a_wide_map_is_randomised_to_its_largest_width(fitted):
    joint, discriminator = fitted(CDAN, CDANOptions(max_map_width=16, discriminator_width=5)).keep["discriminator"]
    assert joint.randomised, "8 features x 3 classes are more than 16"
    assert [layer.in_features for layer in discriminator[::2]] == [16, 5, 5]
