"""Two runs side by side: rows of one source, target, strategy and budget, paired by seed and by query.

B stands against A, which came before: difference = B - A, and all metrics are better when higher.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from relxfer.errors import UnknownName, UsageError
from relxfer.judge import statistics
from relxfer.results import rows
from relxfer.results.results import Results
from relxfer.results.rows import Runs
from relxfer.results.values import stored_values
from relxfer.store import files
from relxfer.store.run_directory import Store

KEY = ("source", "target", "strategy", "budget")
#: What is stored of the questions themselves: equal arrays, equal tests. Scores and ranks are answers.
_QUESTIONS = ("units", "candidates", "answers")


@dataclass(frozen=True)
class Limit:
    """How much worse a metric may become: absolute, or a share of its value in A."""

    metric: str
    tolerance: float
    relative: bool

    @classmethod
    def parse(cls, text: str) -> Limit:
        """`ValueError` where the text is no limit.

        >>> Limit.parse("mrr:1%"), Limit.parse("hits@10:0.02")
        (Limit(metric='mrr', tolerance=0.01, relative=True), Limit(metric='hits@10', tolerance=0.02, relative=False))
        """
        found = re.fullmatch(r"([^:]+):(\d+(?:\.\d*)?|\.\d+)(%?)", text)
        if not found:
            raise ValueError(f"expected METRIC:TOLERANCE, such as mrr:0.01 or mrr:1%, got {text!r}")
        metric, number, percent = found.groups()
        return cls(metric, float(number) / (100 if percent else 1), bool(percent))

    def broken_by(self, compared: Mapping[str, Any]) -> bool:
        """Whether B is worse by more than is allowed, and surely worse: its interval lies below 0."""
        allowed = self.tolerance * (compared["a"] if self.relative else 1)
        return compared["difference"]["estimate"] < -allowed and compared["difference"]["high"] < 0


@dataclass(frozen=True)
class Side:
    """One of the two runs."""

    results: Results

    @property
    def store(self) -> Store:
        return Store(self.results.folder)

    def rows(self) -> dict[tuple, Runs]:
        """The runs of every row, in the order of the report; without an evaluation where none finished."""
        blocks = {(b.source, b.target, b.budget): b for b in rows.blocks(self.results.cells)}
        keys = [tuple(row[name] for name in KEY) for row in self.results.rows]
        return {key: blocks[key[0], key[1], key[3]].runs(key[2]) for key in keys}

    def questions(self, runs: Runs) -> dict[str, Any]:
        """Kind of the task, and what identifies its test queries."""
        arrays, card = files.read_arrays(self.store.evaluation(next(iter(runs.evaluations.values()))))
        return {"kind": card["kind"]} | {name: arrays[name] for name in _QUESTIONS if name in arrays}


def pair(a: Results, b: Results, metrics: Sequence[str] = ()) -> dict[str, Any]:
    """Every row of both runs compared in A's deciding metric and in `metrics`, under A's rank rule; as JSON.

    `UnknownName` for a metric that the task does not have.
    """
    sides = Side(a), Side(b)
    mine, theirs = (side.rows() for side in sides)
    wanted = list(dict.fromkeys([a.metric, *metrics]))
    return {
        "a": str(a.folder),
        "b": str(b.folder),
        "rank_rule": a.ranks_by,
        "rows": [_named(key) | _row(sides, mine[key], theirs[key], wanted) for key in mine if key in theirs],
        "only_a": [_named(key) for key in mine if key not in theirs],
        "only_b": [_named(key) for key in theirs if key not in mine],
    }


def broken(found: Mapping[str, Any], limits: Sequence[Limit]) -> list[dict[str, Any]]:
    """The rows that break a limit, each with the metric in which it does."""
    return [
        {**{name: row[name] for name in KEY}, "metric": limit.metric, **row["metrics"][limit.metric]}
        for row in found["rows"]
        for limit in limits
        if "metrics" in row and limit.broken_by(row["metrics"][limit.metric])
    ]


def require_rows(found: Mapping[str, Any]) -> None:
    """`UsageError` where nothing could be compared: a check that compared nothing must not pass."""
    if not any("metrics" in row for row in found["rows"]):
        why = "; ".join(dict.fromkeys(row["reason"] for row in found["rows"])) or "no row has the same names"
        raise UsageError(
            f"expected rows of the same {', '.join(KEY)} in {found['a']} and {found['b']}, got none that can be "
            f"compared: {why}; name sources and targets alike, and run the same tests"
        )


def _named(key: tuple) -> dict[str, Any]:
    return dict(zip(KEY, key, strict=True))


def _row(sides: tuple[Side, Side], mine: Runs, theirs: Runs, metrics: Sequence[str]) -> dict[str, Any]:
    reason = _not_comparable(sides, mine, theirs)
    if reason:
        return {"reason": reason}
    rule = sides[0].results.rank_rule
    values = [stored_values(side.store, rule) for side in sides]
    found, units = values[0](next(iter(mine.evaluations.values())))
    for metric in set(metrics) - set(found):
        raise UnknownName("metric of this task", metric, found)
    seeds = _common(mine, theirs)
    pairs = {m: (mine.matrix(values[0], m, seeds), theirs.matrix(values[1], m, seeds)) for m in metrics}
    return {
        "seeds": max(len(side) for side in pairs[metrics[0]]),
        "items": len(np.unique(units)),
        "metrics": {metric: _compared(*both, units) for metric, both in pairs.items()},
    }


def _compared(a: np.ndarray, b: np.ndarray, units: np.ndarray) -> dict[str, Any]:
    difference = rows.interval_card(statistics.paired_gain(b, a, units))
    word = "better" if difference["low"] > 0 else "worse" if difference["high"] < 0 else "no difference shown"
    return {"a": float(a.mean()), "b": float(b.mean()), "difference": difference, "verdict": word}


def _common(mine: Runs, theirs: Runs) -> list[int]:
    return [seed for seed in mine.seeds() if seed in theirs.evaluations]


def _not_comparable(sides: tuple[Side, Side], mine: Runs, theirs: Runs) -> str | None:
    """Why two rows of the same names are not about the same thing, or None where they are."""
    for name, runs in (("A", mine), ("B", theirs)):
        if not runs.evaluations:
            return f"no finished run with a test in {name}"
    if not _common(mine, theirs):
        return f"no seed in common: {_listed(mine)} in A, {_listed(theirs)} in B"
    a, b = sides[0].questions(mine), sides[1].questions(theirs)
    if a["kind"] != b["kind"]:
        return f"{a['kind']} in A, {b['kind']} in B"
    if len(a["units"]) != len(b["units"]):
        return f"{len(a['units']):,} test queries in A, {len(b['units']):,} in B"
    if any(not np.array_equal(a[name], b[name]) for name in a if name != "kind"):
        return "other test questions in A than in B"
    return None


def _listed(runs: Runs) -> str:
    return ", ".join(map(str, runs.seeds()))
