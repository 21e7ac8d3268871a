"""The records of where results come from: pre-trainings and sources, the machine and the versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from relxfer.results.details.records import Course
from relxfer.results.records import Diagnostics, Id, Selected


@dataclass(frozen=True, kw_only=True)
class Pretraining:
    """One pre-training of a source; its fields are as in `CellResult`."""

    seed: int
    id: Id
    sha: str
    seconds: float
    trained_parameters: int
    selection: Selected
    peak_mb: float | None = None
    cpu_seconds: float | None = None
    energy_wh: float | None = None
    courses: tuple[Course, ...] = ()
    diagnostics: Diagnostics = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SourceSummary:
    """What the report says about a source.

    datasets  names of its data sets
    shared    whether one pre-training serves all seeds
    seeds     its own seeds, if it has some: every pre-training serves all seeds of the targets
    path      the checkpoint, the weights or the run that it was read from
    stages    its pre-trainings
    """

    datasets: tuple[str, ...] = ()
    shared: bool = False
    seeds: tuple[int, ...] = ()
    path: str = ""
    stages: tuple[Pretraining, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """The machine and the versions with which a run was last started or resumed.

    cpus      number of cores
    command   command line
    started   time, as ISO 8601
    versions  distribution -> version, or None if it is not installed
    """

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
