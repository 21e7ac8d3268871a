"""Computing the rows of the report from values of queries: intervals, gains over baselines, verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from relxfer.judge import squares
from relxfer.judge.family import LEAST_SEEDS
from relxfer.judge.intervals import Comparison, of_metric
from relxfer.judge.records import Gain, Interval
from relxfer.results import recommended, verdicts
from relxfer.results.records import Budget, CellResult, Cost, Diagnostics, MetricSummary, Row
from relxfer.results.runs import Runs, common
from relxfer.results.values import Evaluated, Values
from relxfer.results.verdicts import Asked, Pairing, Side


@dataclass(frozen=True)
class Block:
    """The cells of one source, target and label budget."""

    source: str | None
    target: str
    budget: Budget
    cells: tuple[CellResult, ...]

    def of(self, name: str) -> list[CellResult]:
        """The cells of one strategy."""
        return [cell for cell in self.cells if cell.strategy == name]

    def runs(self, name: str) -> Runs:
        """The finished runs of one strategy."""
        done = [cell for cell in self.of(name) if cell.evaluated]
        return Runs(name, {(cell.source_seed, cell.seed): cell.evaluation for cell in done})

    def side(self, name: str, metric: str, values: Values) -> Side:
        """The finished runs of one strategy as a side of comparisons in a metric."""
        runs, cells = self.runs(name), [cell for cell in self.of(name) if cell.evaluated]
        failed = frozenset(cell.evaluation for cell in cells if cell.failed_in(metric))
        return Side(runs, values, _fixed(runs, cells[0]), failed)

    def alternatives(self, name: str, self_supervised: bool) -> list[str]:
        """The strategies by which a row could be replaced, the most telling one first.

        Where the user declares a baseline, it alone. Otherwise, for a row that is given labels of the target, or whose
        target supervises itself: scratch of its architecture, then the priors. For others: the source unchanged, then
        the priors that are given no labels either.
        """
        own = self.of(name)[0]
        if any(cell.baseline for cell in self.cells):
            return self._finished(lambda cell: cell.baseline)
        alone = own.labels or self_supervised
        priors = self._finished(lambda cell: cell.role == "prior" and (alone or not cell.labels))
        if alone:
            return self._finished(lambda cell: cell.role == "scratch" and cell.strategy == own.scratch) + priors
        return self._finished(lambda cell: cell.role == "direct") + priors

    def direct(self) -> list[str]:
        """The rows of the source applied unchanged."""
        return self._finished(lambda cell: cell.role == "direct")

    def _finished(self, fits: Callable[[CellResult], bool]) -> list[str]:
        return list(dict.fromkeys(cell.strategy for cell in self.cells if fits(cell) and cell.evaluated))


def blocks(cells: Sequence[CellResult]) -> Iterator[Block]:
    """Cells grouped by source, target and budget, in the order of the plan."""
    grouped: dict[tuple[str | None, str, Budget], list[CellResult]] = {}
    for cell in cells:
        grouped.setdefault((cell.source, cell.target, cell.budget), []).append(cell)
    for (source, target, budget), members in grouped.items():
        yield Block(source, target, budget, tuple(members))


def _trained(row: Row, cells: Sequence[CellResult]) -> Row:
    """A row whose cells were trained and not judged, since the target has no test."""
    done = [cell for cell in cells if cell.status == "done"]
    selection = tuple(sorted({cell.selection.rule for cell in done if cell.selection}))
    return replace(row, cost=_cost(done), selection=selection, validation=_validation(done)) if done else row


@dataclass(frozen=True)
class Judge:
    """Computes rows from cells.

    values           reads an evaluation
    metrics          target -> the metrics of its task, the deciding one first
    self_supervised  target -> whether its inputs are its labels
    classes          target -> names of the classes of its task, where it has classes
    minimal_effect   the smallest gain that matters, by the configuration; None: that of the metric
    questions        strategies that the run asks about; without any, all
    """

    values: Values
    metrics: Mapping[str, Sequence[MetricSummary]]
    self_supervised: Mapping[str, bool]
    classes: Mapping[str, Sequence[str]] = field(default_factory=dict)
    minimal_effect: float | None = None
    questions: frozenset[str] = frozenset()

    def rows(self, cells: Sequence[CellResult]) -> tuple[Row, ...]:
        """One row for every strategy of every block; intervals, gains and verdicts are of the first metric.

        Verdicts hold for all rows at once; those on gains over the source unchanged are a family of their own.
        """
        made, asked, over_direct = self.asked(cells)
        return with_gains(made, verdicts.judged(asked), verdicts.judged(over_direct))

    def asked(self, cells: Sequence[CellResult]) -> tuple[list[Row], dict[int, Asked], dict[int, Asked]]:
        """Rows without gains; and the questions of those that have some, by their number: whether they help, and
        whether they are worth the effort."""
        placed = [
            (block, name) for block in blocks(cells) for name in dict.fromkeys(cell.strategy for cell in block.cells)
        ]
        made = [self._row(block, name) for block, name in placed]
        asked, over_direct = {}, {}
        for i, (row, (block, name)) in enumerate(zip(made, placed, strict=True)):
            if not self._compared(row, block):
                continue
            there, why = self._alternatives(row, block, block.alternatives(name, self.self_supervised[block.target]))
            if there:
                asked[i] = self._asked(row, block, there)
            else:
                made[i] = replace(row, no_gain=why)
            direct, _ = self._alternatives(row, block, [each for each in block.direct() if each not in there])
            if direct:
                over_direct[i] = self._asked(row, block, direct)
        return made, asked, over_direct

    def _compared(self, row: Row, block: Block) -> bool:
        """Whether there is a gain to ask for."""
        declared = any(cell.baseline for cell in block.cells)
        return bool(row.metrics or row.undefined) and is_compared(row.role, row.baseline, declared)

    def _alternatives(self, row: Row, block: Block, names: Sequence[str]) -> tuple[list[str], str]:
        """Those of the alternatives that the row can be compared with, and why there is none."""
        metric, runs = self.metrics[block.target][0].name, block.runs(row.strategy)
        if row.interval is None:
            return [], f"{metric} is undefined: {row.undefined[metric]}"
        there, why = [], _nothing_to_compare(row, block, self.self_supervised[block.target])
        for name in names:
            other = block.runs(name)
            undefined = other.undefined(self.values)
            if name == row.strategy:
                why = "is the baseline itself"
            elif metric in undefined:
                why = f"{metric} of {name} is undefined: {undefined[metric]}"
            elif common(runs, other) is None:
                why = f"no seed finished here and in {name}"
            else:
                there.append(name)
        return there, "" if there else why

    def _asked(self, row: Row, block: Block, names: Sequence[str]) -> Asked:
        metric = self.metrics[block.target][0]
        pairing = Pairing(metric, self.classes.get(block.target, ()))
        ours = block.side(row.strategy, metric.name, self.values)
        compared = []
        for name in names:
            theirs = block.side(name, metric.name, self.values)
            pool = block.target, block.budget, metric.name, theirs.evaluations
            done = [cell for cell in block.of(name) if cell.status == "done"]
            made = pairing.compare(ours, theirs, name, pool)
            compared.append(replace(made, validation=_validation(done)))
        minimal = metric.minimal_effect if self.minimal_effect is None else self.minimal_effect
        wanted = not self.questions or row.strategy in self.questions
        return Asked(tuple(compared), minimal, wanted, _conditions(row, block), self.values(ours.runs.any()).resampled)

    def _row(self, block: Block, name: str) -> Row:
        cells, runs = block.of(name), block.runs(name)
        first = cells[0]
        row = Row(
            metric=self.metrics[block.target][0].name,
            source=block.source,
            target=block.target,
            strategy=name,
            role=first.role,
            budget=block.budget,
            labels_per=first.labels_per,
            setting=first.setting,
            runs=len(runs.evaluations),
            planned=len(cells),
            source_seeds=len(runs.source_seeds()),
            seeds=len(runs.seeds()),
            model=first.model,
            scratch=first.scratch,
            baseline=first.baseline,
            deterministic=_fixed(runs, first),
            reasons=tuple(sorted({cell.reason for cell in cells if cell.reason})),
            training=first.training,
            choice=first.choice,
        )
        return self._judged(row, block, runs) if runs.evaluations else _trained(row, cells)

    def _judged(self, row: Row, block: Block, runs: Runs) -> Row:
        done = [cell for cell in block.of(runs.name) if cell.status == "done"]
        decides, undefined = self.metrics[block.target][0], runs.undefined(self.values)
        names = [metric.name for metric in self.metrics[block.target] if metric.name not in undefined]
        means = {metric: runs.values(self.values, metric) for metric in names}
        return replace(
            row,
            metrics={metric: float(matrix.mean()) for metric, matrix in means.items()},
            undefined=undefined,
            interval=measured(means[decides.name], self.values(runs.any()), decides) if decides.name in means else None,
            cost=_cost(done),
            selection=tuple(sorted({cell.selection.rule for cell in done if cell.selection})),
            label_count=max((cell.label_count for cell in done if cell.label_count is not None), default=None),
            validation=_validation(done),
            oracle=_oracle(done),
            diagnostics=_diagnostics(done),
        )


def _fixed(runs: Runs, first: CellResult) -> bool:
    """Whether the runs of a row do not depend on the seed, which also draws the labels that a row is given."""
    return runs.deterministic or (len(runs.evaluations) == 1 and not (first.seeded or first.labels))


def is_compared(role: str, baseline: bool, declared: bool) -> bool:
    """Whether a row of this role gets a verdict.

    baseline  whether it is the declared baseline itself
    declared  whether there is one
    """
    return role in ("candidate", "direct", *(("scratch",) if declared else ())) and not baseline


def _conditions(row: Row, block: Block) -> tuple[str, ...]:
    """What was not varied: a source that was trained fewer than three times is one model, and no recipe."""
    if not block.of(row.strategy)[0].source_model or row.source_seeds >= LEAST_SEEDS:
        return ()
    return ("with this source model" if row.source_seeds < 2 else f"with these {row.source_seeds} source models",)


def with_gains(rows: Sequence[Row], gains: Mapping[int, Gain], over_direct: Mapping[int, Gain]) -> tuple[Row, ...]:
    """Rows with their gains, by their number, and a mark on the row to use of each target and budget.

    The verdict of a gain names the source unchanged where that alone is better.
    """
    judged = [_with_gains(row, gains.get(i), over_direct.get(i)) for i, row in enumerate(rows)]
    chosen = {id(row) for row in recommended.each(judged)}
    return tuple(replace(row, use=id(row) in chosen) for row in judged)


def _with_gains(row: Row, gain: Gain | None, over_direct: Gain | None) -> Row:
    made = None if gain is None else verdicts.with_better_direct(gain, over_direct)
    return replace(row, gain=made, over_direct=over_direct)


def _nothing_to_compare(row: Row, block: Block, self_supervised: bool) -> str:
    """Why there is no alternative at all."""
    own = block.of(row.strategy)[0]
    name = "baseline" if any(cell.baseline for cell in block.cells) else "direct"
    name = own.scratch if name == "direct" and (own.labels or self_supervised) else name
    if name == "direct" and row.role == "direct":
        return "is the baseline itself"
    if block.budget == 0 and name == own.scratch:
        return f"no {name} at budget 0: there is nothing to train it on"
    return f"no finished {name} to compare with"


def _cost(done: Sequence[CellResult]) -> Cost:
    return Cost(
        seconds=float(np.mean([cell.seconds for cell in done])),
        peak_mb=max((cell.peak_mb for cell in done if cell.peak_mb), default=None),
        trained_parameters=max(cell.trained_parameters for cell in done),
        evaluation_seconds=float(np.mean([cell.evaluation_seconds for cell in done])),
        cpu_seconds=_mean([cell.cpu_seconds for cell in done]),
        energy_wh=_mean([cell.energy_wh for cell in done]),
    )


def _validation(done: Sequence[CellResult]) -> float | None:
    """The mean over the cells; None if any has no score."""
    return _mean([cell.validation for cell in done])


def _oracle(done: Sequence[CellResult]) -> float | None:
    """The mean over seeds; None if any seed has no value."""
    values = [cell.oracle.value for cell in done if cell.oracle]
    return float(np.mean(values)) if len(values) == len(done) else None


def _diagnostics(done: Sequence[CellResult]) -> Diagnostics:
    """Last logged values, means over seeds; None if any value is not finite."""
    names = dict.fromkeys(name for cell in done for name in cell.diagnostics)
    return {name: _mean([cell.diagnostics[name] for cell in done if name in cell.diagnostics]) for name in names}


def _mean(values: Sequence[float | None]) -> float | None:
    finite = [value for value in values if value is not None]
    return float(np.mean(finite)) if len(finite) == len(values) else None


def measured(values: np.ndarray, of: Evaluated, metric: MetricSummary) -> Interval:
    """The mean of a metric with its 95 % interval.

    values  [seeds, queries], or [pre-trainings, seeds, queries]
    of      the evaluation of one of the runs, which says what varies together
    """
    values = values if values.ndim < 3 or 1 not in values.shape[:2] else values.reshape(-1, values.shape[2])
    row = squares.over(values, of.factors, of.measured.classes.get(metric.name), most=0.0)
    made = Comparison.alone(row).interval()
    return of_metric(made, metric.low, metric.high, metric.name in of.measured.per_item)
