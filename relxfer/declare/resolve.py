"""Resolves a configuration to an experiment: finds the offers that it names, and validates their options."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from pydantic import BaseModel, ValidationError

from relxfer.authoring import objects
from relxfer.authoring.objects import Objects
from relxfer.contract import messages
from relxfer.contract.only_with import TOLERATED
from relxfer.contract.options import STRATEGIES, Options
from relxfer.contract.plain import Table
from relxfer.contract.records import (
    Calibrator,
    Dataset,
    Executor,
    Metric,
    Observer,
    Record,
    SourceModel,
    TargetAdapter,
    TaskKind,
    TransferStrategy,
    Validator,
)
from relxfer.declare import effects, place, reading, run_folder, seals, toml
from relxfer.declare import schema as configuration
from relxfer.declare.changes import put
from relxfer.declare.experiment import Chosen, Experiment, Method, Source, Target, Tuned, extra_needs
from relxfer.declare.schema import AUTO, NONE, Config, LookUp, SourceConfig, StrategyConfig, TargetConfig, Use
from relxfer.declare.scratch import Scratch, label
from relxfer.declare.tuning import Choice
from relxfer.errors import ConfigError, PluginError, Problem, UnknownName
from relxfer.plugins.finder import Offer, Plugins, load_object
from relxfer.store.hub.fetch import located
from relxfer.store.run_directory import OBJECTS

#: The most cells: more than a day at one second each, so that a larger number is probably a typing error.
_MOST_CELLS = 100_000


def options_model(offer: Offer) -> type[BaseModel]:
    """The pydantic model of an offer's options; that without fields if it has none.

    Raises:
        PluginError: the record names another object, or a field has the name of a key of the surrounding table.
    """
    if not offer.record.options:
        return Options
    model = load_object(offer.record.options)
    if not (isinstance(model, type) and issubclass(model, Options)):
        raise PluginError(
            f"expected the options of the {offer.record.kind} {offer.record.name!r} as a subclass of "
            f"relxfer.contract.options.Options, got {offer.record.options}; correct the plugin {offer.plugin!r}"
        )
    table = StrategyConfig if offer.record.kind == TransferStrategy.kind else Use
    if taken := model.model_fields.keys() & table.model_fields.keys():
        raise PluginError(
            f"expected options of the {offer.record.kind} {offer.record.name!r} whose names are not keys of its "
            f"table, got {', '.join(sorted(taken))}; rename them in the plugin {offer.plugin!r}"
        )
    return model


def load(
    source: str | Path | Table, plugins: Plugins, changes: Sequence[str] = (), out: Path | None = None
) -> Experiment:
    """Read, validate and resolve a configuration; its table `[suite]`, which only `relxfer bench` uses, is ignored.

    source   the path of a TOML file, or its content as a mapping; or the directory of a run of the user's
    changes  `"key=value"`, as after `--set`
    out      the run directory, for the files that objects in a mapping become; None: there are none

    Raises:
        ConfigError, PluginError: as `experiment_of`; or the file cannot be read.
        UsageError: it is a folder, which is no run or that of somebody else.
    """
    source = run_folder.configuration(source)
    raw, where, folder = toml.read(source, changes)
    raw = {key: value for key, value in raw.items() if key != "suite"}
    if isinstance(source, Mapping):
        made = Objects(out / OBJECTS) if out else None
        return experiment_of(raw, where, folder, plugins, in_memory=made)
    return experiment_of(raw, where, folder, plugins, seals.stranger(Path(source)), place.before(Path(source)))


def experiment_of(
    raw: Table,
    where: str,
    folder: Path,
    plugins: Plugins,
    stranger: str | None = None,
    written_in: str | None = None,
    in_memory: Objects | None = None,
) -> Experiment:
    """The experiment that the raw tables of a configuration describe.

    where     the name of the configuration in messages
    folder    the folder to which its paths are relative
    stranger  why the tables are not trusted, and what to do; None if they are the user's own (see
              `relxfer.contract.user_only`)
    written_in  where the configuration was saved before it was moved to `folder`
    in_memory   the files that objects in the tables become

    Raises:
        ConfigError: with every problem of the configuration.
        PluginError: a plugin that it needs is broken.
    """
    own = {"folder": folder, "written_in": written_in, objects.KEY: in_memory}
    context: Table = {"stranger": stranger} if stranger else own
    config, look_up = _validated(raw if stranger else located(raw), where, context, plugins)
    resolver = _Resolver(plugins, where, look_up)
    experiment = resolver.experiment(config)
    if problems := [*effects.problems(experiment), *resolver.problems]:
        raise ConfigError(where, problems)
    return experiment


def _validated(raw: Table, where: str, context: Table, plugins: Plugins) -> tuple[Config, LookUp]:
    """The validated configuration, options without effect still allowed, and a function that finds offers."""
    tolerant = {**context, TOLERATED: True}
    look_up = partial(_look_up, plugins, tolerant)
    try:
        return configuration.validate(raw, where, tolerant, look_up), look_up
    except ConfigError:  # validate again, to list options without effect together with the other problems
        return configuration.validate(raw, where, context, partial(_look_up, plugins, context)), look_up


def _look_up(plugins: Plugins, context: Table, kind: type[Record], use: Use) -> Chosen:
    """The offer with its validated options.

    Raises:
        ValidationError: no offer has this name, or an option is wrong.
        PluginError: the name is that of a plugin that could not be loaded.
    """
    try:
        offer = plugins.find_data(use.use) if kind is Dataset else plugins.find(kind.kind, use.use)
    except UnknownName as error:
        if any(use.use == broken.name for broken in plugins.broken):
            raise PluginError(str(error)) from None
        raise messages.error_at("use", str(error)) from None
    model = options_model(offer)
    found = {STRATEGIES: lambda value: _look_up(plugins, context, TransferStrategy, Use.model_validate(value))}
    try:
        return Chosen(offer, model.model_validate(use.options, context={**context, **found}))
    except ValidationError as error:
        raise messages.told(error, model, use.use) from None


class _Resolver:
    """Resolves the names in a valid configuration, and the defaults that follow from them. It collects `problems`."""

    def __init__(self, plugins: Plugins, where: str, look_up: LookUp):
        self.plugins, self.where, self.look_up = plugins, where, look_up
        self.problems: list[Problem] = []

    def experiment(self, config: Config) -> Experiment:
        targets = tuple(self.target(i, t) for i, t in enumerate(config.target))
        sources_config = config.source or self.default_source(targets[0])
        sources = tuple(self.source(i, s, targets[0].model) for i, s in enumerate(sources_config))
        methods = self.methods(config, targets, sources)
        self.unique_baseline(methods)
        executor = self.look_up(Executor, config.executor)
        self.unique("target", [t.name for t in targets])
        self.unique("source", [s.name for s in sources])
        self.unique("strategy", [m.name for m in methods])
        self.feasible(config, len(methods))
        metrics = tuple(self.look_up(Metric, use) for use in config.report.metric)
        chosen = sources, targets, methods, self.validators(config.validator), executor
        named = config.calibrator.use not in (AUTO, NONE)
        calibrator = self.look_up(Calibrator, config.calibrator) if named else None
        observers = tuple(self.look_up(Observer, use) for use in config.observer)
        tied = frozenset(self.tied())
        return Experiment(config, *chosen, self.where, metrics, tied, calibrator, observers)

    def validators(self, uses: Sequence[Use]) -> tuple[Chosen, ...]:
        """The rules that are named; none if they are chosen automatically."""
        return tuple(self.look_up(Validator, use) for use in uses if use.use != AUTO)

    def default_source(self, target: Target) -> tuple[SourceConfig, ...]:
        """The source if none is named: the weights that the adapter has of the usual architecture for the task."""
        adapter, kind = target.adapter.record, target.config.task.use if target.config.task else ""
        model = reading.usual(adapter, kind)
        there = model in adapter.weights
        return (SourceConfig(model=Use(use=model), weights=adapter.weights[model]),) if model and there else ()

    def source(self, index: int, config: SourceConfig, default: Chosen) -> Source:
        datasets = tuple(self.look_up(Dataset, use) for use in config.datasets)
        model = self.look_up(SourceModel, config.model) if config.model else default
        stages = tuple(self.look_up(TransferStrategy, use) for use in config.stages)
        for i, stage in enumerate(stages):
            inside = (need for one in (stage, *stage.inside) for need in (*one.record.needs, *extra_needs(one.options)))
            for need in dict.fromkeys(inside):
                if need.startswith("target-") or need in ("source-model", "teacher", "same-task"):
                    message = f"{stage.name!r} needs {need}, which a source stage does not have"
                    self.problems.append(Problem(f"source[{index}].stages[{i}]", message))
        if config.weights and config.weights not in model.record.weights:
            unknown = UnknownName(f"published weights of model {model.name}", config.weights, model.record.weights)
            self.problems.append(Problem(f"source[{index}].weights", str(unknown)))
        if without := reading.missing_origin(config, model):
            self.problems.append(Problem(f"source[{index}]", without))
        name = config.name or "+".join(d.name for d in datasets) or reading.source_name(config, model)
        return Source(name, config, model, datasets, stages, self.task(config.task))

    def target(self, index: int, config: TargetConfig) -> Target:
        key = f"target[{index}]"
        dataset = self.look_up(Dataset, config.dataset)
        reader = self.adapter_of(config, dataset, key)
        adapter = self.own_or_default(TargetAdapter, config.adapter, reader, f"{key}.adapter")
        kind = config.task.use if config.task else ""
        model = self.own_or_default(SourceModel, config.model, reading.usual(adapter.record, kind), f"{key}.model")
        self.fitting(key, dataset, adapter, model)
        found = (self.own_or_default(SourceModel, None, name, f"{key}.adapter") for name in adapter.record.priors)
        priors = tuple(each for each in found if reading.may_predict(each.record, adapter.record, kind))
        name = config.name or getattr(dataset.options, "name", None) or dataset.name
        return Target(name, config, dataset, adapter, model, priors, self.task(config.task))

    def tied(self) -> Iterator[str]:
        kinds = {offer.record.name: offer.record for offer in self.plugins.all(TaskKind.kind)}
        for kind in (kind for kind in kinds.values() if isinstance(kind, TaskKind) and kind.ties):
            yield from kind.metrics
            metrics = (offer.record for offer in self.plugins.all(Metric.kind))
            yield from (m.name for m in metrics if isinstance(m, Metric) and kind.name in m.tasks)

    def task(self, use: Use | None) -> Chosen | None:
        return None if use is None else self.look_up(TaskKind, use)

    def adapter_of(self, config: TargetConfig, dataset: Chosen, key: str) -> str | None:
        """The name of the adapter that reads a data set, unless the configuration names one."""
        if config.adapter:
            return None
        try:
            return reading.adapter_of(self.plugins, dataset.record)
        except ValueError as error:
            raise ConfigError(self.where, [Problem(f"{key}.adapter", str(error))]) from None

    def fitting(self, key: str, dataset: Chosen, adapter: Chosen, model: Chosen) -> None:
        """Check that the adapter and the model of a target read its data set."""
        data = dataset.record
        if wrong := reading.unread(adapter.record, data):
            self.problems.append(Problem(f"{key}.adapter", wrong))
        elif wrong := reading.unfit(model.record, adapter.record, data):
            self.problems.append(Problem(f"{key}.model", wrong))

    def own_or_default(self, kind: type[Record], own: Use | None, default: str | None, key: str) -> Chosen:
        """The offer that the configuration names at `key`, or else the default with this name."""
        if not (own or default):
            raise ConfigError(self.where, [Problem(key, f"there is no default {kind.kind} here: name one")])
        try:
            return self.look_up(kind, own or Use(use=default or ""))
        except ValidationError as error:
            raise ConfigError(self.where, messages.problems(error, Options, key=key)) from None

    def methods(self, config: Config, targets: Sequence[Target], sources: Sequence[Source]) -> tuple[Method, ...]:
        methods = [self.method(i, s) for i, s in enumerate(config.strategy)]
        scratch = Scratch(targets, sources)
        if config.report.baselines:
            methods = self.with_baselines(methods, targets, scratch)
        return tuple(scratch.named(methods))

    def method(self, index: int, config: StrategyConfig) -> Method:
        if not config.stages:
            chosen = self.look_up(TransferStrategy, config)
            if chosen.record.stage:
                told = f'write stages = ["{chosen.name}", "finetune"]'
                message = f"{chosen.name!r} is a stage that leaves the head untrained; {told}"
                self.problems.append(Problem(f"strategy[{index}].use", message))
            return self.row(index, config, Method(config.name or chosen.name, (chosen,), chosen.record.role))
        stages = tuple(self.look_up(TransferStrategy, use) for use in config.stages)
        if stages[-1].record.stage:
            message = f"{stages[-1].name!r} cannot come last: it leaves the head untrained; end with one that trains it"
            self.problems.append(Problem(f"strategy[{index}].stages", message))
        return self.row(index, config, Method(config.name or " > ".join(s.name for s in stages), stages))

    def row(self, index: int, config: StrategyConfig, method: Method) -> Method:
        """The row with the model and the adapter that its table names."""
        method = replace(
            method,
            model=self.look_up(SourceModel, config.model) if config.model else None,
            adapter=self.look_up(TargetAdapter, config.adapter) if config.adapter else None,
            new=config.start == "new",
            baseline=config.baseline,
            question=config.question,
            validators=None if config.validator is None else self.validators(config.validator),
            training=config.training,
        )
        if wrong := method.wrongly_new:
            self.problems.append(Problem(f"strategy[{index}].start", wrong))
        if method.role == "scratch" and not config.name:
            method = replace(method, name=label(method.name, method.model, method.adapter))
        if method.model and "source-model" in method.needs:
            message = f"{method.name!r} starts from the source model, which has its own: name it in [source]"
            self.problems.append(Problem(f"strategy[{index}].model", message))
        return replace(method, tuned=tuple(self.tuned_rows(index, config, method))) if config.tuned else method

    def tuned_rows(self, index: int, config: StrategyConfig, method: Method) -> Iterator[Tuned]:
        """The row where tuning chose options for it; its name, role and marks stay."""
        written = config.model_dump(exclude_unset=True, exclude={"tuned"})
        for number, tuned in enumerate(config.tuned):
            key = f"strategy[{index}].tuned[{number}].changes"
            table: Table = written
            for name, value in tuned.changes.items():
                table = put(table, name, value, f"{key}.{name}")
            try:
                there = self.method(index, StrategyConfig.model_validate(table))
            except ValidationError as error:
                raise ConfigError(self.where, messages.problems(error, Options, key=key)) from None
            choice = Choice(tuned.changes, tuned.trials, tuned.selected_by, tuned.source_first)
            there = replace(there, name=method.name, role=method.role, choice=choice)
            yield Tuned(tuned.source, tuned.target, tuned.budget, there)

    def with_baselines(self, methods: list[Method], targets: Sequence[Target], scratch: Scratch) -> list[Method]:
        """The rows with a direct one, scratch of each architecture, and the priors, where they are missing."""
        if all(method.role != "direct" for method in methods):
            methods = [*methods, *(Method(c.name, (c,), "direct") for c in self.in_role("direct"))]
        methods = [*methods, *scratch.missing(methods, self.in_role("scratch"))]
        seen: dict[str, Chosen] = {prior.name: prior for target in targets for prior in target.priors}
        priors = [Method(n, (c,), c.record.role, p) for c in self.in_role("prior") for n, p in seen.items()]
        return [*methods, *priors]

    def in_role(self, role: str) -> list[Chosen]:
        """All strategies with this role, with their default options."""
        offers = self.plugins.all(TransferStrategy.kind)
        named = [offer.record.name for offer in offers if getattr(offer.record, "role", "") == role]
        return [self.look_up(TransferStrategy, Use(use=name)) for name in named]

    def feasible(self, config: Config, methods: int) -> None:
        budgets = sum(len(target.label_budgets) for target in config.target)
        sources = sum(len(source.seeds or (0,)) for source in config.source) or 1
        cells = sources * budgets * methods * len(config.planned_seeds)
        if cells > _MOST_CELLS:
            message = f"expected at most {_MOST_CELLS:,} cells, got {cells:,}: each source x target x strategy"
            self.problems.append(Problem("", f"{message} x label_budgets x seeds is one; name fewer of them"))

    def unique_baseline(self, methods: Sequence[Method]) -> None:
        named = [method.name for method in methods if method.baseline]
        if len(named) > 1:
            self.problems.append(Problem("strategy", f"expected one baseline, got {', '.join(named)}; keep one"))

    def unique(self, key: str, names: Sequence[str]) -> None:
        for name in (name for name, count in Counter(names).items() if count > 1):
            self.problems.append(Problem(key, f'two are called {name!r}: give one a name = "..."'))
