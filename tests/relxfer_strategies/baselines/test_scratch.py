"""Scratch: the model's own supervised training on the target alone."""

from __future__ import annotations

import torch.nn.functional as F
from relxfer_strategies.baselines.scratch import Scratch


def test_it_minimises_the_target_s_loss_over_everything(cell, fitted):
    fit = fitted(Scratch, None)
    assert fit.streams == (cell.target.train,)
    assert fit.groups is None, "everything is trained"
    (batch,) = fit.batches()
    assert fit.loss().item() == F.cross_entropy(cell.learner.scores(batch), batch.labels).item()


def test_the_learner_is_the_one_that_came(cell):
    assert Scratch(None).transfer(cell) is cell.learner
