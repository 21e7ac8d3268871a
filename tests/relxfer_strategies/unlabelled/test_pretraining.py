"""Pre-training without labels: whose inputs, and a fit that leaves the head alone."""

from __future__ import annotations

import pytest
import torch
from relxfer_strategies.unlabelled.pretraining import PretrainingOptions, own_group, pretrain, unlabelled
from torch import nn


class Lengths(nn.Module):
    """The mean length of features, times a number of its own."""

    def __init__(self, learnt: bool):
        super().__init__()
        self.factor = nn.Parameter(torch.tensor(2.0)) if learnt else 2.0

    def forward(self, learner, batch):
        return self.factor * learner.features(batch).norm(dim=1).mean()


@pytest.mark.parametrize(
    ("inputs", "names", "needs"),
    [
        ("both", ["blobs-source", "blobs-target"], ("source-inputs", "target-inputs")),
        ("sources", ["blobs-source"], ("source-inputs",)),
        ("target", ["blobs-target"], ("target-inputs",)),
    ],
)
def test_inputs_are_those_that_are_named_and_have_no_answers(cell, inputs, names, needs):
    domains = {domain.name: domain for domain in (*cell.sources, cell.target)}
    found = unlabelled(cell, inputs)
    assert [each.inputs is domains[name].inputs for each, name in zip(found, names, strict=True)] == [True] * len(names)
    assert {each.answers for each in found} == {None}
    assert PretrainingOptions(inputs=inputs).needs() == needs


def test_the_loss_is_the_sum_over_streams(cell):
    assert pretrain(cell, Lengths(True), unlabelled(cell, "both")) is cell.learner
    (fit,) = cell.trainer.fits
    lengths = [cell.learner.features(batch).norm(dim=1).mean().item() for batch in fit.batches()]
    assert fit.loss().item() == pytest.approx(2 * sum(lengths))


def test_the_body_is_trained_the_head_is_not_and_nothing_is_selected(cell):
    pretrain(cell, Lengths(True), unlabelled(cell, "both"), share=0.4)
    (fit,) = cell.trainer.fits
    assert list(fit.groups["body"].modules) == [cell.learner.module["stem"], cell.learner.module["body"]]
    assert fit.groups["objective"].modules is fit.keep["objective"]
    assert (fit.share, fit.select) == (0.4, False)


def test_an_objective_without_parameters_has_no_group():
    assert own_group(Lengths(False)) == {}
    assert list(own_group(Lengths(True))) == ["objective"]
