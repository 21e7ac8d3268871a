"""Comparing two runs: rows with the same source, target, strategy and budget are paired by seed and by query.

A is the earlier run, and a difference is B - A, in the direction of the metric: it is positive where B is better.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np

from relxfer.errors import UsageError
from relxfer.judge import family
from relxfer.judge.intervals import Comparison
from relxfer.judge.records import Interval, SystemVerdict
from relxfer.judge.scoring import Scorer
from relxfer.results import rows, verdicts
from relxfer.results.comparing.tolerance import Tolerance
from relxfer.results.records import Budget, MetricSummary
from relxfer.results.results import Results
from relxfer.results.runs import Runs, common
from relxfer.results.values import Values, stored_values
from relxfer.store import files
from relxfer.store.json_text import JsonObject

#: Stored arrays that identify the test queries; if they are equal, the tests are. Others depend on the answers.
_QUESTIONS = ("units", "candidates", "answers")


@dataclass(frozen=True)
class Limit:
    """How much worse a metric may become.

    tolerance  how much
    """

    metric: str
    tolerance: Tolerance

    @classmethod
    def parse(cls, text: str) -> Limit:
        """Read METRIC:TOLERANCE.

        Raises:
            ValueError: the text has another form.

        >>> Limit.parse("mrr:1%").tolerance
        Tolerance(amount=0.01, relative=True)
        """
        metric, _, tolerance = text.partition(":")
        try:
            return cls(metric, Tolerance.parse(tolerance if metric else ""))
        except ValueError:
            raise ValueError(f"expected METRIC:TOLERANCE, such as mrr:0.01 or mrr:1%, got {text!r}") from None

    def broken_by(self, compared: Compared) -> bool:
        """Whether B is worse by more than the tolerance, and the interval of the difference lies below 0."""
        return self.tolerance.broken_by(compared.a, compared.difference)


@dataclass(frozen=True)
class Named:
    """The names of a row, by which rows of two runs are matched."""

    source: str | None
    target: str
    strategy: str
    budget: Budget


@dataclass(frozen=True)
class Compared:
    """A metric in both runs.

    a, b        means
    difference  B - A, or A - B in a metric of which less is better, with its interval
    verdict     of B beside A; None where there can be none
    p           by the same model as the interval
    reason      why there is no verdict; empty if there is one
    direction   of the metric: whether "higher" or "lower" is better
    """

    a: float
    b: float
    difference: Interval
    verdict: SystemVerdict | None
    p: float
    reason: str = ""
    direction: str = "higher"

    @classmethod
    def of(cls, a: verdicts.Side, b: verdicts.Side, metric: MetricSummary) -> Compared:
        """Compare two sides in a metric; each verdict is at 5 % by itself."""
        grid = common(a.runs, b.runs)
        assert grid is not None
        made = verdicts.Pairing(metric).compare(b, a, "A", ())
        compared = Comparison.alone(made.squares)
        question = family.Question((compared,), metric.minimal_effect, no_verdict=made.no_verdict)
        (answer,) = family.answers([question])
        standing = SystemVerdict.of(answer.verdict) if answer.verdict else None
        ours, theirs = (float(side.at(grid, metric.name).mean()) for side in (a, b))
        return cls(ours, theirs, compared.interval(), standing, answer.p, made.no_verdict, metric.direction)


@dataclass(frozen=True)
class ComparedRow(Named):
    """A row that both runs have.

    reason   why the two cannot be compared; empty if they are
    seeds    number of seeds that finished in both
    items    number of units of the test
    metrics  metric -> its comparison
    pretrainings  number of pre-trainings, each of which has all seeds; None if there is one for each seed, or none
    """

    reason: str = ""
    seeds: int = 0
    items: int = 0
    pretrainings: int | None = None
    metrics: Mapping[str, Compared] = field(default_factory=dict)


@dataclass(frozen=True)
class Worse(Named):
    """A row that breaks a limit, with the metric in question."""

    metric: str
    compared: Compared


@dataclass(frozen=True)
class ComparedRuns:
    """The comparison of two runs.

    a, b            their folders
    rank_rule       under which ranks were counted in both; None if nothing is ranked
    rows            rows that both have
    only_a, only_b  rows that only one has
    """

    a: str
    b: str
    rank_rule: str | None
    rows: tuple[ComparedRow, ...]
    only_a: tuple[Named, ...]
    only_b: tuple[Named, ...]

    @property
    def comparable(self) -> list[ComparedRow]:
        """The rows that could be compared."""
        return [row for row in self.rows if row.metrics]

    def worse(self, limits: Sequence[Limit]) -> list[Worse]:
        """The rows that break a limit."""
        return [
            Worse(row.source, row.target, row.strategy, row.budget, limit.metric, row.metrics[limit.metric])
            for row in self.comparable
            for limit in limits
            if limit.metric in row.metrics and limit.broken_by(row.metrics[limit.metric])
        ]

    def require_rows(self, limits: Sequence[Limit] = ()) -> None:
        """Check that any row was compared, because a regression check that compared nothing must not pass.

        Raises:
            UsageError: no row could be compared, or none in the metric of a limit.
        """
        compared = {metric for row in self.comparable for metric in row.metrics}
        if not self.comparable or any(limit.metric not in compared for limit in limits):
            why = (
                "; ".join(dict.fromkeys(filter(None, (row.reason for row in self.rows)))) or "no row has the same names"
            )
            raise UsageError(
                f"expected rows with the same source, target, strategy and budget in {self.a} and {self.b}, got none "
                f"that can be compared: {why}; give sources and targets the same names, and use the same tests"
            )

    def card(self, worse: Sequence[Worse]) -> JsonObject:
        """As JSON, with the rows that break a limit."""
        return {**asdict(self), "worse": [asdict(row) for row in worse]}


@dataclass(frozen=True)
class Questions:
    """The kind of a task, and the arrays that identify its test queries."""

    kind: str
    arrays: Mapping[str, np.ndarray]

    def differ(self, other: Questions) -> bool:
        return any(not np.array_equal(array, other.arrays[name]) for name, array in self.arrays.items())


@dataclass(frozen=True)
class Side:
    """One of the two runs of a comparison."""

    results: Results
    scorer: Scorer

    def rows(self) -> dict[Named, Runs]:
        """The runs of every row, in the order of the report; they have no evaluations if no seed finished."""
        blocks = {(b.source, b.target, b.budget): b for b in rows.blocks(self.results.cells)}
        names = [Named(row.source, row.target, row.strategy, row.budget) for row in self.results.rows]
        return {name: blocks[name.source, name.target, name.budget].runs(name.strategy) for name in names}

    def side(self, name: Named, runs: Runs, values: Values) -> verdicts.Side:
        """A row as a side of a comparison."""
        fixed = {(row.place, row.strategy) for row in self.results.rows if row.deterministic}
        return verdicts.Side(runs, values, ((name.source, name.target, name.budget), name.strategy) in fixed)

    def questions(self, runs: Runs) -> Questions:
        arrays, card = files.read_arrays(self.results.store.evaluation(runs.any()))
        return Questions(card["kind"], {name: arrays[name] for name in _QUESTIONS if name in arrays})


def pair(a: Results, b: Results, scorer: Scorer, metrics: Sequence[str] = ()) -> ComparedRuns:
    """Compare two runs in the deciding metrics of A and in `metrics`, under the rank rule of A.

    A row is compared in those of `metrics` that the task of its target has.

    Raises:
        UnknownName: no target of A has one of the metrics.
    """
    for metric in metrics:
        a.require_metric(metric)
    sides = Side(a, scorer), Side(b, scorer)
    mine, theirs = (side.rows() for side in sides)
    return ComparedRuns(
        a=str(a.folder),
        b=str(b.folder),
        rank_rule=a.ranks_by,
        rows=tuple(_row(sides, name, mine[name], theirs[name], metrics) for name in mine if name in theirs),
        only_a=tuple(name for name in mine if name not in theirs),
        only_b=tuple(name for name in theirs if name not in mine),
    )


def _row(sides: tuple[Side, Side], name: Named, mine: Runs, theirs: Runs, metrics: Sequence[str]) -> ComparedRow:
    if reason := _not_comparable(sides, mine, theirs):
        return ComparedRow(**vars(name), reason=reason)
    results = sides[0].results
    ours, others = (stored_values(side.results.store, results.rank_rule, side.scorer) for side in sides)
    there = results.targets[name.target].metrics
    summaries = {m.name: m for m in there if m.name in {there[0].name, *metrics}}
    undefined = mine.undefined(ours) | theirs.undefined(others)
    if missing := [metric for metric in summaries if metric in undefined]:
        return ComparedRow(**vars(name), reason=f"{missing[0]} is undefined: {undefined[missing[0]]}")
    grid, evaluated = common(mine, theirs), ours(mine.any())
    assert grid is not None
    pair = sides[0].side(name, mine, ours), sides[1].side(name, theirs, others)
    shape = np.broadcast_shapes(*(side.at(grid, there[0].name).shape for side in pair))
    return ComparedRow(
        **vars(name),
        seeds=shape[-2],
        pretrainings=shape[0] if len(shape) == 3 else None,
        items=len(np.unique(evaluated.units)),
        metrics={m: Compared.of(*pair, summary) for m, summary in summaries.items()},
    )


def _not_comparable(sides: tuple[Side, Side], mine: Runs, theirs: Runs) -> str | None:
    """Why two rows with the same names cannot be compared; None if they can."""
    for name, runs in (("A", mine), ("B", theirs)):
        if not runs.evaluations:
            return f"no finished run with a test in {name}"
    if common(mine, theirs) is None:
        return f"no seed in common: {_listed(mine)} in A, {_listed(theirs)} in B"
    a, b = sides[0].questions(mine), sides[1].questions(theirs)
    if a.kind != b.kind:
        return f"{a.kind} in A, {b.kind} in B"
    if len(a.arrays["units"]) != len(b.arrays["units"]):
        return f"{len(a.arrays['units']):,} test queries in A, {len(b.arrays['units']):,} in B"
    return "other test questions in A than in B" if a.differ(b) else None


def _listed(runs: Runs) -> str:
    seeds, sources = (", ".join(map(str, each)) for each in (runs.seeds(), runs.source_seeds()))
    return f"{seeds} from pre-trainings {sources}" if len(runs.source_seeds()) > 1 and sources != seeds else seeds
