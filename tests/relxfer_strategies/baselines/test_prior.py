"""The prior is judged as it was attached; one that is given labels learns from them first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from relxfer_strategies.baselines.majority import MajorityClass
from relxfer_strategies.baselines.prior import Prior

from relxfer.authoring.torch_learner import arrays_of


def test_nothing_is_fitted_and_nothing_changes_without_labels(cell):
    before = arrays_of(cell.learner.module)
    unlabelled = replace(cell, target=replace(cell.target, train=None, val=None))
    assert Prior(None).transfer(unlabelled) is cell.learner
    assert cell.trainer.fits == cell.trainer.results == []
    assert all(np.array_equal(value, before[name]) for name, value in arrays_of(cell.learner.module).items())


def test_a_prior_learns_from_the_labels_for_training_alone(cell):
    """Those for validation compare it with others, and calibrate it."""
    counting = MajorityClass(None).attach(cell.target, ())
    assert Prior(None).transfer(replace(cell, learner=counting)) is counting
    counts = np.bincount(cell.target.train.answers, minlength=3)
    assert counting.arrays["frequencies"].tolist() == ((counts + 1) / (counts.sum() + 3)).tolist()
