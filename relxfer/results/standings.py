"""What a benchmark suite came to, beside published values, as records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from relxfer.judge.records import Interval
from relxfer.store.json_text import JsonObject

#: metric -> value
Metrics = Mapping[str, float]


@dataclass(frozen=True)
class Overlapping:
    """What of a target's test the source may have seen.

    mark    for a table
    parent  the graph that holds it, and `source`: who says so
    """

    mark: str
    parent: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Published:
    """What a published model reaches on a target.

    ours, difference  under the rank rule of its protocol; nothing where its test is another one: `note` says so
    """

    model: str
    name: str
    metrics: Metrics
    protocol: str
    source: str
    ours: Metrics = field(default_factory=dict)
    difference: Metrics = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Ours on one target, beside theirs.

    reason     why there is none of ours
    items      test items
    seconds    training and evaluation, mean over seeds
    realistic  metrics under realistic ranks; nothing where nothing is ranked
    """

    source: str | None
    target: str
    seen: Overlapping
    reason: str = ""
    items: int = 0
    seconds: float = 0.0
    metrics: Mapping[str, Interval] = field(default_factory=dict)
    realistic: Metrics = field(default_factory=dict)
    published: tuple[Published, ...] = ()


@dataclass(frozen=True, kw_only=True)
class GroupAverage:
    """A published model and ours, averaged over the targets of a group (of `of`) that have both."""

    group: str
    source: str | None
    name: str
    protocol: str
    targets: tuple[str, ...]
    of: int
    metrics: Metrics
    ours: Metrics


@dataclass(frozen=True, kw_only=True)
class FieldAverage:
    """A published average over the graphs of a group of the same name, which are other graphs."""

    model: str
    name: str
    group: str
    graphs: int
    metrics: Metrics
    protocol: str
    source: str


@dataclass(frozen=True)
class Citation:
    """Who says so."""

    citation: str
    url: str | None
    note: str


@dataclass(frozen=True)
class MadeBy:
    """How published values were made; `rank_rule`: ours that does the same, if any."""

    summary: str
    rank_rule: str | None


@dataclass(frozen=True, kw_only=True)
class SuiteStandings:
    """Ours beside theirs, with averages by group and every source of a value."""

    suite: str
    folder: str
    strategy: str
    metrics: tuple[str, ...]
    rank_rule: str | None
    item: str
    seen: Mapping[str, str]
    targets: tuple[Standing, ...]
    averages: tuple[GroupAverage, ...]
    field: tuple[FieldAverage, ...]
    sources: Mapping[str, Citation]
    protocols: Mapping[str, MadeBy]

    def card(self) -> JsonObject:
        """As JSON."""
        return asdict(self)


@dataclass(frozen=True)
class SuiteSummary:
    """A suite in the list; `published`: its targets for which there are published values."""

    name: str
    summary: str
    checkpoint: bool
    targets: tuple[str, ...]
    published: tuple[str, ...]
