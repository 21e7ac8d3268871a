"""Autoencoder: reconstruction, then a classifier."""

from __future__ import annotations

import numpy as np
import pytest
import torch.nn.functional as F
from relxfer_strategies.unlabelled.autoencoder import Autoencoder, AutoencoderOptions

from relxfer.authoring.torch_learner import arrays_of


def test_first_all_inputs_are_reconstructed_then_labels_are_learnt(cell):
    Autoencoder(AutoencoderOptions(reconstruction_share=0.6, decoder_width=4)).transfer(cell)
    restoring, classifying = cell.trainer.fits
    assert restoring.share == 0.6
    assert [stream.inputs for stream in restoring.streams] == [cell.sources[0].inputs, cell.target.inputs]
    assert restoring.keep["objective"].decoder[0].out_features == 4
    assert classifying.streams == (cell.target.train,)
    (batch,) = classifying.batches()
    assert classifying.loss().item() == F.cross_entropy(cell.learner.scores(batch), batch.labels).item()


def test_the_classifier_has_the_rest_of_the_steps(cell):
    names = []
    cell.trainer.part = lambda name, share: names.append((name, share)) or cell.trainer
    Autoencoder(AutoencoderOptions(reconstruction_share=0.6)).transfer(cell)
    assert names == [("classifier", pytest.approx(0.4))]


@pytest.mark.parametrize("classifier", ["logistic", "svm"])
def test_a_classifier_that_is_solved_for_changes_the_head_alone(cell, classifier):
    before = arrays_of(cell.learner.module)
    options = AutoencoderOptions(classifier=classifier)
    Autoencoder(options).transfer(cell)
    assert len(cell.trainer.fits) == 1
    after = arrays_of(cell.learner.module)
    assert {name for name in before if not np.array_equal(before[name], after[name])} == {"head.weight", "head.bias"}
