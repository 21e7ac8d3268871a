"""Tuning in a configuration: the table `[tune]`, and how options of a row were chosen, which results hold too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, JsonValue, PositiveInt, WithJsonSchema

from relxfer.contract.options import Options, Searched


def _searched(value: Any) -> Any:
    return {"choices": value} if isinstance(value, list | tuple) else value


#: How it may be written: a list of values, or a table.
_WRITTEN = {
    "anyOf": [
        {"type": "array", "minItems": 1},
        {
            "type": "object",
            "properties": {
                **{key: {"type": "number"} for key in ("low", "high", "factor")},
                "log": {"type": "boolean"},
                "choices": {"type": "array", "minItems": 1},
            },
            "additionalProperties": False,
        },
    ]
}


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
    space: dict[str, Annotated[Searched, BeforeValidator(_searched), WithJsonSchema(_WRITTEN)]] = {}
    """Where options are searched: `training.KEY` for all rows that train, and `ROW.KEY` for a single row. A row with
    keys of its own here is searched there and nowhere else; unset: where the plugins say."""


def _budget(value: Any) -> Any:
    if value == "all" or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    raise ValueError('expected a whole number from 0 on, or "all"')


Budget = Annotated[int | str, BeforeValidator(_budget)]


class TunedConfig(Options):
    """Options of a row at one label budget of a target, as `relxfer tune` chose them."""

    source: str | None = None
    target: str
    budget: Budget
    changes: dict[str, Any]
    """Keys of the row with dots, such as `training.lr`, and their values."""
    trials: PositiveInt
    """How many trials they were chosen among."""
    selected_by: str
    """The validator whose scores chose them, or the vote of several."""
    source_first: bool = False
    """Whether the source unchanged ranks above all of the trials."""


@dataclass(frozen=True)
class Choice:
    """How options of a row were chosen.

    changes       those that were chosen, by their keys in the row
    trials        how many trials they were chosen among
    selected_by   the validator whose scores chose them, or the vote of several
    source_first  whether the source unchanged ranks above all of the trials
    """

    changes: Mapping[str, JsonValue]
    trials: int
    selected_by: str
    source_first: bool = False
