"""What a run found, as records: this is what `results.json` holds, what the report shows and what users read.

A number that is no finite one is None, for JSON has no other. An id, a name or a reason that is not there is "".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BeforeValidator

from relxfer.contract.messages import shown
from relxfer.judge.records import Gain, Interval, TopClass, Verdict
from relxfer.store.entry import Status

Role = Literal["strategy", "scratch", "direct", "prior-only", "baseline"]
#: Labels of the target that a cell may use: a number, or all there are.
Budget = int | Literal["all"]
Per = Literal["target", "class"]
#: What a strategy logged last, by name.
Diagnostics = Mapping[str, float | None]


def _id(value: str) -> str:
    if value == "" or (isinstance(value, str) and re.fullmatch(r"[0-9a-f]{16}", value)):
        return value
    raise ValueError(f"expected an id of 16 digits from 0 to f, got {shown(value)}")


#: The first digits of a fingerprint, under which a run keeps a cell, a source or an evaluation.
Id = Annotated[str, BeforeValidator(_id)]


@dataclass(frozen=True)
class Selected:
    """By which rule the steps were selected, and which in each phase."""

    rule: str
    steps: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class OracleValue:
    """The best value of the deciding metric at any validation point, chosen by test labels, and where it was."""

    value: float
    phase: str
    step: int


@dataclass(frozen=True, kw_only=True)
class CellResult:
    """One planned cell, and what became of it.

    setting              Pan and Yang's: inductive, transductive or unsupervised
    labels               whether it has labels of the target
    seeded               whether another seed gives another result
    reason               why it failed or was refused
    id, evaluation       of what it trained, and of its values for each query
    artefact             the id of the source that it started from, if any
    seconds              wall time of training; of the evaluation `evaluation_seconds`
    peak_mb              largest resident memory of the process
    notes                what the adapter did to the data
    n                    test queries; 0 where the target has no test
    metrics              metric -> mean over test queries
    label_count          labelled items that it had, validation included
    top_class            in classification: the class that it predicts most often
    oracle               where it was asked for (`oracle_asked`) and the cell was run with it
    """

    source: str | None
    target: str
    strategy: str
    role: Role
    budget: Budget
    seed: int
    setting: str
    labels: bool
    labels_per: Per
    seeded: bool
    status: Status
    reason: str = ""
    id: Id = ""
    evaluation: Id = ""
    artefact: str = ""
    sha: str = ""
    seconds: float = 0.0
    evaluation_seconds: float = 0.0
    peak_mb: float | None = None
    trained_parameters: int = 0
    diagnostics: Diagnostics = field(default_factory=dict)
    selection: Selected | None = None
    notes: tuple[str, ...] = ()
    n: int = 0
    metrics: Mapping[str, float] = field(default_factory=dict)
    label_count: int | None = None
    top_class: TopClass | None = None
    oracle_asked: bool = False
    oracle: OracleValue | None = None

    @property
    def evaluated(self) -> bool:
        """Whether it ended with values of a test."""
        return self.status == "done" and self.n > 0


@dataclass(frozen=True)
class Cost:
    """Mean wall seconds of training over seeds, the largest memory, and how many parameters were trained."""

    seconds: float
    peak_mb: float | None
    trained_parameters: int


@dataclass(frozen=True, kw_only=True)
class Row:
    """A strategy on one source, target and label budget, over all seeds.

    runs, planned   seeds that finished with a test, and seeds of the plan
    deterministic   whether one run serves all seeds
    reasons         why cells failed or were refused
    metrics         metric -> mean over seeds and queries; nothing where no seed finished
    interval        of the deciding metric
    gain            over the baseline; None where there is no baseline to compare with: `no_gain` says why
    over_direct     gain over the source model unchanged, where the baseline is another
    selection       the rules that selected steps
    label_count     labelled items that were used, validation included
    oracle          mean over seeds of the best value at any validation point
    diagnostics     what was logged last, means over seeds
    """

    source: str | None
    target: str
    strategy: str
    role: Role
    budget: Budget
    labels_per: Per
    setting: str
    runs: int
    planned: int
    deterministic: bool
    reasons: tuple[str, ...] = ()
    metrics: Mapping[str, float] = field(default_factory=dict)
    interval: Interval | None = None
    gain: Gain | None = None
    no_gain: str = ""
    over_direct: Interval | None = None
    cost: Cost | None = None
    selection: tuple[str, ...] = ()
    label_count: int | None = None
    oracle: float | None = None
    diagnostics: Diagnostics = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict | None:
        """HELPS, HURTS or INCONCLUSIVE; None where there is no gain."""
        return self.gain.verdict if self.gain else None

    @property
    def note(self) -> str:
        """What limits the gain, or why there is none."""
        return self.gain.note if self.gain else self.no_gain


@dataclass(frozen=True)
class Count:
    """Test, validation or training queries of a target, and the units (items) that they belong to."""

    queries: int
    units: int


@dataclass(frozen=True, kw_only=True)
class TargetSummary:
    """A target, as the report tells it.

    counts          train, val and test, as far as there are
    notes           how the data was read and split
    audit           what the observed inputs give away of the test, counted
    related         source -> what it shares with the target
    smallest_class  labelled training queries of the class that has the fewest
    self_supervised whether its inputs are its labels
    """

    task: str
    labels_per: Per
    self_supervised: bool
    counts: Mapping[str, Count] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    audit: Mapping[str, int] = field(default_factory=dict)
    related: Mapping[str, str] = field(default_factory=dict)
    smallest_class: int | None = None


@dataclass(frozen=True, kw_only=True)
class Pretraining:
    """A source that was trained here, once for all seeds or for each."""

    seed: int
    id: Id
    sha: str
    seconds: float
    trained_parameters: int
    selection: Selected
    peak_mb: float | None = None
    diagnostics: Diagnostics = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SourceSummary:
    """A source: its data sets and pre-trainings, or the place (`path`) of what was given."""

    datasets: tuple[str, ...] = ()
    shared: bool = False
    path: str = ""
    stages: tuple[Pretraining, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where and with what a run was made last; of `versions` None: not installed."""

    relxfer: str
    python: str
    platform: str
    processor: str
    cpus: int | None
    threads: int | None
    device: str
    command: tuple[str, ...]
    started: str
    versions: Mapping[str, str | None]
