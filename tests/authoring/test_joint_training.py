"""Joint training: the sources' task loss and a weighted term, over the learner and modules of one's own."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import nn

from relxfer.authoring.joint_training import mean_length, streams, train_jointly


def test_the_loss_is_the_task_s_and_the_weighted_term(cell):
    seen = []

    def term(step, passed):
        seen.append((step.progress, passed.target))
        return passed.source.mean()

    assert train_jointly(cell, term, weight=3.0) is cell.learner
    (fit,) = cell.trainer.fits
    source, target = fit.batches()
    expected = cell.learner.loss(source) + 3 * cell.learner.features(source).mean()
    assert fit.loss(progress=0.25).item() == pytest.approx(expected.item())
    assert seen[0][0] == 0.25
    assert torch.equal(seen[0][1], cell.learner.features(target))


def test_the_trace_has_term_lengths_and_the_most_frequent_answer(cell):
    train_jointly(cell, lambda step, passed: passed.source.mean(), weight=3.0)
    (fit,) = cell.trainer.fits
    fit.loss()
    source, target = fit.batches()
    answers = cell.learner.scores(target).argmax(1).tolist()
    assert fit.logged == {
        "method_loss": pytest.approx(cell.learner.features(source).mean().item()),
        "feature_norm_source": pytest.approx(mean_length(cell.learner.features(source))),
        "feature_norm": pytest.approx(mean_length(cell.learner.features(target))),
        "top_class": pytest.approx(max(map(answers.count, answers)) / len(answers)),
    }


def test_modules_of_one_s_own_are_trained_along_and_kept(cell):
    own = nn.Linear(1, 1)
    train_jointly(cell, lambda step, passed: passed.source.mean(), keep={"own": own})
    (fit,) = cell.trainer.fits
    assert fit.keep == {"own": own}
    assert fit.groups["learner"].modules is cell.learner.module
    assert fit.groups["own"].modules is own


def test_streams_are_the_labelled_sources_and_then_the_target_s_inputs(cell):
    second = replace(cell.sources[0], name="second")
    several = replace(cell, sources=(cell.sources[0], replace(second, train=None), second))
    assert streams(several) == [cell.sources[0].train, second.train, cell.target.unlabelled]
    assert streams(several)[-1].answers is None
