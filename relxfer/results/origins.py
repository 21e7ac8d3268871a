"""The records of where results come from: pre-trainings and sources, the machine and the versions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal

from relxfer.contract.records import Dataset, Reader
from relxfer.results.details.records import Course
from relxfer.results.records import Diagnostics, Id, Selected

if TYPE_CHECKING:  # showing results reads no configuration
    from relxfer.declare.experiment import Experiment, Source


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
class Licence:
    """Under which licence something may be used that a run was made of, as its card says.

    what      a data set, files of the user, published weights, or a checkpoint
    name      of the data set or of the weights
    used_by   names of the sources and targets that use it
    licence   empty where no card says one
    citation  how to cite it; empty where no card says
    """

    what: Literal["data set", "own files", "weights", "checkpoint"]
    name: str
    used_by: tuple[str, ...]
    licence: str = ""
    citation: str = ""


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


def licences(experiment: Experiment) -> tuple[Licence, ...]:
    """The licences of the data sets and weights that the sources and targets of an experiment name."""
    used = [(chosen, target.name) for target in experiment.targets for chosen in (target.dataset,)]
    used += [(chosen, source.name) for source in experiment.sources for chosen in source.datasets]
    made = [_of_data(chosen.record, name) for chosen, name in used]
    made += [found for source in experiment.sources if (found := _of_weights(source)) is not None]
    users: dict[Licence, list[str]] = {}
    for each in made:
        users.setdefault(replace(each, used_by=()), []).extend(each.used_by)
    return tuple(replace(each, used_by=tuple(dict.fromkeys(names))) for each, names in users.items())


def _of_data(record: Dataset | Reader, name: str) -> Licence:
    if isinstance(record, Dataset):
        return Licence(
            what="data set", name=record.name, used_by=(name,), licence=record.licence, citation=record.citation
        )
    return Licence(what="own files", name=record.name, used_by=(name,))


def _of_weights(source: Source) -> Licence | None:
    config, name = source.config, (source.name,)
    if config.weights and source.model is not None and not config.checkpoint:
        said = source.model.record.licences.get(config.weights, "")
        return Licence(what="weights", name=f"{source.model.name} {config.weights}", used_by=name, licence=said)
    if source.brought and source.model is not None:
        return Licence(what="weights", name=source.model.label, used_by=name)
    given = config.checkpoint or config.run
    return Licence(what="checkpoint", name=str(given), used_by=name) if given else None
