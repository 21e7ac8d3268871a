"""Per-query values of the cells of a run, as they were stored."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from relxfer.judge.scoring import Scored
from relxfer.results import rows
from relxfer.store import files
from relxfer.store.run_directory import Store


def stored_values(store: Store, rule: str) -> rows.Values:
    """Per-query values by evaluation id, read once."""

    @cache
    def values(evaluation: str) -> tuple[Mapping[str, np.ndarray], np.ndarray]:
        arrays, card = files.read_arrays(store.evaluation(evaluation))
        units = arrays.pop("units")
        return Scored.from_arrays(card["kind"], arrays).values(rule), units

    return values
