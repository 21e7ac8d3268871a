"""Decoders: what is restored from features."""

from __future__ import annotations

import pytest
import torch
from relxfer_strategies.unlabelled.decoder import Restoring, decoder, size_of


def test_a_decoder_has_one_hidden_layer():
    assert [tuple(p.shape) for p in decoder(5, 7, 3).parameters()] == [(7, 5), (7,), (3, 7), (3,)]


def test_the_size_of_an_input_is_what_the_learner_tells(cell):
    assert size_of(cell, cell.target.unlabelled) == 2


def test_the_error_is_the_mean_square():
    """The decoder says 0: the mean of 1, 4, 9 and 16."""
    objective = Restoring(1, 1, 2)
    for parameter in objective.parameters():
        torch.nn.init.zeros_(parameter)
    found = objective.error(torch.ones(2, 1), torch.tensor([[1.0, 2.0], [3.0, 4.0]]))
    assert found.item() == pytest.approx(30 / 4)


def test_what_is_restored_is_the_batch_s_input(cell):
    objective = Restoring(cell.learner.width, 4, 2)
    batch = next(cell.trainer.batches(cell.learner, cell.target.unlabelled))
    expected = (objective.decoder(cell.learner.features(batch)) - batch.points).square().mean()
    assert torch.equal(objective(cell.learner, batch), expected)
