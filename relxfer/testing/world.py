"""The data of a configuration, and a learner after a few steps of training; the arrays in its batches and its state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from relxfer.contract.data import Domain, Examples
from relxfer.contract.options import TrainingOptions
from relxfer.contract.plain import Table
from relxfer.contract.records import DATA_NAMES
from relxfer.data.load import domain_of
from relxfer.declare import resolve
from relxfer.declare.experiment import Chosen
from relxfer.execute.attach import attaches_itself
from relxfer.plan.views import source_view, target_view
from relxfer.plugins.finder import Plugins
from relxfer.seeding import seed_torch


@dataclass(frozen=True)
class World:
    """The data of the tests, and a state of the learner.

    target   the resolved target of the configuration
    whole    its domain with all splits
    view     its domain as a strategy sees it
    sources  views of the sources
    arrays   parameters of the learner after a few steps of training
    card     card of the learner
    """

    target: Any
    whole: Domain
    view: Domain
    sources: tuple[Domain, ...]
    arrays: Mapping[str, np.ndarray]
    card: Mapping[str, Any]

    def learner(self) -> Any:
        """A new learner with the state after a few steps of training."""
        return self.attach(self.arrays, dict(self.card))

    def model(self, arrays: Mapping[str, np.ndarray] | None, card: dict[str, Any] | None) -> Any:
        """A new model with this state; None for one that is not trained."""
        return self.target.model.build(arrays, card)

    def attach(self, arrays: Mapping[str, np.ndarray] | None, card: dict[str, Any] | None) -> Any:
        """A new learner with this state; None for a model that is not trained."""
        return self._attach(self.model(arrays, card), self.view, self.sources)

    def unbound(self) -> Any:
        """The trained model attached to no domain, as a teacher is."""
        return self._attach(self.model(self.arrays, dict(self.card)), None, ())

    def _attach(self, model: Any, target: Domain | None, sources: tuple[Domain, ...]) -> Any:
        if attaches_itself(model):
            return model.attach(target, sources)
        return self.target.adapter.build().attach(model, target, sources)

    def offers(self, name: str) -> bool:
        """Whether the model offers an ability, such as "gradients", and the adapter does not withhold it."""
        return name in self.target.model.record.offers and name not in self.target.adapter.record.withholds

    def test(self) -> Examples:
        """The queries of the test, without answers."""
        assert self.whole.test is not None, "expected a test split"
        return self.whole.test.hidden()


def asked_of(data: Chosen, task: Chosen | None) -> Domain:
    """A data set with the task that the configuration names, which is one of its own."""
    domain = domain_of(data)
    return domain if task is None else domain.posed(task.name)


def made(config: Table, plugins: Plugins, folder: Path, steps: int, rows: int) -> World:
    """The world of a configuration: its data, and a learner after some steps with batches of some rows.

    folder  for the files of the training
    """
    experiment = resolve.load({"strategy": {"use": "scratch"}, **config}, plugins)
    target = experiment.targets[0]
    whole = asked_of(target.dataset, target.task)
    view = target_view(whole, DATA_NAMES, "all", 0)
    sources = [
        source_view(asked_of(d, source.task), DATA_NAMES) for source in experiment.sources for d in source.datasets
    ]
    world = World(target, whole, view, tuple(sources), {}, {})
    seed_torch("world")
    learner = world.attach(None, None)
    learn(learner, [view.train], folder, steps, rows)
    arrays, card = state_of(learner)
    return replace(world, arrays=arrays, card=card)


def learn(learner: Any, examples: Sequence[Any], folder: Path, steps: int, rows: int) -> None:
    """Train a learner in its own supervised way."""
    from relxfer.train.trainer import PhaseTrainer

    options = TrainingOptions(steps=steps, batch_size=rows, lr=0.01)
    learner.learn(examples, PhaseTrainer(options, folder, seed=0))


def scores_of(learner: Any, examples: Examples) -> np.ndarray:
    """[n, candidates]: all scores of a learner."""
    return np.concatenate(list(learner.predict(examples)))


def arrays_in(value: Any, name: str = "batch") -> Iterator[tuple[str, np.ndarray]]:
    """Yield (path, array) for every tensor and array in a batch, however it is nested.

    >>> [name for name, _ in arrays_in(SimpleNamespace(x=np.zeros(2), more={"y": np.ones(1)}, size=3))]
    ['batch.x', 'batch.more.y']
    """
    if hasattr(value, "detach"):
        yield name, value.detach().cpu().numpy()
    elif isinstance(value, np.ndarray):
        yield name, value
    else:
        for key, item in _members(value):
            yield from arrays_in(item, f"{name}.{key}")


def _members(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, Mapping):
        yield from value.items()
    elif isinstance(value, list | tuple):
        yield from enumerate(value)
    elif is_dataclass(value):
        yield from ((f.name, getattr(value, f.name)) for f in fields(value))
    elif hasattr(value, "to_dict"):
        yield from value.to_dict().items()
    elif isinstance(value, SimpleNamespace):
        yield from vars(value).items()


def state_of(learner: Any) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Copies of the arrays and of the card of the model that a learner exports."""
    arrays, card = learner.export().state()
    return {name: array.copy() for name, array in arrays.items()}, dict(card)


def same(first: Mapping[str, np.ndarray], second: Mapping[str, np.ndarray]) -> bool:
    """Whether two states have the same names, with the same bytes for each."""
    return first.keys() == second.keys() and all(first[k].tobytes() == second[k].tobytes() for k in first)
