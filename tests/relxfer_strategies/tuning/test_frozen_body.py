"""Scores on features that are computed once."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import torch
from relxfer_strategies.tuning import frozen_body


def counted(cell):
    """The cell with a trainer that counts how often features are asked for."""
    asked = []
    features = cell.trainer.features
    cell.trainer.features = lambda learner, examples: asked.append(examples) or features(learner, examples)
    return asked


def test_they_are_computed_at_the_first_batch_and_no_more(cell):
    cell.learner.varies = False
    asked = counted(cell)
    scores = frozen_body.scores(cell, cell.target.train)
    assert asked == []
    for rows in ([0, 3], [5, 1]):
        batch = cell.learner.batch(cell.target.train.hidden(), np.array(rows), np.random.default_rng(0))
        assert torch.allclose(scores(batch), cell.learner.scores(batch), atol=1e-6)
    assert asked == [cell.target.train]


def test_where_features_vary_there_are_none(cell):
    for varies in (True, None):  # None: the learner does not say
        if varies is not None:
            cell.learner.varies = varies
        batch = SimpleNamespace(rows=np.array([0]))
        assert frozen_body.scores(cell, cell.target.train)(batch) is None
