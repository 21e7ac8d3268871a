"""GRACE: the loss of `TwoViews` on the inputs that are named."""

from __future__ import annotations

import pytest
import torch
from relxfer_strategies.unlabelled.contrasts import TwoViews
from relxfer_strategies.unlabelled.grace import GRACE, GRACEOptions


def test_the_loss_of_every_domain_is_added(cell, fitted):
    fit = fitted(GRACE, GRACEOptions())
    objective = fit.keep["objective"]
    assert isinstance(objective, TwoViews)
    torch.manual_seed(0)
    found = fit.loss().item()
    torch.manual_seed(0)
    assert found == pytest.approx(sum(objective(cell.learner, batch).item() for batch in fit.batches()))


def test_the_projection_has_its_width_and_the_contrast_its_temperature(fitted):
    objective = fitted(GRACE, GRACEOptions(projection_width=5, temperature=0.2)).keep["objective"]
    assert [tuple(p.shape) for p in objective.projection.parameters()] == [(5, 8), (5,), (5, 5), (5,)]
    assert objective.temperature == 0.2


def test_of_the_target_alone(cell, fitted):
    (stream,) = fitted(GRACE, GRACEOptions(inputs="target")).streams
    assert stream.inputs is cell.target.inputs
