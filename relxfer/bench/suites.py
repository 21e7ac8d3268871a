"""Benchmark suites: a run configuration with a table `[suite]`, which says what is shown beside published values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, PositiveInt, ValidationError

from relxfer.bench.references import References
from relxfer.contract import messages
from relxfer.contract.options import Options
from relxfer.contract.plain import Table
from relxfer.declare import resolve, shipped, toml
from relxfer.errors import ConfigError, Problem, UnknownName, UsageError
from relxfer.plugins.finder import Plugins
from relxfer.results.standings import SuiteSummary


class SuiteOptions(Options):
    """The table `[suite]`."""

    summary: str
    """One line for the list of suites."""
    strategy: str
    """The row that is compared with published values, at all labels."""
    metrics: Annotated[tuple[str, ...], Field(min_length=1)] = ("mrr", "hits@10")
    """What is shown, the first with averages by group."""
    published: tuple[str, ...] = ()
    """Models whose published values are shown; that of a recognised checkpoint comes by itself."""
    groups: dict[str, tuple[str, ...]] = {}
    """Name -> targets whose averages are shown apart."""
    checkpoint: bool = False
    """Whether the source is a checkpoint that the command line names."""
    item: str = "queries"
    """What one test item is called, in the plural."""
    queries_per_item: PositiveInt = 1
    """Test queries of one such item."""


@dataclass(frozen=True)
class Suite:
    """A suite as its file tells it: nothing is resolved yet."""

    path: Path
    options: SuiteOptions
    tables: Table

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def targets(self) -> list[str]:
        """Names of the targets."""
        return [_target_name(table) for table in _target_tables(self.tables)]

    def only(self, names: Sequence[str]) -> Suite:
        """With these targets alone; with all of them where no name is given."""
        for name in names:
            if name not in self.targets:
                raise UnknownName(f"target of suite {self.name}", name, self.targets)
        kept = [table for table in _target_tables(self.tables) if not names or _target_name(table) in names]
        return replace(self, tables={**self.tables, "target": kept})

    def with_checkpoint(self, file: Path | None, references: References) -> Suite:
        """With the checkpoint as its source; `UsageError` where one is needed and not there, or not needed."""
        if file is None:
            if self.options.checkpoint:
                raise UsageError(_ways_to_a_checkpoint(self.name, references))
            return self
        if not self.options.checkpoint and "weights" not in self.tables.get("source", {}):
            raise UsageError(f"suite {self.name} trains its own source; leave --checkpoint out")
        if not file.is_file():
            got = "a folder" if file.is_dir() else "no such file"
            raise UsageError(f"expected a file after --checkpoint, got {got}: {file}; {_IN_A_RUN}")
        source = {**self.tables.get("source", {}), "checkpoint": str(file.resolve())}
        return replace(self, tables={**self.tables, "source": source})

    def resolve(self, plugins: Plugins) -> resolve.Experiment:
        """The experiment; paths in the suite are relative to its file."""
        experiment = resolve.experiment_of(self.tables, str(self.path), self.path.resolve().parent, plugins)
        rows = [method.name for method in experiment.methods]
        if self.options.strategy not in rows:
            unknown = UnknownName("strategy of the suite", self.options.strategy, rows)
            raise ConfigError(str(self.path), [Problem("suite.strategy", str(unknown))])
        return experiment


_IN_A_RUN = "in a run directory it is sources/ID/model.safetensors, or cells/ID/model.safetensors"


def load(name: str, references: References, changes: Sequence[str] = ()) -> Suite:
    """A shipped suite by name, or the file of one by its path; `ConfigError` holds every problem of `[suite]`."""
    path = _path(name)
    raw, where, _ = toml.read(path, changes)
    told, raw = raw.get("suite"), {key: value for key, value in raw.items() if key != "suite"}
    if told is None:
        raise ConfigError(where, [Problem("suite", "this table is needed; without it, use `relxfer run`")])
    try:
        suite = Suite(path, SuiteOptions.model_validate(told), raw)
    except ValidationError as error:
        raise ConfigError(where, messages.problems(error, SuiteOptions, told, "suite")) from None
    found = list(_strange(suite, references))
    if found:
        raise ConfigError(where, found)
    return suite


def names() -> list[str]:
    """The suites that ship with relxfer."""
    return sorted(path.stem for path in shipped.place("benchmarks", "suites").glob("*.toml"))


def listing(references: References) -> list[SuiteSummary]:
    """Every shipped suite with its targets, and for which of them there are published values."""
    return [_summary(load(name, references), references) for name in names()]


def _summary(suite: Suite, references: References) -> SuiteSummary:
    told = {value.target for value in references.values}
    published = tuple(target for target in suite.targets if target in told)
    return SuiteSummary(suite.name, suite.options.summary, suite.options.checkpoint, tuple(suite.targets), published)


def _path(name: str) -> Path:
    if Path(name).suffix == ".toml":
        return shipped.locate(Path(name))
    if name not in names():
        raise UnknownName("suite", name, names())
    return shipped.place("benchmarks", "suites", f"{name}.toml")


def _strange(suite: Suite, references: References) -> Iterator[Problem]:
    """What `[suite]` says of the references and of the rest of the file, and is not so."""
    for name in set(suite.options.published) - set(references.models):
        yield Problem("suite.published", str(UnknownName("published model", name, references.models)))
    source = suite.tables.get("source", {})
    if suite.options.checkpoint and not isinstance(source, Mapping):
        yield Problem("suite.checkpoint", "expected one table [source] for the checkpoint, got several")
    for group, members in suite.options.groups.items():
        for name in sorted(set(members) - set(suite.targets)):
            yield Problem(f"suite.groups.{group}", str(UnknownName("target", name, suite.targets)))


def _target_tables(tables: Table) -> list[Any]:
    found = tables.get("target", [])
    return found if isinstance(found, list) else [found]


def _target_name(table: Any) -> str:
    """As the resolver names it: by itself, else by its data."""
    used = table.get("dataset") if isinstance(table, Mapping) else None
    data = used.get("name") or used.get("use") if isinstance(used, Mapping) else used
    return str((table.get("name") if isinstance(table, Mapping) else None) or data)


def _ways_to_a_checkpoint(name: str, references: References) -> str:
    public = [f"{model.name}: {model.weights}" for model in references.models.values() if model.weights]
    return (
        f"suite {name} expects a source model, got none; add --checkpoint FILE. FILE may be published weights "
        f"({'; '.join(public)}), or a model that you trained ({_IN_A_RUN})"
    )
