"""Benchmark suites: configurations with a table `[suite]`, which says what to compare with published values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, PositiveInt, ValidationError

from relxfer.bench.references import References
from relxfer.contract import messages, records
from relxfer.contract.options import Options
from relxfer.contract.plain import Table
from relxfer.declare import resolve, shipped, toml
from relxfer.errors import ConfigError, PluginError, Problem, UnknownName, UsageError
from relxfer.plugins.finder import Offer, Plugins, load_object
from relxfer.results.standings import SuiteSummary


class SuiteOptions(Options):
    """The options in the table `[suite]`."""

    summary: str
    """One line for the list of suites."""
    strategy: str
    """The row that is compared with published values, at the largest label budget."""
    metrics: Annotated[tuple[str, ...], Field(min_length=1)] = ("mrr", "hits@10")
    """The metrics that are shown; averages over groups are those of the first."""
    published: tuple[str, ...] = ()
    """Models whose published values are shown; that of a recognised checkpoint is added automatically."""
    groups: dict[str, tuple[str, ...]] = {}
    """Groups of targets, by name, for which averages are shown."""
    checkpoint: bool = False
    """Whether the source is a checkpoint that the command line names."""
    item: str = "queries"
    """The name of test items, in the plural."""
    queries_per_item: PositiveInt = 1
    """The number of test queries for each item."""
    chosen_on_target_labels: bool = False
    """Whether options of the suite were chosen by hand, looking at labels of its targets."""
    tuned_by: str | None = None
    """The validator by which `--tune` chooses options; unset: that of the configuration."""


@dataclass(frozen=True)
class Suite:
    """A suite as it is read from its file, before names are resolved.

    tables  the raw tables of the configuration, without `[suite]`
    """

    path: Path
    options: SuiteOptions
    tables: Table

    @property
    def name(self) -> str:
        """The name of the suite, which is that of its file."""
        return self.path.stem

    @property
    def targets(self) -> list[str]:
        """The names of the targets."""
        return [_target_name(table) for table in _target_tables(self.tables)]

    def only(self, names: Sequence[str]) -> Suite:
        """The suite with only these targets, or with all of them if no names are given.

        Raises:
            UnknownName: the suite has no such target.
        """
        for name in names:
            if name not in self.targets:
                raise UnknownName(f"target of suite {self.name}", name, self.targets)
        kept = [table for table in _target_tables(self.tables) if not names or _target_name(table) in names]
        return replace(self, tables={**self.tables, "target": kept})

    def with_checkpoint(self, file: Path | None, references: References) -> Suite:
        """The suite with a checkpoint as its source.

        file  the checkpoint; None: without one

        Raises:
            UsageError: the suite needs a checkpoint and `file` is None, it takes none, or there is no such file.
        """
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
        """The experiment of the suite; its paths are relative to the folder of its file.

        Raises:
            ConfigError: the configuration is wrong, or has no strategy of the name that `[suite]` gives.
            PluginError: a plugin that it needs is broken.
        """
        experiment = resolve.experiment_of(self.tables, str(self.path), self.path.resolve().parent, plugins)
        rows = [method.name for method in experiment.methods]
        if self.options.strategy not in rows:
            unknown = UnknownName("strategy of the suite", self.options.strategy, rows)
            raise ConfigError(str(self.path), [Problem("suite.strategy", str(unknown))])
        return experiment


_IN_A_RUN = "in a run directory it is sources/ID/model.safetensors, or cells/ID/model.safetensors"


def load(name: str, references: References, changes: Sequence[str] = (), plugins: Plugins | None = None) -> Suite:
    """Read a suite.

    name        of a suite that comes with relxfer or that a plugin offers, or the path of a TOML file
    references  the published values
    changes     `"key=value"`, as after `--set`
    plugins     the plugins that may offer suites

    Raises:
        UnknownName: there is no suite of this name.
        PluginError: a plugin offers it, and its file is not there.
        ConfigError: with every problem of the table `[suite]`.
    """
    path = _path(name, plugins)
    raw, where, _ = toml.read(path, changes)
    table, raw = raw.get("suite"), {key: value for key, value in raw.items() if key != "suite"}
    if table is None:
        raise ConfigError(where, [Problem("suite", "this table is needed; without it, use `relxfer run`")])
    try:
        suite = Suite(path, SuiteOptions.model_validate(table), raw)
    except ValidationError as error:
        raise ConfigError(where, messages.problems(error, SuiteOptions, table, "suite")) from None
    if problems := list(_problems(suite, references)):
        raise ConfigError(where, problems)
    return suite


def names(plugins: Plugins | None = None) -> list[str]:
    """The names of the suites that come with relxfer, and of those that plugins offer."""
    return sorted(_shipped() | set(plugins.names(records.Suite.kind) if plugins else ()))


def listing(references: References, plugins: Plugins | None = None) -> list[SuiteSummary]:
    """A summary of every suite: its targets, and which of them have published values."""
    return [_summary(load(name, references, plugins=plugins), references) for name in names(plugins)]


def _summary(suite: Suite, references: References) -> SuiteSummary:
    with_values = {value.target for value in references.values}
    published = tuple(target for target in suite.targets if target in with_values)
    return SuiteSummary(suite.name, suite.options.summary, suite.options.checkpoint, tuple(suite.targets), published)


def _path(name: str, plugins: Plugins | None) -> Path:
    if Path(name).suffix == ".toml":
        return shipped.locate(Path(name))
    if plugins and (records.Suite.kind, name) in plugins.offers:
        return _offered(plugins.offers[records.Suite.kind, name])
    if name not in _shipped():
        known = names(plugins)
        raise plugins.unknown("suite", name, known) if plugins else UnknownName("suite", name, known)
    return shipped.place("benchmarks", "suites", f"{name}.toml")


def _shipped() -> set[str]:
    return {path.stem for path in shipped.place("benchmarks", "suites").glob("*.toml")}


def _offered(offer: Offer) -> Path:
    """The file of a suite that a plugin offers.

    Raises:
        PluginError: there is no such file, or it has another name; or a suite that comes with relxfer has this name.
    """
    name, path = offer.record.name, load_object(offer.record.load)
    if name in _shipped() and offer.record.replaces != name:
        raise PluginError(
            f"expected a new name for the suite {name!r} of plugin {offer.plugin!r}, got that of one that comes with "
            f"relxfer; choose another name, or set replaces={name!r}"
        )
    if not isinstance(path, Path) or not path.is_file() or path.name != f"{name}.toml":
        raise PluginError(
            f"expected {offer.record.load} of plugin {offer.plugin!r} as the pathlib.Path of a file {name}.toml, "
            f"got {path!r}; correct the plugin"
        )
    return path


def _problems(suite: Suite, references: References) -> Iterator[Problem]:
    """Names in `[suite]` that are neither among the published values nor in the rest of the file."""
    for name in set(suite.options.published) - set(references.models):
        yield Problem("suite.published", str(UnknownName("published model", name, references.models)))
    source = suite.tables.get("source", {})
    if suite.options.checkpoint and not isinstance(source, Mapping):
        yield Problem("suite.checkpoint", "expected one table [source] for the checkpoint, got several")
    for group, members in suite.options.groups.items():
        for name in sorted(set(members) - set(suite.targets)):
            yield Problem(f"suite.groups.{group}", str(UnknownName("target", name, suite.targets)))


def _target_tables(tables: Table) -> list[Any]:
    targets = tables.get("target", [])
    return targets if isinstance(targets, list) else [targets]


def _target_name(table: Any) -> str:
    """The name that the resolver will give to a target: its own, or else that of its data set."""
    used = table.get("dataset") if isinstance(table, Mapping) else None
    data = used.get("name") or used.get("use") if isinstance(used, Mapping) else used
    return str((table.get("name") if isinstance(table, Mapping) else None) or data)


def _ways_to_a_checkpoint(name: str, references: References) -> str:
    public = [f"{model.name}: {model.weights}" for model in references.models.values() if model.weights]
    return (
        f"suite {name} expects a source model, got none; add --checkpoint FILE. FILE may be published weights "
        f"({'; '.join(public)}), or a model that you trained ({_IN_A_RUN})"
    )
