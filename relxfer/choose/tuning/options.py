"""The table `[tune]` of a configuration: how many trials, and where options are searched."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PositiveInt, ValidationError

from relxfer.contract import messages
from relxfer.contract.options import Options, Searched
from relxfer.errors import ConfigError


def _searched(value: Any) -> Any:
    return {"choices": value} if isinstance(value, list | tuple) else value


class TuneOptions(Options):
    """How `relxfer tune` chooses options."""

    trials: PositiveInt = 16
    """Trials of each row at each label budget, those of scratch included; the first one is the row as it is written."""
    seeds: PositiveInt = 3
    """Seeds of each trial, whose scores are averaged: the first ones of the run, at most as many as it has."""
    prune: bool = True
    """Stop a trial at a validation point at which its best score is below the median of earlier trials."""
    seed: Annotated[int, Field(ge=0)] = 0
    """Decides which options are tried."""
    space: dict[str, Annotated[Searched, BeforeValidator(_searched)]] = {}
    """Where options are searched: `training.KEY` for all rows that train, and `ROW.KEY` for a single row. A row with
    keys of its own here is searched there and nowhere else; unset: where the plugins say."""


def read(table: Any, where: str, trials: int | None = None) -> TuneOptions:
    """The table `[tune]`.

    where   the name of the configuration in messages
    trials  their number, in place of that in the table

    Raises:
        ConfigError: it is none.
    """
    try:
        made = TuneOptions.model_validate(table)
        return made.model_copy(update={"trials": trials}) if trials else made
    except ValidationError as error:
        raise ConfigError(where, messages.problems(error, TuneOptions, table, "tune")) from None
