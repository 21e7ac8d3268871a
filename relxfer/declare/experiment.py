"""An experiment: what a configuration says, with every name resolved to the offer that it names."""

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
    """A record that the configuration names, with its validated options."""

    offer: Offer
    options: Any

    @property
    def record(self) -> Any:
        return self.offer.record

    @property
    def name(self) -> str:
        return self.offer.record.name

    def build(self, *rest: Any) -> Any:
        """Load what the record points at, and call it with the options."""
        return load_object(self.record.load)(self.options, *rest)

    def card(self) -> Table:
        """Name and resolved options as JSON, without those that could do nothing."""
        return {"use": self.name, **only_with.acting(self.options)}

    def said(self) -> Table:
        """Name and the options that the user gave."""
        card = self.card()
        return {key: card[key] for key in card if key == "use" or key in self.options.model_fields_set}

    def content(self) -> Table:
        """The same for a fingerprint: with what lies behind a path, wherever that is, and what the name stands for."""
        options = contents.of_options(self.options) if isinstance(self.options, BaseModel) else {}
        return {**options, "use": [self.name, self.record.load]}


@dataclass(frozen=True)
class Source:
    """A `[source]` with its plugins."""

    name: str
    config: SourceConfig
    model: Chosen | None
    datasets: tuple[Chosen, ...]
    stages: tuple[Chosen, ...]

    @property
    def given(self) -> bool:
        """Whether there is a file that holds it, or what its training goes on from."""
        return bool(self.config.checkpoint or self.config.weights or self.config.run)

    @property
    def pretrained(self) -> bool:
        """Whether it is trained here, and not read from a file."""
        return self.config.continued or not self.given


@dataclass(frozen=True)
class Target:
    """A `[target]` with its plugins."""

    name: str
    config: TargetConfig
    dataset: Chosen
    adapter: Chosen
    model: Chosen
    priors: tuple[Chosen, ...]


@dataclass(frozen=True)
class Method:
    """A strategy, or stages of strategies, as one row of the report."""

    name: str
    stages: tuple[Chosen, ...]
    role: str = "strategy"  # strategy | scratch | direct | prior-only | baseline
    model: Chosen | None = None  # an architecture of its own; of prior-only: the prior itself

    @property
    def needs(self) -> tuple[str, ...]:
        """The union of the needs of its stages; options may add some."""
        names = [name for stage in self.stages for name in (*stage.record.needs, *extra_needs(stage.options))]
        return tuple(dict.fromkeys(names))

    @property
    def seeded(self) -> bool:
        return any(stage.record.seeded for stage in self.stages)


@dataclass(frozen=True)
class Experiment:
    """A configuration with every name resolved."""

    config: Config
    sources: tuple[Source, ...]
    targets: tuple[Target, ...]
    methods: tuple[Method, ...]
    validator: Chosen | None  # None: auto
    executor: Chosen
    where: str  # the file, for messages

    @property
    def models(self) -> tuple[Chosen, ...]:
        """Every model that the configuration names, or that comes with what it names."""
        named = [*(s.model for s in self.sources), *(t.model for t in self.targets), *(m.model for m in self.methods)]
        return tuple(filter(None, named))


def extra_needs(options: Any) -> Sequence[str]:
    """An options model may add needs: a method `needs()` returning names."""
    return options.needs() if hasattr(options, "needs") else ()
