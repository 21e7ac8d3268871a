"""Computing the rows of the report from values of queries: intervals, gains over baselines, verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from relxfer.judge import crossed, verdict
from relxfer.judge.records import Interval
from relxfer.results.records import Budget, CellResult, Cost, Diagnostics, MetricSummary, Row
from relxfer.results.runs import Runs, common
from relxfer.results.values import Values


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

    def baseline(self, name: str, against: str) -> Runs | None:
        """The finished runs with which a strategy is compared; None if there are none.

        against  `"baseline"`, the one that the user declares; `"scratch"`, of the architecture of the strategy; or
                 `"direct"`
        """
        own = self.of(name)[0].scratch
        fits: dict[str, Callable[[CellResult], bool]] = {
            "baseline": lambda cell: cell.baseline,
            "scratch": lambda cell: cell.role == "scratch" and cell.strategy == own,
            "direct": lambda cell: cell.role == "direct",
        }
        names = [cell.strategy for cell in self.cells if fits[against](cell) and cell.status == "done"]
        return self.runs(names[0]) if names else None


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
    return replace(row, cost=_cost(done), selection=selection) if done else row


@dataclass(frozen=True)
class Judge:
    """Computes rows from cells.

    values           reads an evaluation
    metrics          target -> the metrics of its task, the deciding one first
    self_supervised  target -> whether its inputs are its labels
    resamples        number of bootstrap resamples
    """

    values: Values
    metrics: Mapping[str, Sequence[MetricSummary]]
    self_supervised: Mapping[str, bool]
    resamples: int

    def rows(self, cells: Sequence[CellResult]) -> tuple[Row, ...]:
        """One row for every strategy of every block; intervals, gains and verdicts are of the first metric."""
        return tuple(row for block in blocks(cells) for row in self._block(block))

    def _block(self, block: Block) -> list[Row]:
        """The rows of a block. Holm's correction of p is over the gains of one block."""
        names = dict.fromkeys(cell.strategy for cell in block.cells)
        made = [self._row(block, name) for name in names]
        adjusted = iter(verdict.adjust([row.gain for row in made if row.gain]))
        return [replace(row, gain=next(adjusted)) if row.gain else row for row in made]

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
            deterministic=runs.deterministic or (len(runs.evaluations) == 1 and not first.seeded),
            reasons=tuple(sorted({cell.reason for cell in cells if cell.reason})),
            training=first.training,
        )
        return self._judged(row, block, runs) if runs.evaluations else _trained(row, cells)

    def _judged(self, row: Row, block: Block, runs: Runs) -> Row:
        done = [cell for cell in block.of(runs.name) if cell.status == "done"]
        decides, undefined = self.metrics[block.target][0], runs.undefined(self.values)
        names = [metric.name for metric in self.metrics[block.target] if metric.name not in undefined]
        means = {metric: runs.values(self.values, metric) for metric in names}
        judged = replace(
            row,
            metrics={metric: float(matrix.mean()) for metric, matrix in means.items()},
            undefined=undefined,
            interval=self._interval(means[decides.name], runs, decides) if decides.name in means else None,
            cost=_cost(done),
            selection=tuple(sorted({cell.selection.rule for cell in done if cell.selection})),
            label_count=max((cell.label_count for cell in done if cell.label_count is not None), default=None),
            oracle=_oracle(done),
            diagnostics=_diagnostics(done),
        )
        declared = any(cell.baseline for cell in block.cells)
        if not is_compared(row.role, row.baseline, declared):
            return judged
        if judged.interval is None:
            return replace(judged, no_gain=f"{decides.name} is undefined: {undefined[decides.name]}")
        return self._gains(judged, block, runs)

    def _interval(self, values: np.ndarray, runs: Runs, metric: MetricSummary) -> Interval:
        return measured(values, self.values(runs.any()).clusters, metric, self.resamples)

    def _gains(self, row: Row, block: Block, runs: Runs) -> Row:
        """Add the gain over the baseline, which decides the verdict, and the gain over direct transfer."""
        own = "scratch" if block.of(runs.name)[0].labels or self.self_supervised[block.target] else "direct"
        against = "baseline" if any(cell.baseline for cell in block.cells) else own
        baseline, direct = block.baseline(runs.name, against), block.baseline(runs.name, "direct")
        decides = self.metrics[block.target][0].name
        if baseline and decides in (undefined := baseline.undefined(self.values)):
            return replace(row, no_gain=f"{decides} of {baseline.name} is undefined: {undefined[decides]}")
        if direct and decides in direct.undefined(self.values):
            direct = None
        if baseline is None or baseline.name == runs.name or common(runs, baseline) is None:
            name = block.of(runs.name)[0].scratch if against == "scratch" else against
            row = replace(row, no_gain=_no_baseline(block, runs, name, baseline))
        else:
            resampled = self.values(runs.any()).resampled
            paired = self._paired(runs, baseline, block.target)
            row = replace(row, gain=verdict.gain_over(baseline.name, *paired, resampled))
        if against != "direct" and direct and direct.name != runs.name and common(runs, direct):
            return replace(row, over_direct=self._paired(runs, direct, block.target)[0])
        return row

    def _paired(self, runs: Runs, baseline: Runs, target: str) -> tuple[Interval, np.ndarray | None]:
        """The gain with its interval, and the differences by seeds, or None if neither side depends on them.

        A gain is positive where `runs` is better, whichever direction of the metric is.
        """
        grid, metric = common(runs, baseline), self.metrics[target][0]
        assert grid is not None
        pair = (side.at(grid, self.values, metric.name) for side in (runs, baseline))
        ours, theirs = (metric.sign * values for values in pair)
        gain = crossed.paired_gain(ours, theirs, self.values(runs.any()).clusters, resamples=self.resamples)
        by_seed = np.broadcast_arrays(ours.mean(-1), theirs.mean(-1))
        fixed = runs.deterministic and baseline.deterministic
        return gain, None if fixed else by_seed[0] - by_seed[1]


def is_compared(role: str, baseline: bool, declared: bool) -> bool:
    """Whether a row of this role gets a verdict.

    baseline  whether it is the declared baseline itself
    declared  whether there is one
    """
    return role in ("candidate", "direct", *(("scratch",) if declared else ())) and not baseline


def _no_baseline(block: Block, runs: Runs, against: str, baseline: Runs | None) -> str:
    if baseline is not None:
        return "is the baseline itself" if baseline.name == runs.name else f"no seed finished here and in {against}"
    if block.budget == 0:
        return f"no {against} at budget 0: there is nothing to train it on"
    return f"no finished {against} to compare with"


def _cost(done: Sequence[CellResult]) -> Cost:
    return Cost(
        seconds=float(np.mean([cell.seconds for cell in done])),
        peak_mb=max((cell.peak_mb for cell in done if cell.peak_mb), default=None),
        trained_parameters=max(cell.trained_parameters for cell in done),
    )


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


def measured(values: np.ndarray, units: np.ndarray, metric: MetricSummary, resamples: int = 10_000) -> Interval:
    """The mean of a metric with its interval, which is cut where the range of the metric ends.

    values  [seeds, queries], or [pre-trainings, seeds, queries]
    units   what is resampled together, of each query, [queries]
    """
    interval = crossed.mean_interval(values, units, resamples=resamples)
    low = interval.low if metric.low is None else max(metric.low, interval.low)
    return replace(interval, low=low, high=interval.high if metric.high is None else min(metric.high, interval.high))
