"""MCD: a warm-up of the new head, then three updates a step."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from relxfer_strategies.adapting.mcd import MCD, WARM_UP, MCDOptions
from relxfer_strategies.adapting.two_heads import TwoHeads
from torch import nn

pytestmark = pytest.mark.processor


@pytest.fixture
def phases(cell):
    """The two fits, and the two heads while they are trained."""
    made = []
    cell.trainer.fit, fit = lambda *a, **o: (made.append(cell.learner.head), fit(*a, **o)), cell.trainer.fit
    MCD(MCDOptions(feature_updates=3)).transfer(cell)
    first, second = cell.trainer.fits
    assert made[0] is made[1]
    cell.learner.head = made[0]
    return first, second


def losses(cell, heads, batch):
    """The mean of both heads' cross-entropies."""
    features = cell.learner.features(batch)
    return sum(F.cross_entropy(head(features), batch.labels) for head in (heads.first, heads.second)) / 2


def test_it_starts_from_the_source_s_head_and_a_new_one_and_ends_with_one(cell):
    source = cell.learner.head
    MCD(MCDOptions()).transfer(cell)
    assert isinstance(cell.learner.head, nn.Linear)
    assert cell.learner.head is not source


def test_first_the_new_head_alone_learns_the_sources_task(cell, phases):
    warm_up, _ = phases
    heads = cell.learner.head
    assert isinstance(heads, TwoHeads)
    assert warm_up.share == WARM_UP
    assert warm_up.groups["second"].modules is heads.second
    assert warm_up.streams == (cell.sources[0].train,)
    assert warm_up.loss().item() == pytest.approx(losses(cell, heads, warm_up.batches()[0]).item())


def test_then_everything_the_heads_and_the_features_in_turn(cell, phases):
    _, fit = phases
    everything, disagree, agree = fit.objective
    assert [(u.groups, u.repeat) for u in fit.objective] == [(("body", "heads"), 1), (("heads",), 1), (("body",), 3)]
    source, target = fit.batches()
    heads = cell.learner.head
    task, gap = losses(cell, heads, source), heads.disagreement(cell.learner.features(target))
    assert gap.item() > 0
    assert fit.loss(objective=everything.loss).item() == pytest.approx(task.item())
    assert fit.loss(objective=disagree.loss).item() == pytest.approx((task - gap).item())
    assert fit.loss(objective=agree.loss).item() == pytest.approx(gap.item())
    assert fit.logged["method_loss"] == pytest.approx(gap.item())


def test_the_body_is_everything_before_the_heads(cell, phases):
    _, fit = phases
    assert fit.share == pytest.approx(1 - WARM_UP)
    assert list(fit.groups["body"].modules) == [cell.learner.module["stem"], cell.learner.module["body"]]
    assert torch.equal(fit.groups["heads"].modules.first.weight, cell.learner.head.first.weight)
