"""Fine-tuning: which parts, at which rate, in which phases."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
import torch.nn.functional as F
from relxfer_strategies.tuning.feature_extraction import FeatureExtraction, FeatureExtractionOptions
from relxfer_strategies.tuning.finetune import Finetune, FinetuneOptions

from relxfer.errors import Incompatible

pytestmark = pytest.mark.processor

STATISTICS = ("stem.1.running_mean", "stem.1.running_var", "stem.1.num_batches_tracked")


def moved(arrays, names):
    before, after = arrays
    return {name for name in names if before[name].tobytes() != after[name].tobytes()}


def test_it_minimises_the_target_s_loss(cell, fitted):
    fit = fitted(Finetune, FinetuneOptions())
    assert fit.streams == (cell.target.train,)
    (batch,) = fit.batches()
    assert torch.equal(fit.loss(), F.cross_entropy(cell.learner.scores(batch), batch.labels))


def test_the_factor_of_a_part_is_the_product_of_the_options(fitted):
    options = FinetuneOptions(lr_factor=0.5, head_lr_factor=10, lr_decay_per_part=0.1, part_lr_factors={"stem": 3.0})
    assert fitted(Finetune, options).factors() == {
        "stem": pytest.approx(0.5 * 0.1**2 * 3),
        "body": pytest.approx(0.5 * 0.1),
        "head": pytest.approx(0.5 * 10),
    }


def test_the_last_parts_are_counted_from_the_head(fitted):
    assert list(fitted(Finetune, FinetuneOptions(last_parts=2)).groups) == ["body", "head"]


def test_gradual_unfreezing_has_a_phase_for_each_part_from_the_head_down(cell):
    Finetune(FinetuneOptions(gradual_unfreezing=True)).transfer(cell)
    assert [list(fit.groups) for fit in cell.trainer.fits] == [["head"], ["body", "head"], ["stem", "body", "head"]]
    assert [fit.share for fit in cell.trainer.fits] == [1 / 3] * 3


def test_a_factor_for_a_part_that_is_not_trained_is_refused(cell):
    strategy = Finetune(FinetuneOptions(last_parts=1, part_lr_factors={"stem": 2.0}))
    with pytest.raises(Incompatible, match=r"part_lr_factors for parts that are trained .*'stem'"):
        strategy.transfer(cell)


def solved(cell, strategy, options):
    """The head that a strategy solved for."""
    torch.manual_seed(0)
    strategy(options).transfer(cell)
    return cell.learner.head.weight.detach().clone()


def test_a_head_that_is_solved_for_is_that_of_feature_extraction_without_the_validation_labels(cell):
    assert cell.target.val is not None
    labelled = replace(cell, target=replace(cell.target, val=None))
    assert torch.equal(
        solved(cell, Finetune, FinetuneOptions(head="logistic")),
        solved(labelled, FeatureExtraction, FeatureExtractionOptions(head="logistic")),
    )


def test_from_a_head_that_is_solved_for_all_steps_are_left_and_everything_is_trained(cell):
    Finetune(FinetuneOptions(head="svm", head_lr_factor=2.0)).transfer(cell)
    (fit,) = cell.trainer.fits
    assert (fit.share, list(fit.groups)) == (1, ["stem", "body", "head"])
    assert fit.groups["head"].modules is cell.learner.head
    assert not cell.trainer.left, "the heads left out say nothing of what fine-tuning makes of this one"


def test_frozen_statistics_stay_and_the_scale_is_trained(transferred):
    assert moved(transferred("finetune"), STATISTICS) == set(STATISTICS)
    found = transferred("finetune", freeze_statistics=True)
    assert not moved(found, STATISTICS)
    assert moved(found, ["stem.1.weight", "stem.0.weight"]) == {"stem.1.weight", "stem.0.weight"}


def test_gradual_unfreezing_trains_every_part_in_the_end(transferred):
    found = transferred("finetune", steps=9, gradual_unfreezing=True)
    assert len(moved(found, ["stem.0.weight", "body.0.weight", "head.weight"])) == 3
