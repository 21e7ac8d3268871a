"""What is stored of a cell predicts as what was judged, or the cell fails and says what to correct."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from relxfer.contract.data import Examples
from relxfer.contract.hooks import hookimpl
from relxfer.contract.records import TransferStrategy
from relxfer.execute.sealed import Sealed
from relxfer.execute.stored.reload import SAMPLE, check, sample

NEEDS = ("source-model", "target-labels", "gradients", "features")


class Wrapped:
    """A learner that predicts in its own way, and exports the network that it wraps."""

    def __init__(self, inner: Any):
        self.inner = inner

    def export(self):
        return self.inner.export()


class Averaged(Wrapped):
    """The mean of the scores before and after fine-tuning."""

    def __init__(self, inner, before):
        super().__init__(inner)
        self.before = before

    def predict(self, examples: Examples):
        yield from (
            (one + self.before[examples.queries]) / 2 for one in [np.concatenate([*self.inner.predict(examples)])]
        )


class Nearest(Wrapped):
    """The class of the nearest training query."""

    def __init__(self, inner, trainer, train):
        super().__init__(inner)
        self.trainer, self.train, self.keys = trainer, train, trainer.features(inner, train)

    def predict(self, examples: Examples):
        asked = self.trainer.features(self.inner, examples)
        distances = ((asked[:, None] - self.keys[None]) ** 2).sum(2)
        yield np.eye(3, dtype=np.float32)[np.asarray(self.train.answers)[distances.argmin(1)]]


class AveragedStrategy:
    def __init__(self, options):
        pass

    def transfer(self, cell):
        everything = Examples(cell.target.inputs, np.arange(len(cell.target.inputs)))
        before = np.concatenate([*cell.learner.predict(everything)])
        cell.trainer.fit(cell.learner, lambda step, batch: cell.learner.loss(batch), cell.target.train)
        return Averaged(cell.learner, before)


class NearestStrategy:
    def __init__(self, options):
        pass

    def transfer(self, cell):
        return Nearest(cell.learner, cell.trainer, cell.target.train)


class Shifted(Wrapped):
    """The scores of the network, plus a number that is stored nowhere."""

    by = 0.5

    def predict(self, examples):
        yield from (scores + self.by for scores in self.inner.predict(examples))


class ShiftedStrategy:
    def __init__(self, options):
        pass

    def transfer(self, cell):
        return Shifted(cell.learner)


class Plugin:
    @hookimpl
    def relxfer_transfer_strategies(self):
        names = {"averaged": AveragedStrategy, "nearest": NearestStrategy, "shifted": ShiftedStrategy}
        return [
            TransferStrategy(name=name, load=f"{__name__}:{made.__name__}", needs=NEEDS) for name, made in names.items()
        ]


@pytest.fixture
def judged(monkeypatch):
    """How often a test was judged."""
    calls, judge = [], Sealed.judge
    monkeypatch.setattr(Sealed, "judge", lambda *of: calls.append(1) or judge(*of))
    return calls


@pytest.mark.parametrize("name", ["averaged", "nearest", "shifted"])
def test_a_learner_whose_model_predicts_otherwise_fails(small, judged, name):
    results = small.run(Plugin(), seeds=1, strategy=[name])
    (cell,) = results.cells[:1]
    assert cell.status == "failed"
    assert (
        "expected the stored model to predict as the learner that was judged, got scores that differ by" in cell.reason
    )
    assert "export() must return a model that holds everything that predict uses" in cell.reason
    assert not judged
    assert not list(results.folder.glob("cells/*/outcome.json"))


class Drawing(Wrapped):
    """Draws a random number where it predicts, on which its scores do not depend."""

    def predict(self, examples):
        self.inner.append(float(torch.rand(1)))
        yield np.zeros((len(examples), 3), np.float32)


def test_the_check_leaves_random_numbers_as_they_were(small):
    engine = small()
    domain = engine.domains.target(engine.experiment.targets[0]).domain
    drawn: list[float] = []
    torch.manual_seed(0)
    check(Drawing(drawn), lambda: Drawing(drawn), domain)
    assert len(drawn) == 2
    assert float(torch.rand(1)) == drawn[0], "the first number after the check is the first one drawn inside"


def test_the_check_asks_the_same_few_queries_without_answers(small):
    engine = small()
    domain = engine.domains.target(engine.experiment.targets[0]).domain
    first, second = (sample(domain.train, domain.inputs) for _ in range(2))
    assert np.array_equal(first.queries, second.queries)
    assert len(set(first.queries.tolist())) == SAMPLE
    assert first.answers is None
    assert first.units is None
