"""Raw tables to a frozen, validated configuration; every problem at once, with file and key.

`docs/config.md` explains each key. A *use* is a name with options: `"finetune"`, or `{ use = "finetune", last = 2 }`.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PositiveFloat,
    PositiveInt,
    ValidationError,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)

from relxfer.contract import messages, metrics, user_only
from relxfer.contract.records import Dataset, Executor, Record, SourceModel, TargetAdapter, TransferStrategy, Validator
from relxfer.contract.user_only import UserOnly as UserOnly  # plugins mark fields of their options with it
from relxfer.errors import ConfigError


class Options(BaseModel):
    """Base of every options model: frozen, strict about names. The string below a field says what it means.

    What only the user's own configuration may say (a path; a field marked `UserOnly`) is refused where the options are
    a card's or a run directory's.

    >>> class Mine(Options):
    ...     rate: float = 0.1
    >>> Mine(rate=1).rate
    1.0
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @field_validator("*", mode="wrap")
    @classmethod
    def _as_written(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        """`true` is no number and 1 is not `true`, though Python would take one for the other."""
        made = handler(value)
        user_only.check(cls.model_fields[info.field_name or ""], value, made, info)
        numbers = isinstance(value, int | float) and isinstance(made, int | float)
        if numbers and isinstance(value, bool) != isinstance(made, bool):
            raise ValueError("expected true or false" if isinstance(made, bool) else "expected a number")
        return made


def _existing(path: Path, info: ValidationInfo) -> Path:
    user_only.refuse(str(path), info)  # before anybody looks what is there
    full = Path((info.context or {}).get("folder") or "") / path
    if not os.path.exists(full):  # unlike Path.exists, says no to names that no file system can hold
        raise ValueError(f"there is no file or folder {messages.shown(str(full))}")
    if not os.access(full, os.R_OK):
        raise ValueError(f"expected a file or folder that can be read, got no permission for {str(full)!r}")
    return full.resolve()


def _file(path: Path) -> Path:
    if path.is_dir():
        raise ValueError(f"expected a file, got the folder {str(path)!r}")
    return path


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise ValueError(f"expected a folder, got the file {str(path)!r}")
    return path


#: On a field of options, `Annotated[Path, PLACE]`: where to look, which decides no result by itself; what is found
#: there is hashed under another field. What lies behind every other path is part of the fingerprint.
PLACE = "place"
#: A path in a configuration: relative to the file that holds it, and it must exist.
UserPath = Annotated[Path, AfterValidator(_existing)]
UserFile = Annotated[UserPath, AfterValidator(_file)]
UserFolder = Annotated[UserPath, AfterValidator(_folder)]


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
    def options(self) -> dict[str, Any]:
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


DatasetUse = Annotated[Use, _of(Dataset)]
ModelUse = Annotated[Use, _of(SourceModel)]
AdapterUse = Annotated[Use, _of(TargetAdapter)]
StageUse = Annotated[Use, _of(TransferStrategy)]


class TrainingOptions(Options):
    """The step budget and optimiser of a training phase; equal for scratch and for every strategy."""

    steps: Annotated[int, Field(ge=0)] = 400
    """Optimiser steps of one cell; strategies take shares of it."""
    epochs: PositiveFloat | None = None
    """At most so many passes over the training queries, for small label budgets; unset: `steps` alone decide."""
    batch_size: PositiveInt = 16
    """Queries in a batch, for each stream."""
    batches_per_step: PositiveInt = 1
    """Batches whose gradients are averaged in one step; processes that `torchrun` starts share them out."""
    optimizer: Literal["adamw", "adam", "sgd"] = "adamw"
    """torch.optim's AdamW, Adam or SGD."""
    lr: PositiveFloat = 5e-4
    """Learning rate; a strategy may multiply it by a factor for a group of modules."""
    schedule: Literal["constant", "linear", "cosine"] = "constant"
    """Course of the learning rate over a phase: as it is, or falling to 0 in a line or half a cosine."""
    weight_decay: Annotated[float, Field(ge=0)] = 0.0
    """Weight decay of the optimiser."""
    momentum: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Momentum, for `sgd` only."""
    validations: Annotated[int, Field(ge=0)] = 10
    """Validation points, evenly spaced over the steps; one more precedes the first step. 0: the last step counts."""
    patience: PositiveInt | None = None
    """Stop after so many validation points without improvement; unset: use all steps."""
    checkpoint_seconds: Annotated[float, Field(ge=0)] = 20.0
    """Seconds between checkpoints; the result does not depend on it."""


class SourceConfig(Options):
    """Where knowledge comes from: data to pre-train on, a checkpoint, or a finished run."""

    name: str | None = None
    model: ModelUse | None = None
    datasets: tuple[DatasetUse, ...] = ()
    checkpoint: UserFile | None = None
    weights: str | None = None
    run: UserFolder | None = None
    cell: str | None = None
    continued: bool = False
    stages: tuple[StageUse, ...] = ()
    shared: bool = False
    labels: bool = True
    training: TrainingOptions = TrainingOptions()

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
        if self.cell and not self.run:
            raise ValueError('cell names a cell of a finished run; add run = "..."')
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


class TargetConfig(Options):
    """What is to be predicted: a data set, and how much of its labels may be used."""

    name: str | None = None
    dataset: DatasetUse
    adapter: AdapterUse | None = None
    model: ModelUse | None = None
    label_budgets: Annotated[tuple[Budget, ...], BeforeValidator(_budgets)] = ("all",)
    labels_per: Literal["target", "class"] = "target"
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


class ReportOptions(Options):
    """What the report shows."""

    metric: Literal[metrics.NAMES] | None = None  # type: ignore[valid-type]
    """The metric that decides; default the first of the task (MRR for ranking)."""
    rank_rule: Literal["realistic", "pessimistic", "plain"] = "realistic"
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
    timeout: Annotated[float, Field(gt=0, le=_LONGEST, allow_inf_nan=False)] | None = None
    source: Annotated[tuple[SourceConfig, ...], BeforeValidator(_tables)] = ()
    target: Annotated[tuple[TargetConfig, ...], BeforeValidator(_tables), Field(min_length=1)]
    strategy: Annotated[
        tuple[Annotated[StrategyConfig, _of(TransferStrategy, besides="")], ...], BeforeValidator(_tables)
    ] = ()
    training: TrainingOptions = TrainingOptions()
    validator: Annotated[Use, _of(Validator, besides="auto")] = Use(use="auto")
    executor: Annotated[Use, _of(Executor)] = Use(use="serial")
    report: ReportOptions = ReportOptions()

    @field_validator("seeds")
    @classmethod
    def _distinct(cls, seeds: tuple[int, ...]) -> tuple[int, ...]:
        if len(set(seeds)) != len(seeds):
            raise ValueError(f"expected distinct seeds, got {Counter(seeds).most_common(1)[0][0]} more than once")
        return seeds


def validate(raw: Mapping[str, Any], where: str, context: Mapping[str, Any], look_up: LookUp | None = None) -> Config:
    """The configuration; `ConfigError` holds every problem of its shape, of the names in it and of their options.

    context  `folder`, which paths are relative to; or `stranger`, where nobody may say any (see
             `relxfer.contract.user_only`)
    look_up  finds an offer and validates its options; raises `ValidationError`
    """
    try:
        return Config.model_validate(raw, context={**context, "look_up": look_up})
    except ValidationError as error:
        raise ConfigError(where, messages.problems(error, Config, raw)) from None
