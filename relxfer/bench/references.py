"""Published values, with where they come from: `benchmarks/reference.json`.

A value belongs to a model, a target and a protocol, and names its source; so does every overlap between a graph that a
model has seen and the test facts of a target. Values under other protocols are never compared with each other.
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
    """Who says so: `note` tells how the values came about."""

    citation: Annotated[str, Field(min_length=1)]
    url: Url | None = None
    note: str = ""


class Protocol(Options):
    """How the values were made; `rank_rule` is ours that does the same, unset where none is known to."""

    summary: str
    rank_rule: Literal["realistic", "pessimistic", "plain"] | None = None


class Model(Options):
    """A published model: what it was pre-trained on, and the digest of its arrays, by which a file is recognised."""

    name: str
    seen: tuple[str, ...] = ()
    seen_all: bool = False
    """Whether `seen` is everything it was pre-trained on."""
    weights: Url | None = None
    digest: str | None = None
    source: str


class Value(Options):
    """What a model reaches on a target with so many test items; unset where the source does not say how many."""

    model: str
    target: str
    origin: str | None = None
    """The source it was carried from, where values depend on it."""
    metrics: dict[str, Share]
    items: PositiveInt | None = None
    protocol: str
    source: str


class Average(Options):
    """What a model reaches on average over the graphs of a group, as its authors count them."""

    model: str
    group: str
    graphs: PositiveInt
    metrics: dict[str, Share]
    protocol: str
    source: str


class Overlap(Options):
    """What a target's test shares with a graph that a model may have seen.

    facts   the given share of the test facts are training facts of the parent
    set     the parent is the training graph of the same set: no test fact, but the same relations
    origin  both are drawn from one source, and the overlap was not counted
    """

    parent: str
    kind: Literal["facts", "set", "origin"]
    targets: dict[str, Share | None]
    source: str

    def mark(self, target: str) -> str:
        """For a table: the share of the test facts that were seen, or the kind of overlap."""
        share = self.targets[target]
        return f"{share * 100:.3g} %" if share is not None else {"set": "same set", "origin": "same origin"}[self.kind]


class References(Options):
    """All of them; every name in an entry must exist."""

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
        """The values of these models on a target, in their order; of those that name an origin, from this one."""
        here = [value for value in self.values if value.target == target and value.origin in (None, origin)]
        return [value for model in models for value in here if value.model == model]

    def recognise(self, digest: str) -> str | None:
        """The published model whose arrays have this digest (`files.arrays_digest`)."""
        return next((name for name, model in self.models.items() if model.digest == digest), None)

    def overlaps_of(self, target: str, seen: Sequence[str]) -> Iterator[Overlap]:
        """What the target shares with the graphs that were seen, the most telling kind first."""
        found = [overlap for overlap in self.overlaps if overlap.parent in seen and target in overlap.targets]
        yield from sorted(found, key=lambda o: (("facts", "set", "origin").index(o.kind), -(o.targets[target] or 0)))


def load(path: Path | None = None) -> References:
    """Read and check; by default the file that ships with relxfer. `ConfigError` holds every problem."""
    path = path or shipped.place("benchmarks", "reference.json")
    try:
        raw = json.loads(bounded.read(path))
    except (OSError, ValueError, RecursionError) as error:
        raise ConfigError(str(path), [Problem("", f"expected JSON, got {error}")]) from None
    try:
        return References.model_validate(raw)
    except ValidationError as error:
        raise ConfigError(str(path), messages.problems(error, References, raw)) from None
