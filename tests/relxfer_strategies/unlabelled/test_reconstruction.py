"""Reconstruction: the inputs of every domain, restored from features."""

from __future__ import annotations

import pytest
from relxfer_strategies.unlabelled.reconstruction import Reconstruction, ReconstructionOptions, reconstruct


def test_the_error_of_every_domain_is_added(cell, fitted):
    fit = fitted(Reconstruction, ReconstructionOptions(decoder_width=4))
    decode, learner = fit.keep["objective"].decoder, cell.learner
    errors = [(decode(learner.features(batch)) - batch.points).square().mean() for batch in fit.batches()]
    assert len(errors) == 2
    assert fit.loss().item() == pytest.approx(sum(errors).item())
    assert decode[0].out_features == 4


def test_of_the_target_alone(cell, fitted):
    (stream,) = fitted(Reconstruction, ReconstructionOptions(inputs="target")).streams
    assert stream.inputs is cell.target.inputs


def test_a_share_of_the_steps(cell):
    reconstruct(cell, [cell.target.unlabelled], decoder_width=4, share=0.3)
    assert cell.trainer.fits[0].share == 0.3
