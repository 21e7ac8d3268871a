"""Two runs side by side: rows of one source, target, strategy and budget, paired by seed and by query.

B stands against A, which came before: difference = B - A, and all metrics are better when higher.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np

from relxfer.errors import UnknownName, UsageError
from relxfer.judge import statistics
from relxfer.judge.records import Interval
from relxfer.results import rows
from relxfer.results.records import Budget
from relxfer.results.results import Results
from relxfer.results.rows import Runs
from relxfer.results.values import stored_values
from relxfer.store import files
from relxfer.store.json_text import JsonObject

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

    def broken_by(self, compared: Compared) -> bool:
        """Whether B is worse by more than is allowed, and surely worse: its interval lies below 0."""
        allowed = self.tolerance * (compared.a if self.relative else 1)
        return compared.difference.estimate < -allowed and compared.difference.high < 0


@dataclass(frozen=True)
class Named:
    """What rows of two runs have in common where they are about the same."""

    source: str | None
    target: str
    strategy: str
    budget: Budget


@dataclass(frozen=True)
class Compared:
    """A metric in both runs: means, the difference B - A with its interval, and what the interval says."""

    a: float
    b: float
    difference: Interval
    verdict: str

    @classmethod
    def of(cls, a: np.ndarray, b: np.ndarray, units: np.ndarray) -> Compared:
        """Values [S, n] of both sides, and units [n]."""
        difference = statistics.paired_gain(b, a, units)
        verdict = "better" if difference.low > 0 else "worse" if difference.high < 0 else "no difference shown"
        return cls(float(a.mean()), float(b.mean()), difference, verdict)


@dataclass(frozen=True)
class ComparedRow(Named):
    """A row that is in both runs.

    reason  why the two cannot be compared; nothing where they are
    seeds   seeds that finished in both
    items   units of the test
    """

    reason: str = ""
    seeds: int = 0
    items: int = 0
    metrics: Mapping[str, Compared] = field(default_factory=dict)


@dataclass(frozen=True)
class Worse(Named):
    """A row that breaks a limit, and the metric in which it does."""

    metric: str
    compared: Compared


@dataclass(frozen=True)
class ComparedRuns:
    """Two runs side by side; `a` and `b` are their folders."""

    a: str
    b: str
    rank_rule: str | None
    rows: tuple[ComparedRow, ...]
    only_a: tuple[Named, ...]
    only_b: tuple[Named, ...]

    @property
    def comparable(self) -> list[ComparedRow]:
        return [row for row in self.rows if row.metrics]

    def worse(self, limits: Sequence[Limit]) -> list[Worse]:
        """The rows that break a limit."""
        return [
            Worse(row.source, row.target, row.strategy, row.budget, limit.metric, row.metrics[limit.metric])
            for row in self.comparable
            for limit in limits
            if limit.broken_by(row.metrics[limit.metric])
        ]

    def require_rows(self) -> None:
        """`UsageError` where nothing could be compared: a check that compared nothing must not pass."""
        if not self.comparable:
            why = "; ".join(dict.fromkeys(row.reason for row in self.rows)) or "no row has the same names"
            raise UsageError(
                f"expected rows of the same source, target, strategy, budget in {self.a} and {self.b}, got none that "
                f"can be compared: {why}; name sources and targets alike, and run the same tests"
            )

    def card(self, worse: Sequence[Worse]) -> JsonObject:
        """As JSON, with the rows that break a limit."""
        return {**asdict(self), "worse": [asdict(row) for row in worse]}


@dataclass(frozen=True)
class Questions:
    """Kind of a task, and what identifies its test queries."""

    kind: str
    arrays: Mapping[str, np.ndarray]

    def differ(self, other: Questions) -> bool:
        return any(not np.array_equal(array, other.arrays[name]) for name, array in self.arrays.items())


@dataclass(frozen=True)
class Side:
    """One of the two runs."""

    results: Results

    def rows(self) -> dict[Named, Runs]:
        """The runs of every row, in the order of the report; without an evaluation where none finished."""
        blocks = {(b.source, b.target, b.budget): b for b in rows.blocks(self.results.cells)}
        names = [Named(row.source, row.target, row.strategy, row.budget) for row in self.results.rows]
        return {name: blocks[name.source, name.target, name.budget].runs(name.strategy) for name in names}

    def questions(self, runs: Runs) -> Questions:
        arrays, card = files.read_arrays(self.results.store.evaluation(runs.any()))
        return Questions(card["kind"], {name: arrays[name] for name in _QUESTIONS if name in arrays})


def pair(a: Results, b: Results, metrics: Sequence[str] = ()) -> ComparedRuns:
    """Every row of both runs compared in A's deciding metric and in `metrics`, under A's rank rule.

    `UnknownName` for a metric that the task does not have.
    """
    sides = Side(a), Side(b)
    mine, theirs = (side.rows() for side in sides)
    wanted = list(dict.fromkeys([a.metric, *metrics]))
    return ComparedRuns(
        a=str(a.folder),
        b=str(b.folder),
        rank_rule=a.ranks_by,
        rows=tuple(_row(sides, name, mine[name], theirs[name], wanted) for name in mine if name in theirs),
        only_a=tuple(name for name in mine if name not in theirs),
        only_b=tuple(name for name in theirs if name not in mine),
    )


def _row(sides: tuple[Side, Side], name: Named, mine: Runs, theirs: Runs, metrics: Sequence[str]) -> ComparedRow:
    if reason := _not_comparable(sides, mine, theirs):
        return ComparedRow(**vars(name), reason=reason)
    rule = sides[0].results.rank_rule
    ours, others = (stored_values(side.results.store, rule) for side in sides)
    found, units = ours(mine.any())
    for metric in set(metrics) - set(found):
        raise UnknownName("metric of this task", metric, found)
    seeds = mine.common(theirs)
    pairs = {m: (mine.matrix(ours, m, seeds), theirs.matrix(others, m, seeds)) for m in metrics}
    return ComparedRow(
        **vars(name),
        seeds=max(len(side) for side in pairs[metrics[0]]),
        items=len(np.unique(units)),
        metrics={metric: Compared.of(*both, units) for metric, both in pairs.items()},
    )


def _not_comparable(sides: tuple[Side, Side], mine: Runs, theirs: Runs) -> str | None:
    """Why two rows of the same names are not about the same thing, or None where they are."""
    for name, runs in (("A", mine), ("B", theirs)):
        if not runs.evaluations:
            return f"no finished run with a test in {name}"
    if not mine.common(theirs):
        return f"no seed in common: {_listed(mine)} in A, {_listed(theirs)} in B"
    a, b = sides[0].questions(mine), sides[1].questions(theirs)
    if a.kind != b.kind:
        return f"{a.kind} in A, {b.kind} in B"
    if len(a.arrays["units"]) != len(b.arrays["units"]):
        return f"{len(a.arrays['units']):,} test queries in A, {len(b.arrays['units']):,} in B"
    return "other test questions in A than in B" if a.differ(b) else None


def _listed(runs: Runs) -> str:
    return ", ".join(map(str, runs.seeds()))
