"""The network of the blobs: its batches and views."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from relxfer.testing import blobs
from relxfer.testing.blobs_net import BlobsLearner, BlobsModel

ROWS = np.arange(12)


@pytest.fixture
def learner() -> BlobsLearner:
    torch.manual_seed(0)
    return BlobsLearner(BlobsModel(None))


@pytest.fixture
def examples():
    return blobs.load_source(blobs.BlobsOptions(), {}).train


def test_a_training_batch_is_augmented_and_a_batch_of_queries_is_not(learner, examples):
    points = torch.from_numpy(examples.inputs[examples.queries[ROWS]])
    trained = learner.batch(examples, ROWS, np.random.default_rng(0))
    asked = learner.batch(examples.hidden(), ROWS, np.random.default_rng(0))
    assert torch.equal(asked.points, points)
    assert asked.labels is None
    assert 0 < (trained.points - points).abs().max() < 0.5
    assert trained.labels.tolist() == examples.answers[ROWS].tolist()


def test_a_view_moves_points_a_little_and_a_corrupted_one_mixes_coordinates(learner, examples):
    batch = learner.batch(examples.hidden(), ROWS, np.random.default_rng(0))
    moved, mixed = learner.view(batch, corrupt=False), learner.view(batch, corrupt=True)
    assert 0 < (moved.points - batch.points).abs().max() < 1
    assert not torch.equal(mixed.points, batch.points)
    for column in range(2):
        assert torch.equal(mixed.points[:, column].sort().values, batch.points[:, column].sort().values)


def test_a_card_tells_the_size_of_the_head():
    model = BlobsModel(None, card={"classes": 5})
    arrays, card = model.state()
    assert card == {"classes": 5}
    again = BlobsModel(None, arrays, card)
    assert torch.equal(again.network["head"].weight, model.network["head"].weight)
