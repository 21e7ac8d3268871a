"""Co-tuning: the source's head on what it says of each class of the target."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from relxfer_strategies.tuning.co_tuning import CoTuning, CoTuningOptions, relationship

from relxfer import Examples

pytestmark = pytest.mark.processor


def test_the_relationship_is_the_mean_prediction_of_every_class():
    scores = np.log(np.array([[0.8, 0.2], [0.6, 0.4], [0.1, 0.9]]))
    teacher = SimpleNamespace(predict=lambda examples: iter([scores[:2], scores[2:]]))
    found = relationship(teacher, Examples(None, np.arange(3), np.array([2, 2, 0])))
    assert np.allclose(found, [[0.1, 0.9], [0, 0], [0.7, 0.3]])


def test_the_cross_entropy_of_the_source_s_head_is_added(cell, fitted):
    fit = fitted(CoTuning, CoTuningOptions(source_loss_weight=2.0))
    (batch,) = fit.batches()
    expected = torch.from_numpy(relationship(cell.teacher, cell.target.train))[batch.labels]
    source_head = fit.keep["source head"]
    predicted = source_head(cell.learner.features(batch)).softmax(1)
    added = -(expected * predicted.log()).sum(1).mean()
    assert fit.loss().item() == pytest.approx((cell.learner.loss(batch) + 2.0 * added).item(), rel=1e-5)


def test_the_source_s_head_is_a_copy_that_is_trained_at_the_rate_of_the_body(cell, fitted):
    fit = fitted(CoTuning, CoTuningOptions(lr_factor=0.5, head_lr_factor=4))
    assert fit.factors() == {"body": 0.5, "head": 2.0, "source head": 0.5}
    source_head = fit.keep["source head"]
    assert source_head is not cell.teacher.head
    assert torch.equal(source_head.weight, cell.teacher.head.weight)
