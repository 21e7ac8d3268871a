"""Published values and their sources, read from `benchmarks/reference.json`.

A value belongs to a model, a target and a protocol, and cites its source. So does every overlap between the training
data of a model and the test facts of a target. Values of different protocols are never compared with each other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, PositiveInt, ValidationError, model_validator

from relxfer.contract import messages
from relxfer.contract.options import Options
from relxfer.declare import shipped
from relxfer.errors import ConfigError, Problem
from relxfer.store import bounded

Url = Annotated[str, Field(pattern=r"^https://")]
Share = Annotated[float, Field(ge=0, le=1)]


class Source(Options):
    """The source of values: a citation, its address, and a note on how the values were obtained."""

    citation: Annotated[str, Field(min_length=1)]
    url: Url | None = None
    note: str = ""


class Protocol(Options):
    """How values were measured; `rank_rule` is the equivalent rule of relxfer, unset if none is known."""

    summary: str
    rank_rule: Literal["realistic", "pessimistic", "plain"] | None = None


class Model(Options):
    """A published model: the graphs it was trained on, and the digest of its arrays, by which a file is recognised."""

    name: str
    seen: tuple[str, ...] = ()
    seen_all: bool = False
    """Whether `seen` lists all graphs that it was pre-trained on."""
    weights: Url | None = None
    digest: str | None = None
    source: str


class Value(Options):
    """The results of a model on a target; `items` is the number of test items, unset if the source does not give it."""

    model: str
    target: str
    origin: str | None = None
    """The source domain of the transfer, if the values depend on it."""
    metrics: dict[str, Share]
    items: PositiveInt | None = None
    protocol: str
    source: str


class Average(Options):
    """The average results of a model over the graphs of a group, as its authors define the group."""

    model: str
    group: str
    graphs: PositiveInt
    metrics: dict[str, Share]
    protocol: str
    source: str


class Overlap(Options):
    """What the test split of a target shares with a graph, its `parent`, that a model may have been trained on.

    `kind` is one of

    facts   a share of the test facts are training facts of the parent; `targets` has the share
    set     the parent is the training graph of the same data set: it has no test facts, but the same relations
    origin  both graphs are samples of one source, and the overlap was not counted
    """

    parent: str
    kind: Literal["facts", "set", "origin"]
    targets: dict[str, Share | None]
    source: str

    def mark(self, target: str) -> str:
        """The text for a table: the share of the test facts that the parent contains, or the kind of overlap."""
        share = self.targets[target]
        return f"{share * 100:.3g} %" if share is not None else {"set": "same set", "origin": "same origin"}[self.kind]


class References(Options):
    """The content of the file. Every source, protocol and model that an entry names must exist."""

    sources: dict[str, Source] = {}
    protocols: dict[str, Protocol] = {}
    models: dict[str, Model] = {}
    values: tuple[Value, ...] = ()
    averages: tuple[Average, ...] = ()
    overlaps: tuple[Overlap, ...] = ()

    @model_validator(mode="after")
    def _names_exist(self) -> References:
        for entry in (*self.models.values(), *self.values, *self.averages, *self.overlaps):
            for field in ("source", "protocol", "model"):
                named = getattr(entry, field, None)
                if named is not None and named not in getattr(self, f"{field}s"):
                    raise ValueError(f"no {field} is called {named!r}")
        for overlap in self.overlaps:
            if any((share is None) == (overlap.kind == "facts") for share in overlap.targets.values()):
                raise ValueError(f"overlap with {overlap.parent}: expected shares for facts, and for nothing else")
        return self

    def of(self, target: str, models: Sequence[str], origin: str | None = None) -> list[Value]:
        """The values of these models on a target, in the order of the models.

        origin  the source domain; values for another one are left out
        """
        matching = [value for value in self.values if value.target == target and value.origin in (None, origin)]
        return [value for model in models for value in matching if value.model == model]

    def recognise(self, digest: str) -> str | None:
        """The key of the published model whose arrays have this digest (`files.arrays_digest`), or None."""
        return next((name for name, model in self.models.items() if model.digest == digest), None)

    def overlaps_of(self, target: str, seen: Sequence[str]) -> Iterator[Overlap]:
        """The overlaps of a target with these graphs, the most severe kind and the largest share first."""
        overlaps = [overlap for overlap in self.overlaps if overlap.parent in seen and target in overlap.targets]
        yield from sorted(overlaps, key=lambda o: (("facts", "set", "origin").index(o.kind), -(o.targets[target] or 0)))


def load(path: Path | None = None) -> References:
    """Read and validate the published values.

    path  the JSON file; None: the one that comes with relxfer

    Raises:
        ConfigError: the file cannot be read; or with every problem in it.
    """
    path = path or shipped.place("benchmarks", "reference.json")
    try:
        raw = json.loads(bounded.read(path))
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(str(path), [Problem("", f"expected JSON, got {error}")]) from None
    try:
        return References.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(str(path), messages.problems(error, References, raw)) from None
