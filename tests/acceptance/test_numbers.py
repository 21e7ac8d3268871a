"""Numbers that are none, memory that is not there, clocks that jump: said in words, or without effect."""

from __future__ import annotations

import itertools
import sys
import time

import numpy as np
import pytest
import torch

from relxfer import TransferStrategy, hookimpl
from relxfer.testing import blobs_net

relxfer_api_version = 2
STEPS = 4


class Plain:
    """Fine-tuning whose loss and weights a subclass spoils."""

    def __init__(self, options):
        self.options = options

    def transfer(self, cell):
        learner = cell.learner
        cell.trainer.fit(learner, lambda step, batch: self.loss(learner, step, learner.loss(batch)), cell.target.train)
        return learner

    def loss(self, learner, step, loss):
        return loss


class InfiniteLoss(Plain):
    def loss(self, learner, step, loss):
        return loss / (0 if step.index == STEPS - 1 else 1)


class NoGradient(Plain):
    """The loss is finite, its gradient is not a number; in the last step, so that no other loss tells."""

    def loss(self, learner, step, loss):
        return loss + (torch.sqrt(0 * learner.head.weight).sum() if step.index == STEPS - 1 else 0)


class NoWeights(Plain):
    """Leaves weights that are no numbers, past the trainer's eyes."""

    def transfer(self, cell):
        with torch.no_grad():
            cell.learner.head.weight[0, 0] = float("nan")
        return cell.learner


class TorchHungry(Plain):
    def loss(self, learner, step, loss):
        return loss + torch.empty(2**50, dtype=torch.uint8).sum()


class NumpyHungry(Plain):
    def loss(self, learner, step, loss):
        return loss + float(np.empty(2**50, np.uint8).sum())


CASES = {
    InfiniteLoss: ("expected a finite loss, got inf at step 3", "lower training.lr"),
    NoGradient: ("expected finite gradients", "at step 3", "lower training.lr"),
    NoWeights: ("expected scores that are numbers, got NaN", "did training diverge?"),
    TorchHungry: ("out of memory", "lower training.batch_size"),
    NumpyHungry: ("out of memory", "lower training.batch_size"),
}


@hookimpl
def relxfer_transfer_strategies():
    needs = ("source-model", "gradients", "target-labels")
    return [
        TransferStrategy(name=made.__name__.lower(), load=f"{__name__}:{made.__name__}", needs=needs) for made in CASES
    ]


@pytest.mark.parametrize("made", CASES)
@pytest.mark.parametrize("validations", [0, 2])
def test_a_cell_that_fails_says_why_and_the_others_go_on(small, tmp_path, made, validations):
    strategies = [{"use": made.__name__.lower()}, {"use": "finetune"}]
    training = small.training | {"validations": validations}
    results = small.run(tmp_path, sys.modules[__name__], strategy=strategies, training=training)
    statuses = {cell.strategy: cell.status for cell in results.cells}
    assert statuses == {made.__name__.lower(): "failed", "finetune": "done", "scratch": "done", "zero-shot": "done"}
    reason = results.failed[0].reason
    assert all(words in reason for words in CASES[made]), reason
    assert not any(cell.metrics for cell in results.failed)
    assert not results.row(made.__name__.lower()).metrics


def test_a_source_that_diverges_fails_its_cells_alone(small, tmp_path):
    source = {"datasets": ["blobs-source"], "training": small.training | {"lr": 1e30}}
    results = small.run(tmp_path, source=source)
    failed = {cell.strategy: cell.reason for cell in results.failed}
    assert set(failed) == {"both", "zero-shot"}
    assert all("its source stage failed: expected" in reason for reason in failed.values())
    assert next(cell for cell in results.cells if cell.strategy == "scratch").status == "done"


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")])
def test_memory_that_runs_out_in_the_evaluation(small, tmp_path, monkeypatch, error):
    def predict(learner, examples):
        raise error

    training = small.training | {"validations": 0}
    changes = {"source": {"datasets": ["blobs-source"], "training": training}, "training": training}
    with monkeypatch.context() as patched:
        patched.setattr(blobs_net.BlobsLearner, "predict", predict)
        results = small.run(tmp_path, **changes)
    assert len(results.failed) == 3
    assert all("lower training.batch_size" in cell.reason for cell in results.failed)
    assert not small.run(tmp_path, **changes).failed


@pytest.mark.skipif(sys.platform != "linux", reason="the limit of memory is one of Linux")
def test_memory_that_is_short_from_the_start(whole, command_of, tmp_path):
    resource = pytest.importorskip("resource")

    def no_more() -> None:
        """Than the process has at this moment."""
        resource.setrlimit(resource.RLIMIT_AS, (2**20, 2**20))

    told = command_of(tmp_path / "run", no_more)
    assert told.code in (1, 2, 3)
    assert "memory" in told.words.lower()


def test_clocks_that_jump(small, whole, tmp_path, monkeypatch):
    """Years forth and back with every look: the weights are the same, and no time is negative or of years."""
    year, looks, now = 365 * 24 * 3600.0, itertools.count(), time.time
    monkeypatch.setattr(time, "time", lambda: now() + year * (-1) ** next(looks) * 30)
    small.run(tmp_path / "run")
    monkeypatch.undo()
    assert small.ending(tmp_path / "run") == small.ending(whole)
