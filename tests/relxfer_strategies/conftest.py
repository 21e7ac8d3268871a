"""Strategies on the blobs: through the real engine, or with a trainer that keeps what it is asked to fit."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pytest
import torch

from relxfer.authoring.torch_learner import features_of
from relxfer.contract.data import Examples
from relxfer.contract.strategies import Cell, LeftOut, Step
from relxfer.store import files
from relxfer.testing import blobs, harness
from relxfer.testing.blobs_net import BlobsLearner, BlobsModel

BATCH = 8


@pytest.fixture(scope="session")
def checkpoint(tmp_path_factory):
    return harness.pretrained(tmp_path_factory.getbasetemp())


@pytest.fixture
def transferred(checkpoint, tmp_path):
    """A function of a strategy and its options: arrays of the source model and of the transferred one."""

    def run(use, steps=8, **options):
        config = {
            "name": "one",
            "threads": 1,
            "device": "cpu",
            "source": {"datasets": ["blobs-source"], "checkpoint": str(checkpoint)},
            "target": {"dataset": "blobs-target"},
            "training": {"batch_size": 8, **({"steps": steps, "lr": 0.01, "validations": 0} if steps else {})},
            "strategy": {"use": use, **options},
            "report": {"baselines": False},
        }
        results = harness.run(config, tmp_path / f"{len(list(tmp_path.iterdir()))}", [blobs])
        cell = harness.the_cell(results)
        stored, _ = files.read_arrays(results.folder / "cells" / cell.id / "model.safetensors")
        after = {name: array for name, array in stored.items() if not name.startswith("conformity/")}
        return files.read_arrays(checkpoint)[0], after

    return run


@dataclass
class Fit:
    """One call of `Trainer.fit`, with its arguments by name."""

    learner: Any
    objective: Any
    streams: tuple[Examples, ...]
    groups: dict[str, Any] | None = None
    keep: dict[str, Any] = field(default_factory=dict)
    share: float = 1.0
    still: Any = ()
    turns: bool = False
    select: bool = True
    logged: dict[str, float] = field(default_factory=dict)

    def batches(self) -> list[Any]:
        """The first batch of every stream."""
        rows = np.arange(BATCH)
        return [self.learner.batch(examples, rows, np.random.default_rng(0)) for examples in self.streams]

    def loss(self, progress: float = 0.5, objective: Any = None) -> torch.Tensor:
        """The loss of a step on the first batches."""
        return (objective or self.objective)(Step(0, progress, self.logged.update), *self.batches())

    def gradients(self, module: torch.nn.Module, progress: float = 0.5) -> list[torch.Tensor]:
        """Of the loss of a step, by the parameters of a module."""
        return list(torch.autograd.grad(self.loss(progress), list(module.parameters())))

    def factors(self) -> dict[str, float]:
        """The factor on the learning rate of every group."""
        return {name: group.lr_factor for name, group in (self.groups or {}).items()}


@dataclass
class Recorder:
    """A trainer that fits nothing and keeps what it was asked to; all other work is done at once."""

    fits: list[Fit] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)
    left: list[LeftOut] = field(default_factory=list)
    prefix: str = ""

    def fit(self, learner: Any, objective: Any, *streams: Examples, **options: Any) -> None:
        self.fits.append(Fit(learner, objective, streams, **options))

    def once(self, learner: Any, work: Any, keep: Any = {}) -> dict[str, Any]:
        self.results.append(work() or {})
        return self.results[-1]

    def batches(self, learner: Any, examples: Examples) -> Iterator[Any]:
        for start in range(0, len(examples), BATCH):
            rows = np.arange(start, min(start + BATCH, len(examples)))
            yield learner.batch(examples, rows, np.random.default_rng(start))

    def features(self, learner: Any, examples: Examples) -> np.ndarray:
        return features_of(learner, examples)

    def left_out(self, of: LeftOut) -> None:
        self.left.append(of)

    def part(self, name: str, share: float) -> Recorder:
        return replace(self, prefix=f"{self.prefix}{name} {share:g}.")


@pytest.fixture
def cell() -> Cell:
    """All of the blobs, on an untrained network in eval mode, so that a loss is a function of its batch alone."""
    torch.manual_seed(0)
    options = blobs.BlobsOptions()
    source, target = blobs.load_source(options, {}), blobs.load_target(options, {})
    learner = BlobsLearner(BlobsModel(None))
    learner.module.eval()
    return Cell(
        learner,
        Recorder(),
        replace(target, unlabelled=target.unlabelled.hidden(), test=None),
        (replace(source, test=None),),
        teacher=copy.deepcopy(learner),
    )


@pytest.fixture
def fitted(cell):
    """A function of a strategy's class and its options: the only fit that it asks for."""

    def of(strategy: type, options: Any) -> Fit:
        strategy(options).transfer(cell)
        (only,) = cell.trainer.fits
        return only

    return of


@pytest.fixture(scope="module", autouse=True)
def _hashed_once(engine_hashed_once: None) -> None:
    """No test in this folder changes code of the engine."""
