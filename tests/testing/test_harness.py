"""How contract tests run, interrupt and count."""

from __future__ import annotations

import pytest
import torch

from relxfer.testing import blobs, harness
from relxfer.testing.blobs_net import BlobsModel

CONFIG = {
    "threads": 1,
    "device": "cpu",
    "target": {"dataset": "blobs-target"},
    "training": {"steps": 4, "batch_size": 8, "validations": 2},
    "strategy": {"use": "scratch"},
    "report": {"baselines": False},
}


def test_a_plugin_that_is_installed_is_not_handed_over_again():
    import relxfer_strategies

    assert harness.not_installed([relxfer_strategies, blobs]) == [blobs]


def test_an_observer_stops_a_run_at_a_validation_point(tmp_path):
    watching = harness.Observer(stop_at=2)
    with pytest.raises(KeyboardInterrupt):
        harness.run(CONFIG, tmp_path, [blobs, watching])
    assert (watching.points, watching.cells) == (2, 1)
    again = harness.Observer()
    harness.run(CONFIG, tmp_path, [blobs, again])
    assert again.points >= 1, "the cell was not finished"


def test_interruptions_are_counted_until_the_run_ends():
    def attempt(number):
        if number < 4:
            raise KeyboardInterrupt
        return number

    assert harness.run_with_interruptions(attempt) == (4, 3)


def test_a_run_that_never_ends_is_told():
    def never(number):
        raise KeyboardInterrupt

    with pytest.raises(AssertionError, match="300 interruptions"):
        harness.run_with_interruptions(never)


def test_the_forward_of_that_number_is_interrupted_and_then_none():
    network = BlobsModel(None).network["stem"].eval()
    points = torch.zeros(2, 2)
    with harness.interrupted_at_forward(2):
        network(points)
        with pytest.raises(KeyboardInterrupt):
            network(points)
    network(points)


def test_forwards_of_a_teacher_are_not_those_of_the_learner(tmp_path):
    """Per update: one stream, one update a step, one forward of the network that is trained."""
    with harness.forwards_of_updates() as made:
        harness.run(CONFIG, tmp_path, [blobs])
    assert made == [harness.Made(streams=1, updates=1, forwards=1)] * 4


def test_a_cell_that_failed_is_shown_with_its_reason(tmp_path, monkeypatch):
    from relxfer.testing.blobs_net import BlobsLearner

    def loss(self, batch, scores=None):
        raise LookupError("no labels today")

    monkeypatch.setattr(BlobsLearner, "loss", loss)
    results = harness.run(CONFIG, tmp_path, [blobs])
    with pytest.raises(AssertionError, match="got failed: LookupError: no labels today"):
        harness.the_cell(results)
