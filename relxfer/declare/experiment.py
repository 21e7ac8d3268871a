"""An experiment: a configuration in which every name is resolved to the offer of a plugin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pydantic import BaseModel

from relxfer.contract import only_with
from relxfer.contract.options import StrategyOption, TrainingOptions
from relxfer.contract.plain import Table
from relxfer.declare.schema import Config, RowTraining, SourceConfig, TargetConfig
from relxfer.declare.tuning import Choice
from relxfer.plugins.finder import Offer, load_object
from relxfer.store import contents


@dataclass(frozen=True)
class Chosen(StrategyOption):
    """An offer that the configuration names, with its validated options; also a strategy in options of another."""

    offer: Offer
    options: Any

    @property
    def record(self) -> Any:
        """The record of the offer."""
        return self.offer.record

    @property
    def name(self) -> str:  # type: ignore[override]
        """The name of the offer."""
        return self.offer.record.name

    @property
    def inside(self) -> tuple[Chosen, ...]:
        """The strategies that its options name, and those that theirs name."""
        named = list(_named_in(self.options))
        return tuple(chosen for each in named for chosen in (each, *each.inside))

    def build(self, *rest: Any) -> Any:
        """Import the implementation, and call it with the options and `rest`."""
        return load_object(self.record.load)(self.options, *rest)

    @property
    def described(self) -> str:
        """The name, and in brackets the options that are not the default ones, for a report."""
        fields = type(self.options).model_fields
        own = {key: value for key, value in vars(self.options).items() if value != fields[key].get_default()}
        card = self.card()
        shown = ", ".join(f"{key} {card[key]}" for key in own if key in card)
        return f"{self.name} [{shown}]" if shown else self.name

    def same_as(self, other: Chosen | None) -> bool:
        """Whether the other is the same offer with equal options, written or not."""
        return other is not None and (self.name, self.options) == (other.name, other.options)

    @property
    def label(self) -> str:
        """The name, and that in the library that the option `name` of some models says."""
        return " ".join(filter(None, (self.name, getattr(self.options, "name", None))))

    def card(self) -> Table:
        """The name and all options that have an effect, as JSON."""
        return {"use": self.name, **only_with.acting(self.options)}

    def written(self) -> Table:
        """The name and the options that the user wrote, as JSON."""
        card = self.card()
        return {key: card[key] for key in card if key == "use" or key in self.options.model_fields_set}

    def content(self) -> Table:
        """The offer for a fingerprint: options with digests of files instead of paths, and the implementation.

        Raises:
            ArtefactError: a file cannot be read.
        """
        options = contents.of_options(self.options) if isinstance(self.options, BaseModel) else {}
        return {**options, "use": [self.name, self.record.load]}


@dataclass(frozen=True)
class Source:
    """A table `[source]` with its offers resolved."""

    name: str
    config: SourceConfig
    model: Chosen | None
    datasets: tuple[Chosen, ...]
    stages: tuple[Chosen, ...]
    task: Chosen | None = None

    @property
    def given(self) -> bool:
        """Whether a checkpoint, weights or a run is given, or the model brings its weights: the source model, or the
        start of its training."""
        return bool(self.config.checkpoint or self.config.weights or self.config.run or self.brought)

    @property
    def brought(self) -> bool:
        """Whether the weights are those that the model brings."""
        config = self.config
        named = config.checkpoint or config.weights or config.run or (config.datasets and not config.continued)
        return not named and self.model is not None and self.model.record.bring is not None

    @property
    def pretrained(self) -> bool:
        """Whether the source model is trained in this experiment, and not just read from a file."""
        return self.config.continued or not self.given

    def pretraining_seeds(self, seeds: Sequence[int]) -> tuple[int, ...]:
        """The seeds with which it is pre-trained; none if it is only read from a file.

        seeds  those of the targets, which are its own if it is neither shared nor has seeds of its own
        """
        if not self.pretrained:
            return ()
        return self.config.seeds or tuple(seeds[:1] if self.config.shared else seeds)


@dataclass(frozen=True)
class Target:
    """A table `[target]` with its offers resolved; `priors` are the baselines of its adapter."""

    name: str
    config: TargetConfig
    dataset: Chosen
    adapter: Chosen
    model: Chosen
    priors: tuple[Chosen, ...]
    task: Chosen | None = None


@dataclass(frozen=True)
class Tuned:
    """A row at one label budget of a target, with the options that `relxfer tune` chose for it there.

    source  name of the source; None if the experiment has none
    method  the row with these options
    """

    source: str | None
    target: str
    budget: int | str
    method: Method


@dataclass(frozen=True)
class Method:
    """A row of the report: a strategy, or several strategies in stages.

    stages    the strategies in order
    role      candidate, scratch, direct or prior
    model     an architecture for this row only; of a prior, the prior itself
    adapter   an adapter for this row only
    new       whether it starts from newly drawn weights, though its strategies start from the source model
    scratch   name of the row that trains the same architecture on the target alone
    baseline  whether the user declares it the baseline of all others
    question  whether the run asks about it; where it asks about some rows, the others are exploratory
    training  training options for this row only
    validators  rules that the configuration names for this row only, none: automatic; None: those of the run
    tuned     where it has options of its own
    choice    how these options were chosen; None if the user wrote them
    """

    name: str
    stages: tuple[Chosen, ...]
    role: str = "candidate"
    model: Chosen | None = None
    adapter: Chosen | None = None
    new: bool = False
    scratch: str = "scratch"
    baseline: bool = False
    question: bool = False
    training: RowTraining | None = None
    validators: tuple[Chosen, ...] | None = None
    tuned: tuple[Tuned, ...] = ()
    choice: Choice | None = None

    def at(self, source: str | None, target: str, budget: int | str) -> Method:
        """The row with its options at a label budget of a target."""
        place = source, target, budget
        return next((each.method for each in self.tuned if (each.source, each.target, each.budget) == place), self)

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """What its stages need, including what their options add, and what a prior learns from; no source model where
        the row starts from new weights."""
        names = [name for stage in self.strategies for name in (*stage.record.needs, *extra_needs(stage.options))]
        prior = self.model.record.needs if self.model and self.role == "prior" else ()
        return tuple(name for name in dict.fromkeys([*names, *prior]) if not (self.new and name == "source-model"))

    @cached_property
    def strategies(self) -> tuple[Chosen, ...]:
        """Its stages, and the strategies that their options name."""
        return tuple(chosen for stage in self.stages for chosen in (stage, *stage.inside))

    @cached_property
    def sourced(self) -> bool:
        """Whether its strategies start from the source model, unless the row starts from new weights."""
        return any("source-model" in stage.record.needs for stage in self.strategies)

    @cached_property
    def wrongly_new(self) -> str | None:
        """Why it cannot start from new weights, and what to do; None if it can, or need not."""
        trains = any(stage.record.seeded and "source-labels" in stage.record.needs for stage in self.strategies)
        if trains or not (self.new and self.sourced):
            return None
        return (
            f"{self.name!r} does not train on labels of the sources, so that new weights would learn nothing of them; "
            "remove it, or choose a strategy that does, such as mmd"
        )

    @cached_property
    def seeded(self) -> bool:
        """Whether its results depend on the seed."""
        return any(stage.record.seeded for stage in self.strategies)


@dataclass(frozen=True)
class Experiment:
    """A configuration with every name resolved.

    validators  rules that select, of which the first one selects among steps; none: chosen automatically for every cell
    metrics    of `report.metric`
    tied       names of all metrics on which a rule for ties has an effect
    where      the name of the configuration in messages
    calibrator  None: automatic, or none at all, as `config.calibrator` says
    observers   what is told of the run; they decide nothing, and are not saved with it
    """

    config: Config
    sources: tuple[Source, ...]
    targets: tuple[Target, ...]
    methods: tuple[Method, ...]
    validators: tuple[Chosen, ...]
    executor: Chosen
    where: str
    metrics: tuple[Chosen, ...] = ()
    tied: frozenset[str] = frozenset()
    calibrator: Chosen | None = None
    observers: tuple[Chosen, ...] = ()

    def training(self, method: Method) -> TrainingOptions:
        """The training options of a row."""
        return training_of(self.config.training, method)

    def validators_of(self, method: Method) -> tuple[Chosen, ...]:
        """The rules that the configuration names for a row, its own or those of the run; none: automatic."""
        return self.validators if method.validators is None else method.validators

    @property
    def models(self) -> tuple[Chosen, ...]:
        """Every model of the experiment, named by the configuration or by default."""
        models = [*(s.model for s in self.sources), *(t.model for t in self.targets), *(m.model for m in self.methods)]
        return tuple(filter(None, models))

    @property
    def adapters(self) -> tuple[Chosen, ...]:
        """Every adapter of the experiment: those of the targets before those of single rows."""
        return (*(t.adapter for t in self.targets), *(m.adapter for m in self.methods if m.adapter))


def _named_in(options: Any) -> Iterator[Chosen]:
    if isinstance(options, Chosen):
        yield options
    elif isinstance(options, BaseModel):
        for name in type(options).model_fields:
            yield from _named_in(getattr(options, name))
    elif isinstance(options, list | tuple):
        for item in options:
            yield from _named_in(item)


def training_of(general: TrainingOptions, method: Method) -> TrainingOptions:
    """The training options of a row, from those of all rows."""
    return method.training.over(general) if method.training else general


def extra_needs(options: Any) -> Sequence[str]:
    """The needs that options add to those of their record, by an optional method `needs()` that returns names."""
    return options.needs() if hasattr(options, "needs") else ()
