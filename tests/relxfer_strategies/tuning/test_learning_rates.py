"""Factors on the learning rate: their range, and what each is of."""

from __future__ import annotations

import pytest
from pydantic import ValidationError
from relxfer_strategies.tuning.learning_rates import LearningRates


def test_the_body_has_one_factor_and_the_head_a_further_one(cell):
    groups = LearningRates(lr_factor=0.5, head_lr_factor=10).groups(cell.learner)
    assert {name: group.lr_factor for name, group in groups.items()} == {"body": 0.5, "head": 5.0}
    assert groups["body"].modules == [cell.learner.module["stem"], cell.learner.module["body"]]
    assert groups["head"].modules is cell.learner.head


@pytest.mark.parametrize("option", ["lr_factor", "head_lr_factor"])
@pytest.mark.parametrize("rate", [1e-4, 5e3, 0.0, -1.0])
def test_a_learning_rate_is_not_taken_for_a_factor(option, rate):
    with pytest.raises(ValidationError, match=r"expected a factor on training.lr from 0.001 to 1000, got"):
        LearningRates(**{option: rate})


@pytest.mark.parametrize("factor", [1e-3, 1.0, 1e3])
def test_the_range_includes_its_ends(factor):
    assert LearningRates(lr_factor=factor).lr_factor == factor
