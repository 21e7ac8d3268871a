"""L2-SP: the task loss and two penalties."""

from __future__ import annotations

import pytest
import torch
from relxfer_strategies.tuning.l2_sp import L2SP, L2SPOptions

pytestmark = pytest.mark.processor


def distance(arrays, part):
    before, after = arrays
    return sum(float(((after[n] - before[n]) ** 2).sum()) for n in before if n.startswith(part) and "weight" in n)


def moved_by_one(module):
    """Every parameter, by 1; the number of them."""
    with torch.no_grad():
        for parameter in module.parameters():
            parameter += 1
    return sum(parameter.numel() for parameter in module.parameters())


def squares(module):
    return sum(parameter.square().sum() for parameter in module.parameters()).item()


def test_the_body_is_held_at_the_source_and_the_head_at_zero(cell, fitted):
    fit = fitted(L2SP, L2SPOptions(source_penalty_weight=0.3, head_penalty_weight=0.7))
    moved = moved_by_one(cell.learner.module["stem"]) + moved_by_one(cell.learner.module["body"])
    task = cell.learner.loss(fit.batches()[0]).item()
    expected = task + 0.3 / 2 * moved + 0.7 / 2 * squares(cell.learner.head)
    assert fit.loss().item() == pytest.approx(expected, rel=1e-4)


def test_with_everything_held_the_head_is_held_at_the_source_too(cell, fitted):
    fit = fitted(L2SP, L2SPOptions(source_penalty_weight=0.3, source_penalty_on="all"))
    moved = moved_by_one(cell.learner.module)
    task = cell.learner.loss(fit.batches()[0]).item()
    assert fit.loss().item() == pytest.approx(task + 0.3 / 2 * moved, rel=1e-4)


def test_body_and_head_have_their_factors(fitted):
    assert fitted(L2SP, L2SPOptions(lr_factor=0.5, head_lr_factor=4)).factors() == {"body": 0.5, "head": 2.0}


def test_a_strong_penalty_holds_the_body_at_the_source(transferred):
    free, held = (transferred("l2-sp", steps=40, lr_factor=0.1, source_penalty_weight=w) for w in (0.0, 100.0))
    assert distance(held, "body") < 0.05 * distance(free, "body")
    assert distance(held, "head") > 0.01 * distance(free, "head")


def test_on_everything_it_holds_the_head_too(transferred):
    options = {"lr_factor": 1.0, "source_penalty_on": "all"}
    free, held = (transferred("l2-sp", steps=40, source_penalty_weight=w, **options) for w in (0.0, 100.0))
    assert distance(held, "head") < 0.05 * distance(free, "head")
