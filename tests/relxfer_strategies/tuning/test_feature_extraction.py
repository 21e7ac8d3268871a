"""Feature extraction: a head on a frozen body, trained or solved for."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from relxfer_strategies.tuning.feature_extraction import FeatureExtraction, FeatureExtractionOptions

from relxfer.authoring.torch_learner import arrays_of


def test_the_head_alone_is_trained_with_its_factor(cell, fitted):
    head = cell.learner.head
    fit = fitted(FeatureExtraction, FeatureExtractionOptions(lr_factor=2.0))
    assert fit.factors() == {"head": 2.0}
    assert fit.groups["head"].modules is head
    (batch,) = fit.batches()
    assert torch.equal(fit.loss(), F.cross_entropy(cell.learner.scores(batch), batch.labels))


def test_a_new_head_takes_the_place_of_the_source_s(cell, fitted):
    before = cell.learner.head
    fit = fitted(FeatureExtraction, FeatureExtractionOptions(head="new"))
    assert cell.learner.head is not before
    assert fit.groups["head"].modules is cell.learner.head


def test_features_that_never_vary_are_computed_once(cell, fitted):
    """The loss is that of the head on the features that the trainer keeps, at the rows of the batch."""
    cell.learner.varies = False
    fit = fitted(FeatureExtraction, FeatureExtractionOptions())
    (batch,) = fit.batches()
    kept = torch.tensor(cell.trainer.features(cell.learner, cell.target.train))[batch.rows]
    assert torch.equal(fit.loss(), F.cross_entropy(cell.learner.head(kept), batch.labels))


@pytest.mark.parametrize("head", ["logistic", "svm"])
def test_a_head_that_is_solved_for_needs_no_fit(cell, head):
    before = arrays_of(cell.learner.module)
    options = FeatureExtractionOptions(head=head)
    FeatureExtraction(options).transfer(cell)
    after = arrays_of(cell.learner.module)
    assert cell.trainer.fits == []
    assert {name for name in before if not np.array_equal(before[name], after[name])} == {"head.weight", "head.bias"}
    assert options.needs() == ("features",)


def test_gradient_steps_need_neither_features_nor_classes():
    assert FeatureExtractionOptions().needs() == FeatureExtractionOptions(head="new").needs() == ()
