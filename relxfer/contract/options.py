"""Options of offers: frozen pydantic models that say what each option means, and what only the user may say."""

from __future__ import annotations

import os
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

from relxfer.contract import messages, only_with, user_only
from relxfer.contract.only_with import ABOVE_0, OnlyWith
from relxfer.contract.user_only import UserOnly as UserOnly  # plugins mark fields of their options with it


class Options(BaseModel):
    """Base of every options model: frozen, strict about names. The string below a field says what it means.

    What only the user's own configuration may say (a path; a field marked `UserOnly`) is refused where the options are
    a card's or a run directory's. An option that could do nothing (see `relxfer.contract.only_with`) is refused too.

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

    @model_validator(mode="after")
    def _act(self, info: ValidationInfo) -> Self:
        if not (info.context or {}).get(only_with.TOLERATED):
            only_with.refuse(self)
        return self


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


_TRAINS = OnlyWith(steps=ABOVE_0)


class TrainingOptions(Options):
    """The step budget and optimiser of a training phase; equal for scratch and for every strategy."""

    steps: Annotated[int, Field(ge=0)] = 400
    """Optimiser steps of one cell; strategies take shares of it."""
    epochs: Annotated[PositiveFloat | None, _TRAINS] = None
    """At most so many passes over the training queries, for small label budgets; unset: `steps` alone decide."""
    batch_size: PositiveInt = 16
    """Queries in a batch, for each stream."""
    batches_per_step: Annotated[PositiveInt, _TRAINS] = 1
    """Batches whose gradients are averaged in one step; processes that `torchrun` starts share them out."""
    optimizer: Annotated[Literal["adamw", "adam", "sgd"], _TRAINS] = "adamw"
    """torch.optim's AdamW, Adam or SGD."""
    lr: Annotated[PositiveFloat, _TRAINS] = 5e-4
    """Learning rate; a strategy may multiply it by a factor for a group of modules."""
    schedule: Annotated[Literal["constant", "linear", "cosine"], _TRAINS] = "constant"
    """Course of the learning rate over a phase: as it is, or falling to 0 in a line or half a cosine."""
    weight_decay: Annotated[float, Field(ge=0), _TRAINS] = 0.0
    """Weight decay of the optimiser."""
    momentum: Annotated[float, Field(ge=0, lt=1), _TRAINS, OnlyWith(optimizer="sgd")] = 0.0
    """Momentum of SGD."""
    validations: Annotated[int, Field(ge=0), _TRAINS] = 10
    """Validation points, evenly spaced over the steps; one more precedes the first step. 0: the last step counts."""
    patience: Annotated[PositiveInt | None, _TRAINS, OnlyWith(validations=ABOVE_0)] = None
    """Stop after so many validation points without improvement; unset: use all steps."""
    checkpoint_seconds: Annotated[float, Field(ge=0), _TRAINS] = 20.0
    """Seconds between checkpoints; the result does not depend on it."""
