"""Assembling the results of a run from outcomes and stored values of queries."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from relxfer.contract.data import Domain, Examples
from relxfer.contract.tasks import Task
from relxfer.declare import reading
from relxfer.declare.experiment import Experiment, Method, Source, Target
from relxfer.declare.seeds import UntilDecided
from relxfer.execute import oracle, provenance
from relxfer.execute.engine import Engine
from relxfer.execute.jobs.open_questions import OpenQuestions
from relxfer.execute.stored.validation import Finished
from relxfer.judge import collapse, reliability
from relxfer.judge.scoring import Measured
from relxfer.plan.cells import PlannedCell, setting
from relxfer.results import best
from relxfer.results.comparing import source_pairs
from relxfer.results.curves import label_efficiency
from relxfer.results.details import courses, of_rows
from relxfer.results.details.evaluations import Evaluations
from relxfer.results.details.of_rows import Asked
from relxfer.results.origins import Pretraining, SourceSummary, licences
from relxfer.results.records import CellResult, Count, Diagnostics, MetricSummary, TargetSummary
from relxfer.results.results import Results
from relxfer.results.rows import Judge
from relxfer.results.values import Values, stored_values
from relxfer.store import stored_names
from relxfer.store.entry import Entry, Outcome

_CELL: TypeAdapter[CellResult] = TypeAdapter(CellResult)
_PRETRAINING: TypeAdapter[Pretraining] = TypeAdapter(Pretraining)


class Collector:
    """Makes results of the cells of a run, each once, and the judge of their rows.

    metrics  target -> those of its task, the one that decides first
    """

    def __init__(self, engine: Engine):
        self.engine, self.experiment = engine, engine.experiment
        report = self.experiment.config.report
        self.evaluations = Evaluations(engine.store)
        self.values = stored_values(engine.store, report.rank_rule, engine.scorer, self.evaluations)
        tasks = {target.name: engine.domains.target(target).domain.task for target in self.experiment.targets}
        self.metrics = {name: metrics_of(engine, task) for name, task in tasks.items()}
        self.judge = Judge(
            self.values,
            self.metrics,
            {name: task.self_supervised for name, task in tasks.items()},
            {name: task.answers for name, task in tasks.items() if task.classes and not task.open},
            report.minimal_effect,
            frozenset(method.name for method in self.experiment.methods if method.question),
        )
        self._signs = {metric.name: metric.sign for of in self.metrics.values() for metric in of}
        self._made: dict[int, tuple[PlannedCell, Outcome, CellResult]] = {}

    def cells(self, plan: Sequence[PlannedCell], outcomes: Sequence[Outcome]) -> list[CellResult]:
        """The results of planned cells that ended so."""
        return [self._cell(cell, outcome) for cell, outcome in zip(plan, outcomes, strict=True)]

    def open_questions(self) -> OpenQuestions:
        """The questions of a run that adds seeds where they decide something."""
        return OpenQuestions(self.judge, self.experiment.config.planned_seeds)

    def asked(self, cell: PlannedCell) -> Asked:
        """The test that a cell was asked."""
        sealed = self.engine.domains.of(cell)
        task, rule = sealed.domain.task, self.experiment.config.report.rank_rule
        return Asked(task, sealed, rule if self.engine.scorer.record(task.kind).ties else "")

    def _cell(self, cell: PlannedCell, outcome: Outcome) -> CellResult:
        known = self._made.get(id(cell))
        if known is None or known[1] is not outcome:
            made = _cell(cell, outcome, self.values, self.experiment, self._signs)
            made = _with_details(cell, made, self.engine, self.metrics[cell.target.name][0], self.evaluations)
            self._made[id(cell)] = known = cell, outcome, made
        return known[2]


def collect(collector: Collector, plan: Sequence[PlannedCell], outcomes: Sequence[Outcome]) -> Results:
    """The results of a run: cells with their metrics, rows with intervals and gains, targets and sources.

    plan, outcomes  of equal length: every planned cell, and how it ended
    """
    engine, experiment, store = collector.engine, collector.experiment, collector.engine.store
    config, metrics, cells = experiment.config, collector.metrics, collector.cells(plan, outcomes)
    stopping = None
    if isinstance(config.seeds, UntilDecided):
        questions = collector.open_questions()
        questions.look_at_all(cells)
        rows, stopping = questions.rows(cells), questions.stopping()
    else:
        rows = collector.judge.rows(cells)
    seeds = config.planned_seeds[: stopping.seeds] if stopping else config.planned_seeds
    planned = {id(made): cell for made, cell in zip(cells, plan, strict=True)}

    def asked(made: CellResult) -> Asked:
        return collector.asked(planned[id(made)])

    rows = of_rows.detailed(rows, cells, collector.judge, collector.evaluations, asked)
    return Results(
        folder=store.folder,
        name=config.name,
        cells=tuple(cells),
        rows=rows,
        targets={target.name: _target(engine, target, metrics[target.name]) for target in experiment.targets},
        sources={source.name: _source(engine, source, seeds) for source in experiment.sources},
        seeds=seeds,
        stopping=stopping,
        rank_rule=config.report.rank_rule,
        provenance=provenance.read(store),
        curves=label_efficiency.curves(collector.judge, cells, rows),
        best_of=best.announced(collector.judge, cells, rows),
        source_pairs=source_pairs.compared(collector.judge, cells),
        licences=licences(experiment),
    )


def _cell(
    cell: PlannedCell, outcome: Outcome, values: Values, experiment: Experiment, signs: Mapping[str, int]
) -> CellResult:
    evaluated = outcome["status"] == "done" and outcome.get("n")
    measured = values(outcome["evaluation"]).measured if evaluated else Measured()
    return _CELL.validate_python({
        **outcome,
        **cell.names,
        "artefact": outcome.get("artefact") or "",
        "model": cell.method.model.described if cell.method.model else outcome.get("model") or cell.model.name,
        "scratch": cell.method.scratch,
        "baseline": cell.method.baseline,
        "diagnostics": _logged(outcome),
        "metrics": measured.means,
        "undefined": measured.undefined,
        "failed_to_train": _at_chance(measured, signs) if cell.method.seeded else (),
        "source_model": cell.needs_source,
        "setting": setting(cell.method.needs, cell.source is not None and cell.source.config.labels),
        "labels": "target-labels" in cell.method.needs,
        "labels_per": cell.target.config.labels_per,
        "seeded": cell.method.seeded,
        "training": _own_training(experiment, cell.method),
        "choice": asdict(cell.method.choice) if cell.method.choice else None,
    })  # fmt: skip


def _at_chance(measured: Measured, signs: Mapping[str, int]) -> list[str]:
    """The metrics that are no better than their value for predictions that know nothing."""
    means = measured.means
    return [name for name, chance in measured.chance.items() if signs[name] * (means[name] - chance) <= 0]


def _own_training(experiment: Experiment, method: Method) -> dict[str, object]:
    """The values of a row for the training options in which rows that train may differ."""
    rows = [row for each in experiment.methods for row in (each, *(tuned.method for tuned in each.tuned))]
    differing = {name for row in rows if row.training for name in row.training.model_fields_set}
    return experiment.training(method).model_dump(mode="json", include=differing) if method.seeded else {}


def _logged(outcome: Outcome) -> Diagnostics:
    """Last logged values by name; values that are not finite become None, as they are in a stored outcome."""
    logged: Diagnostics = outcome.get("diagnostics", {})
    return {name: value if value is not None and math.isfinite(value) else None for name, value in logged.items()}


def metrics_of(engine: Engine, task: Task) -> tuple[MetricSummary, ...]:
    """The metrics of a task, the one that decides first."""
    wanted = [metric.name for metric in engine.experiment.metrics]
    return tuple(
        MetricSummary(
            name=m.name,
            direction=m.direction,  # type: ignore[arg-type]
            low=m.low,
            high=m.high,
            minimal_effect=m.minimal_effect,
        )
        for m in engine.scorer.metrics(task.kind, wanted)
    )


def _with_details(
    cell: PlannedCell, made: CellResult, engine: Engine, metric: MetricSummary, evaluations: Evaluations
) -> CellResult:
    """Add to a finished cell its labels and the score on those of validation, its usual class, and the oracle."""
    if made.status != "done":
        return made
    score = engine.validation.score(cell, Finished(made.id, made.sha, made.selection))
    points = engine.store.cell(made.id).points()
    made = replace(made, label_count=engine.cells.label_count(cell), validation=score, courses=courses.courses(points))
    if not made.n:
        return made
    arrays, _ = evaluations.read(made.evaluation)
    confident, items = reliability.taken_from(arrays), arrays.get(stored_names.GROUPS, arrays[stored_names.UNITS])
    task = engine.domains.of(cell).domain.task
    report = engine.experiment.config.report
    asked = report.oracle and bool(points)
    path = engine.store.oracle(made.id, made.evaluation)
    return replace(
        made,
        top_class=collapse.top_class(task.results(arrays), task.answers),
        reliability=confident.judged(items) if confident else None,
        oracle_asked=asked,
        oracle=oracle.best(path, points, metric, report.rank_rule) if asked else None,
    )


def _target(engine: Engine, target: Target, metrics: tuple[MetricSummary, ...]) -> TargetSummary:
    sealed, adapter = engine.domains.target(target), target.adapter.build()
    domain = sealed.domain
    notes = list(domain.notes)
    if not sealed.count:
        notes.append(
            "it has no test with answers: models are trained and not judged, so that there is no verdict; relxfer "
            "predict gives the answers of each (--strategy)"
        )
    if sealed.only_answer is not None:
        notes.append(
            f"all answers of the test are {sealed.only_answer!r}: a model that always says so is right everywhere, "
            "and a verdict says nothing more"
        )

    def from_adapter(name: str, method: Callable[..., Any] | None, *arguments: Any) -> Any:
        """What a method of the adapter returns. If it raises, a note says so: finished cells must not be lost."""
        try:
            return method(*arguments) if method else None
        except Exception as error:
            notes.append(f"{name} of adapter {target.adapter.name!r} raised {type(error).__name__}: {error}")
            return None

    audit: Mapping[str, int] = from_adapter("audit", sealed.audit, adapter) or {}
    relate = getattr(adapter, "relate", None)
    related = {
        source.name: str(sentence)
        for source in engine.experiment.sources
        if source.datasets
        and reading.reads(target.adapter.record, [dataset.record for dataset in source.datasets])
        and (sentence := from_adapter("relate", relate, engine.domains.sources(source, target), domain))
    }
    splits = (("train", domain.train), ("val", domain.val))
    counts = {name: _count(split) for name, split in splits if split is not None}
    counts |= {"test": Count(*sealed.size, sealed.groups, sealed.questions)} if sealed.size else {}
    return TargetSummary(
        task=domain.task.kind,
        metrics=metrics,
        ranks_by=engine.experiment.config.report.rank_rule if engine.scorer.record(domain.task.kind).ties else "",
        labels_per=target.config.labels_per,
        budgeted=domain.budgeted,
        self_supervised=domain.task.self_supervised,
        counts=counts,
        notes=tuple(notes),
        audit={str(what): int(count) for what, count in audit.items()},
        given_away=tuple(what for what in getattr(adapter, "gives_away", ()) if audit.get(what)),
        related=related,
        smallest_class=_smallest_class(domain),
    )


def _count(split: Examples) -> Count:
    groups = None if split.groups is None else len(np.unique(split.groups))
    return Count(len(split), len(np.unique(split.unit_ids())), groups)


def _smallest_class(domain: Domain) -> int | None:
    """Number of labelled training queries of the smallest class; None if the task has no classes to count."""
    answers = None if domain.train is None else domain.train.answers
    strata = None if answers is None or domain.task.open else domain.task.strata(answers)
    return None if strata is None else int(np.unique(strata, return_counts=True)[1].min())


def _source(engine: Engine, source: Source, seeds: Sequence[int]) -> SourceSummary:
    config = source.config
    names = tuple(dataset.name for dataset in source.datasets)
    origin = SourceSummary(datasets=names, shared=config.shared, seeds=config.seeds or ())
    if not source.pretrained:
        return replace(origin, path=str(config.checkpoint or config.weights or config.run or source.name))
    data = [dataset.record for dataset in source.datasets]
    if not any(reading.reads(adapter.record, data) for adapter in engine.experiment.adapters):
        return origin
    entries = [engine.sources.entry(source, seed) for seed in source.pretraining_seeds(seeds)]
    ended = [(entry, entry.outcome()) for entry in {entry.folder: entry for entry in entries}.values()]
    return replace(origin, stages=tuple(_pretraining(entry, outcome) for entry, outcome in ended if outcome))


def _pretraining(entry: Entry, outcome: Outcome) -> Pretraining:
    made = _PRETRAINING.validate_python({**outcome, "diagnostics": _logged(outcome)})
    return replace(made, courses=courses.courses(entry.points()))
