"""The discriminator's loss, the reversed gradient, and the map that conditions it on predictions."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from relxfer.authoring.adversary import Multilinear, certainty, domain_loss, new_discriminator, reverse
from relxfer.contract.strategies import Step

pytestmark = pytest.mark.processor


def logged():
    values = {}
    return Step(0, 0.5, values.update), values


def identity() -> nn.Module:
    """One number -> the logit of coming from a source."""
    made = nn.Linear(1, 1)
    with torch.no_grad():
        made.weight.fill_(1.0)
        made.bias.zero_()
    return made


def test_a_randomised_map_keeps_inner_products_on_average():
    torch.manual_seed(0)
    f, g = torch.rand(2, 30), torch.rand(2, 5).softmax(1)
    wide, narrow = Multilinear(30, 5, 1000), Multilinear(30, 5, 149)
    assert (wide.width, wide.randomised, narrow.width, narrow.randomised) == (150, False, 149, True)
    exact = (wide(f, g)[0] @ wide(f, g)[1]).item()
    assert exact == pytest.approx(((f[0] @ f[1]) * (g[0] @ g[1])).item(), rel=1e-5)
    found = [(m(f, g)[0] @ m(f, g)[1]).item() for m in (Multilinear(30, 5, 149) for _ in range(200))]
    assert np.mean(found) == pytest.approx(exact, rel=0.1)


def test_the_loss_is_the_cross_entropy_of_the_domains():
    """-log sigmoid(x) of a source's row, -log(1 - sigmoid(x)) of the target's."""
    sources, target = torch.tensor([[0.5], [2.0]]), torch.tensor([[-1.0]])
    each = torch.nn.functional.softplus(torch.tensor([-0.5, -2.0, -1.0]))
    assert domain_loss(logged()[0], identity(), [sources, target]).item() == pytest.approx(each.mean().item())
    weights = torch.tensor([1.0, 0.5, 1.5])
    weighted = domain_loss(logged()[0], identity(), [sources, target], weights)
    assert weighted.item() == pytest.approx((weights * each).mean().item())


def test_accuracy_of_the_discriminator_is_logged():
    step, values = logged()
    domain_loss(step, identity(), [torch.ones(3, 1), torch.tensor([[-1.0], [1.0]])])
    assert values["disc_acc"] == pytest.approx(4 / 5)


def test_a_discriminator_has_two_hidden_layers_of_the_width():
    made = new_discriminator(5, 7)
    assert [tuple(p.shape) for p in made.parameters()] == [(7, 5), (7,), (7, 7), (7,), (1, 7), (1,)]


def test_certain_rows_count_more_and_each_side_has_mean_one():
    """Weights 2 and 1 + exp(-log 2) = 1.5 in the source: over their mean 1.75."""
    found = certainty([torch.tensor([[1.0, 0.0], [0.5, 0.5]]), torch.tensor([[0.9, 0.1]])])
    assert found.tolist() == pytest.approx([2 / 1.75, 1.5 / 1.75, 1.0])


def test_the_gradient_is_reversed_with_its_factor():
    x = torch.tensor([2.0], requires_grad=True)
    value = reverse(x, 0.25)
    value.square().sum().backward()
    assert value.item() == 2.0
    assert x.grad.item() == -0.25 * 4.0
