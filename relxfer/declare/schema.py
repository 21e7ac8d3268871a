"""Raw tables to a frozen, validated configuration; every problem at once, with file and key.

`docs/config.md` explains each key. A *use* is a name with options: `"finetune"`, or `{ use = "finetune", last = 2 }`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from relxfer.contract import messages, metrics
from relxfer.contract.only_with import GIVEN, OnlyWhere, OnlyWith, Wanted, told
from relxfer.contract.options import Options, TrainingOptions, UserFile, UserFolder
from relxfer.contract.plain import Table
from relxfer.contract.records import Dataset, Executor, Record, SourceModel, TargetAdapter, TransferStrategy, Validator
from relxfer.errors import ConfigError


class Use(BaseModel):
    """A plugin offer by name, with its options as further keys."""

    model_config = ConfigDict(extra="allow", frozen=True)
    use: str

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: Any) -> Any:
        if not isinstance(value, str | Mapping | Use):
            raise ValueError(f'expected a name, or a table with use = "..." (got {messages.shown(value)})')
        return {"use": value} if isinstance(value, str) else value

    @property
    def options(self) -> Table:
        return dict(self.model_extra or {})


#: Finds the offer of this kind that a use names, and validates its options.
LookUp = Callable[[type[Record], Use], Any]


def _of(kind: type[Record], besides: str | None = None) -> AfterValidator:
    """A use of an offer of this kind, or the name `besides`, which has no options."""

    def check(use: Use, info: ValidationInfo) -> Use:
        look_up = (info.context or {}).get("look_up")
        if use.use == besides:
            if besides and use.options:
                raise ValueError(f"expected no options with {besides!r}, got {', '.join(use.options)}; name an offer")
        elif look_up:
            look_up(kind, use)
        return use

    return AfterValidator(check)


#: In a JSON Schema: which kind of offer stands there. `relxfer.report.config_schema` writes the offers in its place.
OFFERED = "x-relxfer-offer"


def _offered(kind: type[Record]) -> WithJsonSchema:
    return WithJsonSchema({OFFERED: kind.kind})


DatasetUse = Annotated[Use, _of(Dataset), _offered(Dataset)]
ModelUse = Annotated[Use, _of(SourceModel), _offered(SourceModel)]
AdapterUse = Annotated[Use, _of(TargetAdapter), _offered(TargetAdapter)]
StageUse = Annotated[Use, _of(TransferStrategy), _offered(TransferStrategy)]


def _not_pretrained(source: SourceConfig) -> str | None:
    """What is read from a file and not trained further has been pre-trained already."""
    given = [key for key in ("checkpoint", "weights", "run") if getattr(source, key)]
    if not given or source.continued:
        return None
    return told(given[0], getattr(source, given[0]), "set continued = true")


_PRETRAINS = OnlyWhere(_not_pretrained)


class SourceConfig(Options):
    """Where knowledge comes from: data to pre-train on, a checkpoint, or a finished run."""

    name: str | None = None
    model: ModelUse | None = None
    datasets: tuple[DatasetUse, ...] = ()
    checkpoint: UserFile | None = None
    weights: str | None = None
    run: UserFolder | None = None
    cell: Annotated[str | None, OnlyWith(run=GIVEN)] = None
    continued: bool = False
    stages: Annotated[tuple[StageUse, ...], _PRETRAINS] = ()
    shared: Annotated[bool, _PRETRAINS] = False
    labels: Annotated[bool, _PRETRAINS] = True
    training: Annotated[TrainingOptions, _PRETRAINS] = TrainingOptions()

    @model_validator(mode="after")
    def _one_origin(self) -> SourceConfig:
        if self.run and (self.checkpoint or self.weights):
            other = "checkpoint" if self.checkpoint else "weights"
            raise ValueError(f"expected {other} or run, got both; keep one of them")
        if self.weights and not self.model:
            raise ValueError('expected model = "..." beside weights: each model has weights of its own')
        if not (self.datasets or self.checkpoint or self.weights or self.run):
            raise ValueError("expected datasets, checkpoint or run, or weights by name; name what to learn from")
        if self.continued and not (self.datasets and (self.checkpoint or self.weights or self.run)):
            raise ValueError("expected datasets, and a checkpoint, weights or run that training on them goes on from")
        if not (self.labels or self.stages):
            raise ValueError("without labels there is nothing to learn; name stages that need none")
        return self


def _budgets(value: Any) -> Any:
    return [value] if isinstance(value, int | str) else value


def _budget(value: Any) -> Any:
    if value == "all" or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    raise ValueError('expected a whole number from 0 on, or "all"')


Budget = Annotated[int | str, BeforeValidator(_budget)]


_COUNTED = Wanted(lambda budgets: any(b != "all" and b > 0 for b in budgets), "add a number above 0 to {key}")


class TargetConfig(Options):
    """What is to be predicted: a data set, and how much of its labels may be used."""

    name: str | None = None
    dataset: DatasetUse
    adapter: AdapterUse | None = None
    model: ModelUse | None = None
    label_budgets: Annotated[tuple[Budget, ...], BeforeValidator(_budgets), OnlyWith(task=None)] = ("all",)
    labels_per: Annotated[Literal["target", "class"], OnlyWith(task=None, label_budgets=_COUNTED)] = "target"
    observed_fraction: Annotated[float, Field(gt=0, le=1)] | None = None
    task: Literal["clustering"] | None = None

    @field_validator("label_budgets")
    @classmethod
    def _with_all(cls, budgets: tuple[Budget, ...]) -> tuple[Budget, ...]:
        numbers = sorted({b for b in budgets if b != "all"})
        return (*numbers, "all")


class StrategyConfig(Use):
    """A transfer strategy, or `stages` of them, with a label of its own if you want."""

    use: str = ""
    name: str | None = None
    stages: tuple[StageUse, ...] = ()
    model: ModelUse | None = None
    baseline: bool = False

    @model_validator(mode="after")
    def _use_or_stages(self) -> StrategyConfig:
        if bool(self.use) == bool(self.stages):
            raise ValueError('expected use = "..." or stages = [...], one of the two')
        if self.stages and self.options:
            got = ", ".join(self.options)
            raise ValueError(
                f'expected options in a stage, as in {{ use = "...", {got} = ... }}, got {got} beside stages'
            )
        return self


_RANKS = Wanted(lambda metric: metric is None or metric in metrics.METRICS["ranking"], "choose a {key} of a ranking")


class ReportOptions(Options):
    """What the report shows."""

    metric: Literal[metrics.NAMES] | None = None  # type: ignore[valid-type]
    """The metric that decides; default the first of the task (MRR for ranking)."""
    rank_rule: Annotated[Literal["realistic", "pessimistic", "plain"], OnlyWith(metric=_RANKS)] = "realistic"
    """Realistic ranks, pessimistic ranks with the tie tolerance, or the papers' plain float32 rule."""
    baselines: bool = True
    """Add scratch, direct and prior-only by themselves."""
    resamples: Annotated[int, Field(ge=200, le=1_000_000)] = 10_000
    """Bootstrap resamples."""
    oracle: bool = False
    """Also tell what choosing the validation point by test labels would have reached; one more pass over the test at
    every point."""


#: More seeds than anybody runs; beyond it a number is a slip of the keyboard.
_MOST_SEEDS = 10_000


def _seeds(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return value
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_SEEDS:
        raise ValueError(f"expected a number of seeds from 1 to {_MOST_SEEDS:,}, or a list of them")
    return tuple(range(value))


Seed = Annotated[int, Field(ge=0, strict=True)]


def _run_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", name):
        raise ValueError("expected up to 100 letters, digits, '.', '_' and '-', the first a letter or a digit")
    return name


def _tables(value: Any) -> Any:
    if not isinstance(value, Mapping | list | tuple):
        raise ValueError(f"expected a table, or a list of tables (got {messages.shown(value)})")
    return [value] if isinstance(value, Mapping) else value


#: Seconds that every system's timer can hold: three years.
_LONGEST = 100_000_000


class Config(Options):
    """One experiment."""

    name: Annotated[str, AfterValidator(_run_name)] = "run"
    seeds: Annotated[tuple[Seed, ...], BeforeValidator(_seeds), Field(min_length=1)] = (0,)
    device: Literal["auto", "cpu", "cuda"] = "auto"
    threads: Annotated[int, Field(ge=1, le=4096)] | None = None
    timeout_seconds: Annotated[float, Field(gt=0, le=_LONGEST, allow_inf_nan=False)] | None = None
    source: Annotated[tuple[SourceConfig, ...], BeforeValidator(_tables)] = ()
    target: Annotated[tuple[TargetConfig, ...], BeforeValidator(_tables), Field(min_length=1)]
    strategy: Annotated[
        tuple[Annotated[StrategyConfig, _of(TransferStrategy, besides="")], ...],
        BeforeValidator(_tables),
    ] = ()
    training: TrainingOptions = TrainingOptions()
    validator: Annotated[Use, _of(Validator, besides="auto"), _offered(Validator)] = Use(use="auto")
    executor: Annotated[Use, _of(Executor), _offered(Executor)] = Use(use="serial")
    report: ReportOptions = ReportOptions()

    @field_validator("seeds")
    @classmethod
    def _distinct(cls, seeds: tuple[int, ...]) -> tuple[int, ...]:
        if len(set(seeds)) != len(seeds):
            raise ValueError(f"expected distinct seeds, got {Counter(seeds).most_common(1)[0][0]} more than once")
        return seeds


def validate(raw: Table, where: str, context: Table, look_up: LookUp | None = None) -> Config:
    """The configuration; `ConfigError` holds every problem of its shape, of the names in it and of their options.

    context  `folder`, which paths are relative to; or `stranger`, where nobody may say any (see
             `relxfer.contract.user_only`)
    look_up  finds an offer and validates its options; raises `ValidationError`
    """
    try:
        return Config.model_validate(raw, context={**context, "look_up": look_up})
    except ValidationError as error:
        raise ConfigError(where, messages.problems(error, Config, raw)) from None
