"""An experiment: a configuration in which every name is resolved to the offer of a plugin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from relxfer.contract import only_with
from relxfer.contract.plain import Table
from relxfer.declare.schema import Config, SourceConfig, TargetConfig
from relxfer.plugins.finder import Offer, load_object
from relxfer.store import contents


@dataclass(frozen=True)
class Chosen:
    """An offer that the configuration names, with its validated options."""

    offer: Offer
    options: Any

    @property
    def record(self) -> Any:
        """The record of the offer."""
        return self.offer.record

    @property
    def name(self) -> str:
        """The name of the offer."""
        return self.offer.record.name

    def build(self, *rest: Any) -> Any:
        """Import the implementation, and call it with the options and `rest`."""
        return load_object(self.record.load)(self.options, *rest)

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

    @property
    def given(self) -> bool:
        """Whether a checkpoint, weights or a run is given, which is the source model or the start of its training."""
        return bool(self.config.checkpoint or self.config.weights or self.config.run)

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


@dataclass(frozen=True)
class Method:
    """A row of the report: a strategy, or several strategies in stages.

    stages  the strategies in order
    role    strategy, baseline, scratch, direct or prior-only
    model   an architecture for this row only; for prior-only, the prior itself
    """

    name: str
    stages: tuple[Chosen, ...]
    role: str = "strategy"
    model: Chosen | None = None

    @property
    def needs(self) -> tuple[str, ...]:
        """What its stages need, including what their options add."""
        names = [name for stage in self.stages for name in (*stage.record.needs, *extra_needs(stage.options))]
        return tuple(dict.fromkeys(names))

    @property
    def seeded(self) -> bool:
        """Whether its results depend on the seed."""
        return any(stage.record.seeded for stage in self.stages)


@dataclass(frozen=True)
class Experiment:
    """A configuration with every name resolved.

    validator  None: chosen automatically for every cell
    where      the name of the configuration in messages
    """

    config: Config
    sources: tuple[Source, ...]
    targets: tuple[Target, ...]
    methods: tuple[Method, ...]
    validator: Chosen | None
    executor: Chosen
    where: str

    @property
    def models(self) -> tuple[Chosen, ...]:
        """Every model of the experiment, named by the configuration or by default."""
        models = [*(s.model for s in self.sources), *(t.model for t in self.targets), *(m.model for m in self.methods)]
        return tuple(filter(None, models))


def extra_needs(options: Any) -> Sequence[str]:
    """The needs that options add to those of their record, by an optional method `needs()` that returns names."""
    return options.needs() if hasattr(options, "needs") else ()
