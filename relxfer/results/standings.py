"""Records of the results of a benchmark suite, compared with published values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from relxfer.judge.records import Interval
from relxfer.store.json_text import JsonObject

#: Metric -> value.
Metrics = Mapping[str, float]


@dataclass(frozen=True)
class Overlapping:
    """How much of a target's test the source may have seen.

    mark    a word or a share, for a table
    parent  the training graph that contains it
    source  the reference for this
    """

    mark: str
    parent: str = ""
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Published:
    """The values of a published model on a target.

    model       id of the model
    name        its name, as it is shown
    protocol    how the values were measured
    source      reference of the values
    ours        our values under the rank rule of this protocol; empty if its test is another one
    difference  ours minus published
    note        why the two cannot be compared, if they cannot
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
    """Our values on one target, and the published ones.

    seen       how much of the test the source may have seen
    reason     why we have no values
    items      number of test items
    seconds    wall time of training and evaluation, mean over seeds
    metrics    metric -> our mean with its interval
    realistic  our metrics under realistic ranks; empty if nothing is ranked
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
    """Averages of a published model and of ours over the targets of a group that have values of both.

    targets  those targets
    of       number of targets in the group
    """

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
    """A published average over other graphs than ours, in a group of the same name."""

    model: str
    name: str
    group: str
    graphs: int
    metrics: Metrics
    protocol: str
    source: str


@dataclass(frozen=True)
class Citation:
    """The reference of a published value."""

    citation: str
    url: str | None
    note: str


@dataclass(frozen=True)
class MadeBy:
    """How published values were measured.

    rank_rule  our rank rule that does the same, if any
    """

    summary: str
    rank_rule: str | None


@dataclass(frozen=True, kw_only=True)
class SuiteStandings:
    """The results of a suite and the published values.

    folder     run directory
    rank_rule  of our values; None if nothing is ranked
    item       name of the items of a test, such as facts
    chosen     how the options of the rows were chosen; empty where it is not known
    seen       source -> a sentence on what it has seen of the targets
    averages   by group, over our targets
    field      published averages over other graphs
    sources    id -> reference of published values
    protocols  id -> how published values were measured
    """

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
    chosen: str = ""

    def card(self) -> JsonObject:
        """As JSON."""
        return asdict(self)


@dataclass(frozen=True)
class SuiteSummary:
    """A suite in the list of suites.

    checkpoint  whether the suite needs a checkpoint, because it trains no source itself
    published   the targets with published values
    """

    name: str
    summary: str
    checkpoint: bool
    targets: tuple[str, ...]
    published: tuple[str, ...]
