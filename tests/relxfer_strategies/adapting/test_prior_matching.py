"""Prior matching: labellings with given shares."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_strategies.adapting.prior_matching import PriorMatching, offsets
from torch import nn

from relxfer.errors import Incompatible
from relxfer.testing import blobs
from relxfer.testing.blobs_net import BlobsLearner, BlobsModel


@pytest.mark.parametrize("classes", [2, 5])
def test_every_class_gets_its_share(classes):
    rng = np.random.default_rng(classes)
    scores = rng.normal(size=(400, classes)) * rng.uniform(0.1, 3, classes) + rng.normal(size=classes)
    shares = rng.dirichlet(np.full(classes, 5.0))
    found = offsets(scores, shares)
    assert np.bincount((scores + found).argmax(1), minlength=classes) / 400 == pytest.approx(shares, abs=0.01)
    assert found.sum() == pytest.approx(0, abs=1e-9)


def test_nothing_moves_where_the_shares_are_right():
    scores = np.array([[3.0, 0.0], [2.0, 0.0], [0.0, 2.0], [0.0, 3.0]])
    assert offsets(scores, np.array([0.5, 0.5])) == pytest.approx([0, 0], abs=1e-6)


def test_a_class_that_sources_lack_is_never_predicted():
    scores = np.random.default_rng(0).normal(size=(50, 3))
    assert set((scores + offsets(scores, np.array([0.4, 0.6, 0.0]))).argmax(1)) == {0, 1}


def test_scores_that_are_all_alike_are_no_error():
    assert np.isfinite(offsets(np.zeros((5, 2)), np.array([0.7, 0.3]))).all()


def test_only_the_bias_of_the_head_changes(transferred):
    before, after = transferred("prior-matching", steps=None)
    assert [name for name in before if not np.array_equal(before[name], after[name])] == ["head.bias"]


def test_a_head_without_a_bias_is_refused():
    learner = BlobsLearner(BlobsModel(None))
    learner.head = nn.Identity()
    cell = type("Cell", (), {"learner": learner, "target": blobs.load_target(blobs.BlobsOptions(), {})})
    with pytest.raises(Incompatible, match=r"a head with a bias.*Identity"):
        PriorMatching(None).transfer(cell)


def test_the_target_s_predictions_have_the_shares_of_the_sources_labels(cell):
    answers = cell.sources[0].train.answers
    PriorMatching(None).transfer(cell)
    scores = np.concatenate(list(cell.learner.predict(cell.target.unlabelled)))
    predicted = np.bincount(scores.argmax(1), minlength=3) / len(scores)
    assert predicted == pytest.approx(np.bincount(answers, minlength=3) / len(answers), abs=0.02)
