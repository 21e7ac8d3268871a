"""DGI: the loss of `Infomax` on the inputs that are named."""

from __future__ import annotations

import pytest
import torch
from relxfer_strategies.unlabelled.contrasts import Infomax
from relxfer_strategies.unlabelled.dgi import DGI, DGIOptions


def test_the_loss_of_every_domain_is_added(cell, fitted):
    fit = fitted(DGI, DGIOptions())
    objective = fit.keep["objective"]
    assert isinstance(objective, Infomax)
    torch.manual_seed(0)
    found = fit.loss().item()
    torch.manual_seed(0)
    assert found == pytest.approx(sum(objective(cell.learner, batch).item() for batch in fit.batches()))


def test_of_the_sources_alone(cell, fitted):
    (stream,) = fitted(DGI, DGIOptions(inputs="sources")).streams
    assert stream.inputs is cell.sources[0].inputs
