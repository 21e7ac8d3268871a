"""Stored values of test queries."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from relxfer.judge.scoring import Scored
from relxfer.results.runs import Values
from relxfer.store import files
from relxfer.store.run_directory import Store


def stored_values(store: Store, rule: str) -> Values:
    """A function from an evaluation id to the values of its queries under a rank rule; each file is read once."""

    @cache
    def values(evaluation: str) -> tuple[Mapping[str, np.ndarray], np.ndarray]:
        arrays, card = files.read_arrays(store.evaluation(evaluation))
        units = arrays.pop("units")
        return Scored.from_arrays(card["kind"], arrays).values(rule), units

    return values
