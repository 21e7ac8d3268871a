"""TOML to a frozen, validated configuration; every problem at once, with file and key.

`docs/config.md` explains each key. A *use* is a name with options: `"finetune"`, or `{ use = "finetune", last = 2 }`.
"""

from __future__ import annotations

import re
import tomllib
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
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
    field_validator,
    model_validator,
)

from relxfer import metrics, shipped
from relxfer.errors import ConfigError, Problem, did_you_mean


class Options(BaseModel):
    """Base of every options model: frozen, strict about names. The string below a field says what it means.

    >>> class Mine(Options):
    ...     rate: float = 0.1
    >>> Mine(rate=1).rate
    1.0
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


def _existing(path: Path, info: ValidationInfo) -> Path:
    folder = (info.context or {}).get("folder")
    full = path if folder is None or path.is_absolute() else Path(folder) / path
    if not full.exists():
        raise ValueError(f"there is no file or folder {str(full)!r}")
    return full.resolve()


#: A path in a configuration: relative to the file that holds it, and it must exist.
UserPath = Annotated[Path, AfterValidator(_existing)]


class Use(BaseModel):
    """A plugin offer by name, with its options as further keys."""

    model_config = ConfigDict(extra="allow", frozen=True)
    use: str

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: Any) -> Any:
        return {"use": value} if isinstance(value, str) else value

    @property
    def options(self) -> dict[str, Any]:
        return dict(self.model_extra or {})


class TrainingOptions(Options):
    """The step budget and optimiser of a training phase; equal for scratch and for every strategy."""

    steps: Annotated[int, Field(ge=0)] = 400
    """Optimiser steps of one cell; strategies take shares of it."""
    epochs: PositiveFloat | None = None
    """At most so many passes over the training queries, for small label budgets; unset: `steps` alone decide."""
    batch_size: PositiveInt = 16
    """Queries in a batch, for each stream."""
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
    model: Use | None = None
    datasets: tuple[Use, ...] = ()
    checkpoint: UserPath | None = None
    run: UserPath | None = None
    cell: str | None = None
    stages: tuple[Use, ...] = ()
    shared: bool = False
    training: TrainingOptions = TrainingOptions()

    @model_validator(mode="after")
    def _one_origin(self) -> SourceConfig:
        if self.checkpoint and self.run:
            raise ValueError("expected checkpoint or run, got both; keep one of them")
        if not (self.datasets or self.checkpoint or self.run):
            raise ValueError("expected datasets, checkpoint or run; name what to learn from")
        if self.cell and not self.run:
            raise ValueError('cell names a cell of a finished run; add run = "..."')
        return self


def _budgets(value: Any) -> Any:
    return [value] if isinstance(value, int | str) else value


Budget = Annotated[int, Field(ge=0, strict=True)] | Literal["all"]


class TargetConfig(Options):
    """What is to be predicted: a data set, and how much of its labels may be used."""

    name: str | None = None
    dataset: Use
    adapter: Use | None = None
    model: Use | None = None
    label_budgets: Annotated[tuple[Budget, ...], BeforeValidator(_budgets)] = ("all",)
    observed_fraction: Annotated[float, Field(gt=0, le=1)] | None = None

    @field_validator("label_budgets")
    @classmethod
    def _with_all(cls, budgets: tuple[Budget, ...]) -> tuple[Budget, ...]:
        numbers = sorted({b for b in budgets if b != "all"})
        return (*numbers, "all")


class StrategyConfig(Use):
    """A transfer strategy, or `stages` of them, with a label of its own if you want."""

    use: str = ""
    name: str | None = None
    stages: tuple[Use, ...] = ()

    @model_validator(mode="after")
    def _use_or_stages(self) -> StrategyConfig:
        if bool(self.use) == bool(self.stages):
            raise ValueError('expected use = "..." or stages = [...], one of the two')
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


#: More seeds than anybody runs; beyond it a number is a slip of the keyboard.
_MOST_SEEDS = 10_000


def _seeds(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return value
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _MOST_SEEDS:
        raise ValueError(f"expected a number of seeds from 1 to {_MOST_SEEDS:,}, or a list of them")
    return tuple(range(value))


def _tables(value: Any) -> Any:
    return [value] if isinstance(value, Mapping) else value


class Config(Options):
    """One experiment."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")] = "run"
    seeds: Annotated[
        tuple[Annotated[int, Field(ge=0, strict=True)], ...], BeforeValidator(_seeds), Field(min_length=1)
    ] = (0,)
    device: Literal["auto", "cpu", "cuda"] = "auto"
    threads: Annotated[int, Field(ge=1, le=4096)] | None = None
    timeout: PositiveFloat | None = None
    source: Annotated[tuple[SourceConfig, ...], BeforeValidator(_tables)] = ()
    target: Annotated[tuple[TargetConfig, ...], BeforeValidator(_tables), Field(min_length=1)]
    strategy: Annotated[tuple[StrategyConfig, ...], BeforeValidator(_tables)] = ()
    training: TrainingOptions = TrainingOptions()
    validator: Use = Use(use="auto")
    executor: Use = Use(use="serial")
    report: ReportOptions = ReportOptions()

    @field_validator("seeds")
    @classmethod
    def _distinct(cls, seeds: tuple[int, ...]) -> tuple[int, ...]:
        if len(set(seeds)) != len(seeds):
            raise ValueError("expected distinct seeds")
        return seeds


def read(source: str | Path | Mapping[str, Any], changes: Sequence[str] = ()) -> tuple[dict[str, Any], str, Path]:
    """The raw tables of a TOML file (or a mapping), with `key=value` changes; also its name and folder."""
    if isinstance(source, Mapping):
        raw, where, folder = dict(source), "(config)", Path.cwd()
    else:
        path = shipped.locate(Path(source))
        raw, where, folder = _parse(path), str(source), path.resolve().parent
    for change in changes:
        raw = _changed(raw, change)
    return raw, where, folder


def validate(raw: Mapping[str, Any], where: str, folder: Path) -> tuple[Config | None, list[Problem]]:
    """The configuration, or None with every problem of its shape."""
    try:
        return Config.model_validate(raw, context={"folder": folder}), []
    except ValidationError as error:
        return None, problems(error, Config)


def problems(error: ValidationError, model: type[BaseModel], prefix: str = "") -> list[Problem]:
    """pydantic's errors in our words: expected, got, did you mean."""
    found: dict[str, Problem] = {}
    for item in error.errors():
        key = f"{prefix}.{_key(item['loc'])}".strip(".")
        found.setdefault(key + item["type"], Problem(key, _message(item, model)))
    return list(found.values())


def _message(item: Any, model: type[BaseModel]) -> str:
    if item["type"] == "extra_forbidden":
        known = _fields_at(model, item["loc"][:-1])
        return f"unknown key: {did_you_mean(str(item['loc'][-1]), known)}"
    if item["type"] == "missing":
        return "this key is needed"
    message = re.sub(r"^(Value error, |Assertion failed, )", "", item["msg"])
    message = re.sub(r"^\w+ should (be|have) ", "expected ", message).replace("valid tuple", "list")
    message = re.sub(r"^\w+ should ", "expected to ", message)
    if isinstance(item["input"], str | int | float | bool | None) and "got" not in message:
        return f"{message} (got {item['input']!r})"
    return message


def _fields_at(model: type[BaseModel], loc: Sequence[Any]) -> Iterable[str]:
    for step in loc:
        if isinstance(step, int) or step not in model.model_fields:
            continue
        inner = next(_models(model.model_fields[step].annotation), None)
        if inner is None:
            return []
        model = inner
    return model.model_fields


def _models(annotation: Any) -> typing.Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        if issubclass(annotation, BaseModel):
            yield annotation
        return
    for argument in typing.get_args(annotation):
        yield from _models(argument)


def _key(loc: Sequence[Any]) -> str:
    """`("strategy", 0, "lr")` as `strategy[0].lr`; the names pydantic adds for unions are left out."""
    text = ""
    for step in loc:
        if isinstance(step, int):
            text += f"[{step}]"
        elif re.fullmatch(r"[A-Za-z0-9_.-]+", str(step)) and str(step) not in ("constrained-int",):
            text += f".{step}" if text else str(step)
    return text


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        raise ConfigError(str(path), [Problem("", "there is no such file")]) from None
    except OSError as error:
        raise ConfigError(str(path), [Problem("", f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        raise ConfigError(str(path), [Problem("", f"expected UTF-8 text (byte {error.start} is not)")]) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ConfigError(str(path), [Problem("", f"not valid TOML: {error}")]) from None


def _changed(raw: dict[str, Any], change: str) -> dict[str, Any]:
    key, equals, text = change.partition("=")
    if not equals or not key.strip():
        raise ConfigError("--set", [Problem(change, "expected key=value, such as training.steps=100")])
    return _put(raw, key.strip().split("."), _value(text), change)


def _value(text: str) -> Any:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def _put(below: Any, path: Sequence[str], value: Any, change: str) -> Any:
    if not path:
        return value
    if isinstance(below, list):
        if not path[0].isdigit() or int(path[0]) >= len(below):
            raise ConfigError("--set", [Problem(change, f"expected an index below {len(below)} (got {path[0]!r})")])
        index = int(path[0])
        return [_put(item, path[1:], value, change) if i == index else item for i, item in enumerate(below)]
    if below is not None and not isinstance(below, Mapping):
        raise ConfigError("--set", [Problem(change, f"{path[0]!r} lies below a plain value")])
    table = dict(below or {})
    table[path[0]] = _put(table.get(path[0]), path[1:], value, change)
    return table
