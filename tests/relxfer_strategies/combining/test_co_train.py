"""Co-training: the sources' task and a stage's loss in every step."""

from __future__ import annotations

import pytest
import torch
from relxfer_strategies.combining.co_train import CoTrain, CoTrainOptions
from relxfer_strategies.unlabelled.contrasts import Infomax, TwoViews


@pytest.mark.parametrize(("stage", "objective"), [("dgi", Infomax), ("grace", TwoViews)])
def test_the_weighted_loss_of_the_stage_is_added(cell, fitted, stage, objective):
    fit = fitted(CoTrain, CoTrainOptions(stage=stage, stage_loss_weight=0.5))
    assert isinstance(fit.keep["objective"], objective)
    labelled, *inputs = fit.batches()
    assert labelled.labels is not None
    assert [batch.labels for batch in inputs] == [None, None]
    torch.manual_seed(0)
    found = fit.loss().item()
    torch.manual_seed(0)
    task = cell.learner.loss(labelled).item()
    added = sum(fit.keep["objective"](cell.learner, batch).item() for batch in inputs)
    assert found == pytest.approx(task + 0.5 * added, rel=1e-5)
    assert fit.logged["method_loss"] == pytest.approx(added, rel=1e-5)


def test_everything_and_what_the_stage_learns_are_trained(cell, fitted):
    fit = fitted(CoTrain, CoTrainOptions(inputs="sources"))
    assert fit.groups["learner"].modules is cell.learner.module
    assert fit.groups["objective"].modules is fit.keep["objective"]
    assert [stream.inputs for stream in fit.streams] == [cell.sources[0].inputs] * 2


def test_the_contrast_of_grace_has_its_options(fitted):
    options = CoTrainOptions(stage="grace", temperature=0.2, projection_width=5)
    objective = fitted(CoTrain, options).keep["objective"]
    assert (objective.temperature, objective.projection[0].out_features) == (0.2, 5)
