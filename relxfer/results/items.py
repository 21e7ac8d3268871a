"""The values of single test items, for tables by class, by group or by tag."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from relxfer.errors import UsageError
from relxfer.results.frames import Value
from relxfer.results.records import Row
from relxfer.results.runs import Runs, Seeds
from relxfer.results.values import Evaluated, Values


def columns(row: Row, runs: Runs, values: Values, metric: str) -> dict[str, Sequence[Value]]:
    """Columns of the test items of a row: `item`, `group`, `tag: NAME` and `seed N`, or `seed N, source seed M`.

    An item is one line; if its queries differ in a tag, it has a line for each value. A value is the mean over the
    queries of the line. `group` is there if the data set has groups.

    Raises:
        UsageError: no run finished with a test, or the metric is undefined.
    """
    if not runs.evaluations:
        raise UsageError(
            f"expected a finished run of {row.strategy!r} with a test, got none; `relxfer report` says why"
        )
    undefined = runs.undefined(values)
    if metric in undefined:
        raise UsageError(f"expected a value of {metric} for each item, got none: {undefined[metric]}; name another one")
    first = values(runs.any())
    rows, lines = _lines(first)
    made: dict[str, Sequence[Value]] = {"item": [first.name(unit) for unit in first.units[rows].tolist()]}
    if first.groups is not None:
        made["group"] = first.groups[rows].tolist()
    made |= {f"tag: {name}": of[rows].tolist() for name, of in first.tags.items()}
    several = len(runs.evaluations) > len(runs.seeds())
    for key in sorted(runs.evaluations, key=lambda key: (key[1], key[0] or 0)):
        made[_named(key, several)] = _means(values(runs.evaluations[key]), metric, lines)
    return made


def _lines(evaluated: Evaluated) -> tuple[np.ndarray, np.ndarray]:
    """[m] int: the first query of every line, in the order of the test; and [n] int: the line of every query."""
    codes = [np.unique(of, return_inverse=True)[1].reshape(-1) for of in (evaluated.units, *evaluated.tags.values())]
    _, first, line = np.unique(np.stack(codes, 1), axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    return first[order], np.argsort(order)[line.reshape(-1)]


def _named(key: Seeds, several: bool) -> str:
    """The name of the column of a run; `several`: there are several pre-trainings for a seed."""
    source, seed = key
    return f"seed {seed}" + f", source seed {source}" * several


def _means(evaluated: Evaluated, metric: str, lines: np.ndarray) -> list[float]:
    of = evaluated.measured.values[metric]
    return (np.bincount(lines, of) / np.bincount(lines)).tolist()
