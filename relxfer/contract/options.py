"""The base class of options, the types of paths in a configuration, and the training options."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PositiveFloat,
    PositiveInt,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    field_validator,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

from relxfer.contract import messages, only_with, user_only
from relxfer.contract.only_with import ABOVE_0, OnlyWith
from relxfer.contract.plain import Table
from relxfer.contract.user_only import UserOnly as UserOnly  # plugins mark fields of their options with it


class Options(BaseModel):
    """Base of every options model: frozen, and without unknown names. The string below a field documents it.

    Paths and fields marked with `UserOnly` are refused if the options come from a card or a run directory, see
    `relxfer.contract.user_only`. Options without effect are refused too, see `relxfer.contract.only_with`.

    >>> class Mine(Options):
    ...     rate: float = 0.1
    >>> Mine(rate=1).rate
    1.0
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @field_validator("*", mode="wrap")
    @classmethod
    def _as_written(cls, value: Any, handler: ValidatorFunctionWrapHandler, info: ValidationInfo) -> Any:
        """Refuse booleans for numbers and numbers for booleans, which Python would convert into each other."""
        made = handler(value)
        user_only.check(cls.model_fields[info.field_name or ""], value, made, info)
        numbers = isinstance(value, int | float) and isinstance(made, int | float)
        if numbers and isinstance(value, bool) != isinstance(made, bool):
            raise ValueError("expected true or false" if isinstance(made, bool) else "expected a number")
        return made

    @model_validator(mode="after")
    def _without_effect(self, info: ValidationInfo) -> Self:
        if not (info.context or {}).get(only_with.TOLERATED):
            only_with.refuse(self)
        return self


@dataclass(frozen=True)
class Searched:
    """Where `relxfer tune` searches an option, as in `Annotated[float, Searched(low=0.01, high=1, log=True)]`.

    Numbers from `low` to `high`, whole ones where both are, with `log` evenly by the logarithm; or one of `choices`; or
    from the configured value divided by `factor` to that value times `factor`, evenly by the logarithm.

    Raises:
        ValueError: it is none of these.

    >>> Searched(factor=10).around(0.01).low
    0.001
    """

    low: int | float | None = None
    high: int | float | None = None
    log: bool = False
    choices: tuple[Any, ...] = ()
    factor: float | None = None

    __pydantic_config__ = ConfigDict(extra="forbid")

    def __post_init__(self) -> None:
        ends = self.low is not None or self.high is not None
        if [ends, bool(self.choices), self.factor is not None].count(True) != 1:
            raise ValueError("expected low and high, or a list of values, or factor")
        if ends and (self.low is None or self.high is None or self.low >= self.high):
            raise ValueError(f"expected low below high (got low {self.low}, high {self.high})")
        if self.log and (self.low is None or self.low <= 0):
            raise ValueError(f"expected low above 0 with log = true (got {self.low})")
        if None in self.choices:
            raise ValueError("expected values, got none among them; leave the option out to have it unset")
        if self.factor is not None and self.factor <= 1:
            raise ValueError(f"expected a factor above 1 (got {self.factor:g})")

    def around(self, value: Any) -> Searched:
        """The range around a configured value, where it is one of those; raises `ValueError` if that is not above 0."""
        if self.factor is None:
            return self
        if not isinstance(value, int | float) or isinstance(value, bool) or value <= 0:
            raise ValueError(f"expected a number above 0 to search around (got {messages.shown(value)})")
        if isinstance(value, int):
            return Searched(low=max(1, round(value / self.factor)), high=round(value * self.factor) + 1, log=True)
        return Searched(low=value / self.factor, high=value * self.factor, log=True)


def _existing(path: Path, info: ValidationInfo) -> Path:
    user_only.refuse(str(path), info)  # first, so that a stranger's path reveals nothing about this machine
    full = Path((info.context or {}).get("folder") or "") / path
    if not os.path.exists(full):
        full = _moved(path, info) or full
    if not os.path.exists(full):  # Path.exists raises on names that are too long or hold a NUL
        raise ValueError(f"there is no file or folder {messages.shown(str(full))}")
    if not os.access(full, os.R_OK):
        raise ValueError(f"expected a file or folder that can be read, got no permission for {str(full)!r}")
    return full.resolve()


def _moved(path: Path, info: ValidationInfo) -> Path | None:
    """Where an absolute path leads that was moved together with the configuration; None if nothing is there."""
    context = info.context or {}
    if not (context.get("written_in") and path.is_absolute()):
        return None
    there = Path(os.path.normpath(Path(context["folder"]) / os.path.relpath(path, context["written_in"])))
    return there if os.path.exists(there) else None


def _file(path: Path) -> Path:
    if path.is_dir():
        raise ValueError(f"expected a file, got the folder {str(path)!r}")
    return path


def _folder(path: Path) -> Path:
    if not path.is_dir():
        raise ValueError(f"expected a folder, got the file {str(path)!r}")
    return path


#: Marks a field of options, as in `Annotated[Path, PLACE]`, whose content is not part of the fingerprint: a folder in
#: which something is searched that another field covers. The content behind every other path is in the fingerprint.
PLACE = "place"
#: A path in a configuration, relative to the folder of the configuration file; it must exist and be readable.
UserPath = Annotated[Path, AfterValidator(_existing)]
UserFile = Annotated[UserPath, AfterValidator(_file)]
UserFolder = Annotated[UserPath, AfterValidator(_folder)]


#: The key in a JSON Schema for the kind of offer that a use names; `relxfer.declare.config_schema` replaces it by the
#: installed offers.
OFFERED = "x-relxfer-offer"
#: The key of the validation context for the function that finds a strategy and validates its options.
STRATEGIES = "strategies"


class StrategyOption(ABC):
    """The type of an option that is a strategy, written as in `[[strategy]]`: a name, or a table with options.

    It is found and validated with the configuration, and its needs, its seed and its code count as those of the
    strategy that has the option. `tuple[StrategyOption, ...]` is a list of them. Not allowed are a stage, which leaves
    the head untrained, and a prior, which has a model of its own.
    """

    record: Any  # of the strategy
    name: str
    options: Any  # validated

    @abstractmethod
    def build(self) -> Any:
        """The strategy: an object with `transfer(cell)`."""

    @abstractmethod
    def card(self) -> Table:
        """Its name and its options that have an effect, as JSON."""

    @abstractmethod
    def content(self) -> Table:
        """The same for a fingerprint, with digests of files instead of paths."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> CoreSchema:
        written = core_schema.plain_serializer_function_ser_schema(lambda chosen: chosen.card())
        return core_schema.with_info_plain_validator_function(_strategy, serialization=written)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: Any) -> dict[str, Any]:
        return {OFFERED: "strategy"}


def _strategy(value: Any, info: Any) -> Any:
    if isinstance(value, StrategyOption):
        return value
    find = (info.context or {}).get(STRATEGIES)
    if find is None:
        raise ValueError("expected a strategy that a configuration names, got options outside of one")
    chosen = find(value)
    if chosen.record.stage or chosen.record.role == "prior":
        why = "is a stage that leaves the head untrained" if chosen.record.stage else "has a model of its own"
        raise ValueError(f"{chosen.name!r} {why}; name another strategy")
    return chosen


_TRAINS = OnlyWith(steps=ABOVE_0)


class TrainingOptions(Options):
    """The step budget and the optimiser, which are the same for scratch and for every strategy."""

    steps: Annotated[int, Field(ge=0)] = 400
    """Optimiser steps of one cell; a strategy with several phases divides them."""
    epochs: Annotated[PositiveFloat | None, _TRAINS] = None
    """The most passes over the training queries, for small label budgets; unset: `steps` alone decide."""
    batch_size: PositiveInt = 16
    """Queries in a batch of every set of examples that is trained on."""
    balance: Annotated[Literal["sampling", "loss"] | None, _TRAINS] = None
    """Let classes count equally in training, however many labels each has: by drawing each equally often, or by a
    weight w_c = n / (C n_c) of the n_c among n labels of each of C classes. Unset: by their number of labels."""
    batches_per_step: Annotated[PositiveInt, _TRAINS] = 1
    """Batches whose gradients are averaged in one step; processes started by `torchrun` divide them."""
    optimizer: Annotated[Literal["adamw", "adam", "sgd"], _TRAINS] = "adamw"
    """torch.optim's AdamW, Adam or SGD."""
    lr: Annotated[PositiveFloat, _TRAINS, Searched(factor=10)] = 5e-4
    """Learning rate; a strategy may multiply it by a factor for a group of modules."""
    schedule: Annotated[Literal["constant", "linear", "cosine"], _TRAINS] = "constant"
    """Learning rate over a phase: constant, or falling to 0 linearly or along half a cosine."""
    warmup: Annotated[float, Field(ge=0, lt=1), _TRAINS] = 0.0
    """Share of a phase, below 1, in which the learning rate rises linearly to `lr`, before the schedule begins."""
    weight_decay: Annotated[float, Field(ge=0), _TRAINS] = 0.0
    """Weight decay of the optimiser."""
    momentum: Annotated[float, Field(ge=0, lt=1), _TRAINS, OnlyWith(optimizer="sgd")] = 0.0
    """Momentum of SGD."""
    clip_norm: Annotated[PositiveFloat | None, _TRAINS] = None
    """The largest norm of the gradient of an update, over all of its parameters together: a longer one is scaled to
    it; unset: gradients are used as they are."""
    ema: Annotated[Annotated[float, Field(gt=0, lt=1)] | None, _TRAINS] = None
    """Decay of a moving average of the weights over the steps of a phase, above 0 and below 1: it is the average that
    is validated and kept. Unset: the weights themselves."""
    validations: Annotated[int, Field(ge=0), _TRAINS] = 10
    """Validation points, evenly spaced over the steps; one more precedes the first step. 0: the last step counts."""
    patience: Annotated[PositiveInt | None, _TRAINS, OnlyWith(validations=ABOVE_0)] = None
    """Stop after this number of validation points without improvement; unset: use all steps."""
    checkpoint_seconds: Annotated[float, Field(ge=0), _TRAINS] = 20.0
    """Seconds between checkpoints; the result does not depend on it."""
