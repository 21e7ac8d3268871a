"""Configuration and kernel to an experiment: every name looked up, every option validated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from relxfer import config as configuration
from relxfer.config import Config, Options, SourceConfig, StrategyConfig, TargetConfig, Use
from relxfer.errors import ConfigError, PluginError, Problem, UnknownName
from relxfer.kernel import Kernel, Offer, load_object
from relxfer.records import Dataset, Executor, Record, SourceModel, TargetAdapter, TransferStrategy, Validator


@dataclass(frozen=True)
class Chosen:
    """A record that the configuration names, with its validated options."""

    offer: Offer
    options: Any

    @property
    def record(self) -> Any:
        return self.offer.record

    @property
    def name(self) -> str:
        return self.offer.record.name

    def build(self, *rest: Any) -> Any:
        """Load what the record points at, and call it with the options."""
        return load_object(self.record.load)(self.options, *rest)

    def card(self) -> dict[str, Any]:
        """Name and resolved options as JSON."""
        dumped = self.options.model_dump(mode="json") if isinstance(self.options, BaseModel) else {}
        return {"use": self.name, **dumped}


@dataclass(frozen=True)
class Source:
    """A `[source]` with its plugins."""

    name: str
    config: SourceConfig
    model: Chosen | None
    datasets: tuple[Chosen, ...]
    stages: tuple[Chosen, ...]

    @property
    def pretrained(self) -> bool:
        """Whether it is trained here, and not read from a file."""
        return not (self.config.checkpoint or self.config.run)


@dataclass(frozen=True)
class Target:
    """A `[target]` with its plugins."""

    name: str
    config: TargetConfig
    dataset: Chosen
    adapter: Chosen
    model: Chosen
    priors: tuple[Chosen, ...]


@dataclass(frozen=True)
class Method:
    """A strategy, or stages of strategies, as one row of the report."""

    name: str
    stages: tuple[Chosen, ...]
    role: str = "strategy"  # strategy | scratch | direct | prior-only
    model: Chosen | None = None  # of prior-only: the prior itself

    @property
    def needs(self) -> tuple[str, ...]:
        """The union of the needs of its stages; options may add some."""
        names = [name for stage in self.stages for name in (*stage.record.needs, *extra_needs(stage.options))]
        return tuple(dict.fromkeys(names))

    @property
    def seeded(self) -> bool:
        return any(stage.record.seeded for stage in self.stages)


@dataclass(frozen=True)
class Experiment:
    """A configuration with every name resolved."""

    config: Config
    sources: tuple[Source, ...]
    targets: tuple[Target, ...]
    methods: tuple[Method, ...]
    validator: Chosen | None  # None: auto
    executor: Chosen


def extra_needs(options: Any) -> Sequence[str]:
    """An options model may add needs: a method `needs()` returning names."""
    return options.needs() if hasattr(options, "needs") else ()


def options_model(offer: Offer) -> type[BaseModel]:
    """The pydantic model of an offer's options."""
    return load_object(offer.record.options) if offer.record.options else Options


def load(source: str | Path | Mapping[str, Any], kernel: Kernel, changes: Sequence[str] = ()) -> Experiment:
    """Read, validate and resolve; `ConfigError` holds every problem, `PluginError` a needed plugin that is broken."""
    raw, where, folder = configuration.read(source, changes)
    config, problems = configuration.validate(raw, where, folder)
    resolver = _Resolver(kernel, folder)
    if config is None:
        resolver.look_over(raw)
        raise ConfigError(where, [*problems, *resolver.problems])
    experiment = resolver.experiment(config)
    if resolver.problems:
        raise ConfigError(where, resolver.problems)
    assert experiment is not None
    return experiment


class _Resolver:
    def __init__(self, kernel: Kernel, folder: Path):
        self.kernel, self.folder = kernel, folder
        self.problems: list[Problem] = []

    def experiment(self, config: Config) -> Experiment | None:
        targets = [self.target(i, t) for i, t in enumerate(config.target)]
        default = next((t.model for t in targets if t), None)
        sources = [self.source(i, s, default) for i, s in enumerate(config.source)]
        methods = self.methods(config, [t for t in targets if t])
        validator = None
        if config.validator.use != "auto":
            validator = self.choose(Validator, config.validator, "validator")
        executor = self.choose(Executor, config.executor, "executor")
        self.unique("target", [t.name for t in targets if t])
        self.unique("source", [s.name for s in sources if s])
        if self.problems or executor is None:
            return None
        return Experiment(config, _whole(sources), _whole(targets), methods, validator, executor)

    def source(self, index: int, config: SourceConfig, default: Chosen | None) -> Source | None:
        key = f"source[{index}]"
        datasets = [self.choose(Dataset, use, f"{key}.datasets[{i}]") for i, use in enumerate(config.datasets)]
        model = self.choose(SourceModel, config.model, f"{key}.model") if config.model else default
        stages = [self.choose(TransferStrategy, use, f"{key}.stages[{i}]") for i, use in enumerate(config.stages)]
        for i, stage in enumerate(_whole(stages)):
            for need in stage.record.needs:
                if need.startswith("target-") or need in ("source-model", "teacher", "same-task"):
                    self.problems.append(
                        Problem(
                            f"{key}.stages[{i}]", f"{stage.name!r} needs {need}, which a source stage does not have"
                        )
                    )
        if None in datasets or None in stages:
            return None
        name = config.name or "+".join(d.name for d in datasets if d) or _stem(config)
        return Source(name, config, model, _whole(datasets), _whole(stages))

    def target(self, index: int, config: TargetConfig) -> Target | None:
        key = f"target[{index}]"
        dataset = self.choose(Dataset, config.dataset, f"{key}.dataset")
        if dataset is None:
            return None
        adapter = self.choose(TargetAdapter, config.adapter or Use(use=dataset.record.adapter), f"{key}.adapter")
        if adapter is None:
            return None
        if config.model is None and adapter.record.model is None:
            self.problems.append(Problem(f"{key}.model", f"adapter {adapter.name!r} has no default model: name one"))
            return None
        model = self.choose(SourceModel, config.model or Use(use=adapter.record.model), f"{key}.model")
        priors = [self.choose(SourceModel, Use(use=name), f"{key}.adapter") for name in adapter.record.priors]
        if model is None or None in priors:
            return None
        name = config.name or getattr(dataset.options, "name", None) or dataset.name
        return Target(name, config, dataset, adapter, model, _whole(priors))

    def methods(self, config: Config, targets: Sequence[Target]) -> tuple[Method, ...]:
        named = [self.method(i, s) for i, s in enumerate(config.strategy)]
        methods = [m for m in named if m]
        if config.report.baselines:
            methods = self.with_baselines(methods, targets)
        self.unique("strategy", [m.name for m in methods])
        return tuple(methods)

    def method(self, index: int, config: StrategyConfig) -> Method | None:
        key = f"strategy[{index}]"
        if not config.stages:
            chosen = self.choose(TransferStrategy, config, key)
            if chosen is None:
                return None
            if chosen.record.stage:
                self.problems.append(
                    Problem(
                        f"{key}.use",
                        f"{chosen.name!r} is a stage that leaves the head untrained; "
                        f'write stages = ["{chosen.name}", "finetune"]',
                    )
                )
            return Method(config.name or chosen.name, (chosen,), chosen.record.role)
        stages = [self.choose(TransferStrategy, use, f"{key}.stages[{i}]") for i, use in enumerate(config.stages)]
        if None in stages:
            return None
        whole = _whole(stages)
        if whole[-1].record.stage:
            self.problems.append(
                Problem(
                    f"{key}.stages",
                    f"{whole[-1].name!r} cannot come last: it leaves the "
                    "head untrained; end with a strategy that trains it",
                )
            )
        return Method(config.name or " > ".join(s.name for s in whole), whole)

    def with_baselines(self, methods: list[Method], targets: Sequence[Target]) -> list[Method]:
        for role in ("direct", "scratch"):
            if all(method.role != role for method in methods):
                methods = [*methods, *(Method(c.name, (c,), role) for c in self.in_role(role))]
        seen: dict[str, Chosen] = {prior.name: prior for target in targets for prior in target.priors}
        priors = [Method(n, (c,), c.record.role, p) for c in self.in_role("prior-only") for n, p in seen.items()]
        return [*methods, *priors]

    def in_role(self, role: str) -> list[Chosen]:
        """The strategies that serve as this baseline, with their default options."""
        offers = [
            offer for offer in self.kernel.all(TransferStrategy.kind) if getattr(offer.record, "role", "") == role
        ]
        chosen = [self.choose(TransferStrategy, Use(use=offer.record.name), "report.baselines") for offer in offers]
        return [c for c in chosen if c]

    def choose(self, record: type[Record], use: Use, key: str) -> Chosen | None:
        """Look the name up and validate the options; problems are collected."""
        try:
            offer = self.kernel.find(record.kind, use.use)
            model = options_model(offer)
            return Chosen(offer, model.model_validate(use.options, context={"folder": self.folder}))
        except UnknownName as error:
            if self.kernel.broken and any(use.use in b.name for b in self.kernel.broken):
                raise PluginError(str(error)) from None
            self.problems.append(Problem(f"{key}.use", str(error)))
        except ValidationError as error:
            self.problems.extend(configuration.problems(error, model, key))
        return None

    def unique(self, key: str, names: Sequence[str]) -> None:
        for name in {n for n in names if names.count(n) > 1}:
            self.problems.append(Problem(key, f'two are called {name!r}: give one a name = "..."'))

    def look_over(self, raw: Mapping[str, Any]) -> None:
        """Of a configuration whose shape is wrong, still check every name that can be made out."""
        kinds: tuple[tuple[str, type[Record]], ...] = (
            ("strategy", TransferStrategy),
            ("target", TargetAdapter),
            ("source", SourceModel),
        )
        for key, record in kinds:
            tables = raw.get(key)
            for index, table in enumerate(tables if isinstance(tables, list) else [tables]):
                if isinstance(table, Mapping):
                    self._look(record, table, f"{key}[{index}]")

    def _look(self, record: type[Record], table: Mapping[str, Any], key: str) -> None:
        places: dict[type, list[tuple[str, type[Record]]]] = {
            TransferStrategy: [("use", TransferStrategy)],
            TargetAdapter: [("dataset", Dataset), ("adapter", TargetAdapter), ("model", SourceModel)],
            SourceModel: [("model", SourceModel)],
        }
        for name, kind in places[record]:
            value = table.get(name)
            used = value.get("use") if isinstance(value, Mapping) else value
            if isinstance(used, str) and used not in self.kernel.names(kind.kind):
                error = UnknownName(kind.kind, used, self.kernel.names(kind.kind))
                self.problems.append(Problem(f"{key}.{name}", str(error)))


def _whole(items: Sequence[Any]) -> tuple:
    return tuple(item for item in items if item is not None)


def _stem(config: SourceConfig) -> str:
    path = config.checkpoint or config.run
    return path.stem if path else "source"
