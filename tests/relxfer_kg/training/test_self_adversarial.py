"""The loss by which answers are learnt against other candidates."""

from __future__ import annotations

import pytest
import torch
from relxfer_kg.training.self_adversarial import self_adversarial


def direct(answer, others, temperature):
    """The same, one query and one candidate after the other."""
    total = 0.0
    for own, row in zip(answer.tolist(), others.tolist(), strict=True):
        counted = [x for x in row if x != -float("inf")]
        weights = torch.softmax(torch.tensor([x / temperature if temperature else 0.0 for x in counted]), 0).tolist()
        away = sum(
            w * torch.log(1 - torch.sigmoid(torch.tensor(x))).item() for w, x in zip(weights, counted, strict=True)
        )
        total += -torch.log(torch.sigmoid(torch.tensor(own))).item() - away
    return total / len(answer) / 2


@pytest.mark.parametrize("temperature", [0.0, 0.5, 1.0])
def test_it_is_the_formula_and_what_does_not_count_has_no_part(temperature):
    rng = torch.Generator().manual_seed(0)
    answer, others = torch.randn(5, generator=rng), torch.randn(5, 4, generator=rng)
    others[0, 1] = others[3, 0] = -torch.inf
    assert self_adversarial(answer, others, temperature).item() == pytest.approx(
        direct(answer, others, temperature), 1e-5
    )


def test_where_no_other_counts_the_answer_alone_is_learnt():
    answer = torch.zeros(2, requires_grad=True)
    others = torch.full((2, 3), -torch.inf)
    loss = self_adversarial(answer, others, 1.0)
    loss.backward()
    assert loss.item() == pytest.approx(0.5 * torch.tensor(2.0).log().item())
    assert torch.isfinite(answer.grad).all()
