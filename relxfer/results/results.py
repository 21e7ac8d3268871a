"""The results of a run: cells, rows with their comparisons, targets and sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from relxfer.errors import UnknownName
from relxfer.results import budgets, frames, stored
from relxfer.results.curves.learning_curves import LearningCurves
from relxfer.results.lock_check import LockCheck
from relxfer.results.origins import Licence, Provenance, SourceSummary
from relxfer.results.records import Budget, CellResult, MetricSummary, Row, TargetSummary
from relxfer.results.run_records import BestOf, SourcePair, Stopping
from relxfer.store.json_text import JsonObject
from relxfer.store.run_directory import SCHEMA, Store

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Results:
    """What `relxfer.run` returns and `relxfer report` shows.

    folder      run directory
    name        name of the run
    cells       every planned cell: names, status, metrics, cost, ids
    rows        every strategy, source, target and budget: interval, gain, verdict
    targets     name -> counts, notes and audit of the target
    sources     name -> data sets and pre-trainings of the source
    seeds       seeds of the run
    stopping    how it ended, if it adds seeds where they decide something
    rank_rule   how ties are ranked
    provenance  machine and versions; None if its file is damaged
    lock        whether the run is what was locked; None if it has no lock
    curves      learning curves, of every source and target with two or more numbers of target labels
    best_of     the best of four rows or more, with the gain to expect of it
    licences    of the data and the weights that it was made of
    source_pairs  every two sources of a target beside each other, for each strategy and budget
    """

    folder: Path
    name: str
    cells: tuple[CellResult, ...]
    rows: tuple[Row, ...]
    targets: Mapping[str, TargetSummary] = field(default_factory=dict)
    sources: Mapping[str, SourceSummary] = field(default_factory=dict)
    seeds: tuple[int, ...] = ()
    rank_rule: Literal["realistic", "pessimistic", "plain"] = "realistic"
    provenance: Provenance | None = None
    stopping: Stopping | None = None
    lock: LockCheck | None = None
    curves: tuple[LearningCurves, ...] = ()
    best_of: tuple[BestOf, ...] = ()
    source_pairs: tuple[SourcePair, ...] = ()
    licences: tuple[Licence, ...] = ()

    @property
    def failed(self) -> list[CellResult]:
        """Cells that failed; refused cells are not among them."""
        return [cell for cell in self.cells if cell.status == "failed"]

    @property
    def store(self) -> Store:
        """The run directory."""
        return Store(self.folder)

    @property
    def ranks_by(self) -> str | None:
        """The rank rule; None if no target needs one."""
        return next((target.ranks_by for target in self.targets.values() if target.ranks_by), None)

    @property
    def metric(self) -> str:
        """The deciding metric, of intervals and gains, of the first target; each `Row` names its own."""
        return next((target.metrics[0].name for target in self.targets.values()), "")

    def metric_of(self, target: str, name: str | None = None) -> MetricSummary:
        """A metric of a target by name; None: the one that decides.

        Raises:
            UnknownName: the task of the target has no such metric.
        """
        metrics = {metric.name: metric for metric in self.targets[target].metrics}
        if name is None:
            return self.targets[target].metrics[0]
        if name not in metrics:
            raise UnknownName("metric of this task", name, metrics)
        return metrics[name]

    def require_metric(self, name: str) -> None:
        """Check that the task of some target has a metric.

        Raises:
            UnknownName: none has.
        """
        names = list(dict.fromkeys(metric.name for target in self.targets.values() for metric in target.metrics))
        if name not in names:
            raise UnknownName("metric of this task" if len(self.targets) == 1 else "metric of these tasks", name, names)

    def row(
        self, strategy: str, budget: Budget | None = None, *, source: str | None = None, target: str | None = None
    ) -> Row:
        """The row of a strategy at a label budget.

        Args:
            strategy: its name in the report.
            budget: a number of labels, or "all"; default the largest that the strategy was run with.
            source: name of the source, if the run has several.
            target: name of the target, if the run has several.

        Raises:
            KeyError: there is no such row, or more than one.
        """
        rows = [
            row
            for row in self.rows
            if row.strategy == strategy and source in (None, row.source) and target in (None, row.target)
        ]
        largest: Budget = max((row.budget for row in rows), key=budgets.size, default="all")
        budget = largest if budget is None else budget
        matches = [row for row in rows if row.budget == budget]
        if len(matches) != 1:
            where = f" from {source}" * (source is not None) + f" on {target}" * (target is not None)
            raise KeyError(f"expected one row of {strategy!r} at budget {budget}{where}, got {len(matches)}")
        return matches[0]

    def to_frame(self, what: Literal["rows", "cells"] = "rows") -> pd.DataFrame:
        """Rows or cells as a pandas DataFrame with plain values; needs the extra `tables`.

        rows   source, target, strategy, budget, metric, estimate, low, high, n, gain, gain_low, gain_high, verdict, p,
               ..., and each metric under its name
        cells  source, target, strategy, budget, source_seed, seed, status, ..., and each metric under its name
        """
        return frames.of_rows(self.rows) if what == "rows" else frames.of_cells(self.cells)

    def items(
        self,
        strategy: str,
        budget: Budget | None = None,
        *,
        source: str | None = None,
        target: str | None = None,
        metric: str | None = None,
        plugins: Sequence[object] = (),
    ) -> pd.DataFrame:
        """The test items of a row as a pandas DataFrame, with a metric of each; needs the extra `tables`.

        item    its name
        group   its group, if the data set has groups
        tag: T  its value of the tag T
        seed N  the metric with seed N; of a metric that is no mean over queries, the metric + the influence of the item

        `items("finetune").groupby("tag: class").mean(numeric_only=True)` is a table with a line for each class.

        Args:
            strategy: its name in the report.
            budget: a number of labels, or "all"; default the largest that the strategy was run with.
            source: name of the source, if the run has several.
            target: name of the target, if the run has several.
            metric: a metric of the target's task; default the one that decides.
            plugins: as for `relxfer.run`: plugins with tasks or metrics of the run that are not installed.

        Raises:
            KeyError: there is no such row, or more than one.
            UnknownName: the task has no such metric.
            UsageError: no run of the row finished with a test, the metric is undefined, or no plugin that is loaded
                offers it.
        """
        from relxfer.judge.scoring import Scorer
        from relxfer.plugins import in_process
        from relxfer.results import items, rows
        from relxfer.results.values import stored_values

        row = self.row(strategy, budget, source=source, target=target)
        block = next(b for b in rows.blocks(self.cells) if (b.source, b.target, b.budget) == row.place)
        chosen = self.metric_of(row.target, metric).name
        with stored.as_written(self.folder):
            values = stored_values(self.store, self.rank_rule, Scorer(in_process.load(plugins)))
            return frames.of_columns(items.columns(row, block.runs(strategy), values, chosen))

    def card(self) -> JsonObject:
        """The results as JSON; `relxfer schema results` prints the JSON Schema."""
        return {"schema": SCHEMA, **asdict(self), "folder": str(self.folder)}

    @classmethod
    def schema(cls) -> JsonObject:
        """The JSON Schema of `results.json`, which `card()` returns and `relxfer run --json` prints."""
        return stored.json_schema(Results)

    @classmethod
    def open(cls, folder: str | Path) -> Self:
        """Read the results of a run directory.

        Raises:
            UsageError: it is not a run directory, or the run is not finished.
            ArtefactError: the file is damaged, or another version of relxfer wrote it.
            UnfitArtefact: the content of the file is not that of results.
        """
        read = replace(stored.read(Path(folder), cls), folder=Path(folder))
        if missing := [row.target for row in read.rows if row.target not in read.targets]:
            raise stored.unfit(read.folder, f"targets: no {missing[0]!r}, of which it has rows")
        return read
