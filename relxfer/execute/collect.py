"""Assembling the results of a run from outcomes and stored values of queries."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from relxfer.contract.data import Domain
from relxfer.contract.metrics import ordered
from relxfer.declare.experiment import Experiment, Source, Target
from relxfer.execute import oracle, provenance
from relxfer.execute.engine import Engine
from relxfer.judge import collapse
from relxfer.judge.classification import Predictions
from relxfer.plan.cells import PlannedCell, setting
from relxfer.results.records import CellResult, Count, Diagnostics, Pretraining, SourceSummary, TargetSummary
from relxfer.results.results import Results
from relxfer.results.rows import Judge
from relxfer.results.runs import Values
from relxfer.results.values import stored_values
from relxfer.store import files
from relxfer.store.entry import Outcome
from relxfer.store.run_directory import Store

_CELL: TypeAdapter[CellResult] = TypeAdapter(CellResult)
_PRETRAINING: TypeAdapter[Pretraining] = TypeAdapter(Pretraining)


def collect(
    store: Store,
    experiment: Experiment,
    plan: Sequence[PlannedCell],
    outcomes: Sequence[Outcome],
    engine: Engine,
) -> Results:
    """The results of a run: cells with their metrics, rows with intervals and gains, targets and sources.

    plan, outcomes  of equal length: every planned cell, and how it ended
    """
    config = experiment.config
    values = stored_values(store, config.report.rank_rule)
    tasks = {target.name: engine.domains.target(target).domain.task for target in experiment.targets}
    metrics = ordered(next(iter(tasks.values())).kind, config.report.metric)
    cells = [_cell(cell, outcome, values) for cell, outcome in zip(plan, outcomes, strict=True)]
    cells = [_with_details(cell, made, engine, metrics[0]) for cell, made in zip(plan, cells, strict=True)]
    supervised = {name: task.self_supervised for name, task in tasks.items()}
    return Results(
        folder=store.folder,
        name=config.name,
        metric=metrics[0],
        cells=tuple(cells),
        rows=Judge(values, metrics, supervised, config.report.resamples).rows(cells),
        targets={target.name: _target(engine, target) for target in experiment.targets},
        sources={source.name: _source(engine, source) for source in experiment.sources},
        seeds=config.seeds,
        rank_rule=config.report.rank_rule,
        provenance=provenance.read(store),
    )


def _cell(cell: PlannedCell, outcome: Outcome, values: Values) -> CellResult:
    evaluated = outcome["status"] == "done" and outcome.get("n")
    per_query = values(outcome["evaluation"])[0] if evaluated else {}
    return _CELL.validate_python({
        **outcome,
        **cell.names,
        "artefact": outcome.get("artefact") or "",
        "diagnostics": _logged(outcome),
        "metrics": {name: float(np.mean(of)) for name, of in per_query.items()},
        "setting": setting(cell.method.needs, cell.source is not None and cell.source.config.labels),
        "labels": "target-labels" in cell.method.needs,
        "labels_per": cell.target.config.labels_per,
        "seeded": cell.method.seeded,
    })  # fmt: skip


def _logged(outcome: Outcome) -> Diagnostics:
    """Last logged values by name; values that are not finite become None, as they are in a stored outcome."""
    logged: Diagnostics = outcome.get("diagnostics", {})
    return {name: value if value is not None and math.isfinite(value) else None for name, value in logged.items()}


def _with_details(cell: PlannedCell, made: CellResult, engine: Engine, metric: str) -> CellResult:
    """Add to a finished cell its number of labels, the class that it predicts most often, and the oracle."""
    if made.status != "done":
        return made
    labels = engine.cells.label_count(cell)
    if not made.n:
        return replace(made, label_count=labels)
    arrays, card = files.read_arrays(engine.store.evaluation(made.evaluation))
    names = engine.domains.target(cell.target).domain.task.answers
    classes = card["kind"] == "classification"
    report, points = engine.experiment.config.report, engine.store.cell(made.id).points()
    asked = report.oracle and bool(points)
    path = engine.store.oracle(made.id, made.evaluation)
    return replace(
        made,
        label_count=labels,
        top_class=collapse.top_class(Predictions.from_arrays(arrays), names) if classes else None,
        oracle_asked=asked,
        oracle=oracle.best(path, points, metric, report.rank_rule) if asked else None,
    )


def _target(engine: Engine, target: Target) -> TargetSummary:
    sealed, adapter = engine.domains.target(target), target.adapter.build()
    domain = sealed.domain
    notes = list(domain.notes)

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
        and all(dataset.record.adapter == target.adapter.name for dataset in source.datasets)
        and (sentence := from_adapter("relate", relate, engine.domains.sources(source), domain))
    }
    splits = (("train", domain.train), ("val", domain.val))
    counts = {name: Count(len(split), len(np.unique(split.unit_ids()))) for name, split in splits if split is not None}
    counts |= {"test": Count(*sealed.size)} if sealed.size else {}
    return TargetSummary(
        task=domain.task.kind,
        labels_per=target.config.labels_per,
        self_supervised=domain.task.self_supervised,
        counts=counts,
        notes=tuple(notes),
        audit={str(what): int(count) for what, count in audit.items()},
        related=related,
        smallest_class=_smallest_class(domain),
    )


def _smallest_class(domain: Domain) -> int | None:
    """Number of labelled training queries of the smallest class; None if the task is no classification."""
    if domain.task.kind != "classification" or domain.train is None:
        return None
    return int(np.unique(np.asarray(domain.train.answers), return_counts=True)[1].min())


def _source(engine: Engine, source: Source) -> SourceSummary:
    config = source.config
    origin = SourceSummary(
        datasets=tuple(d.name for d in source.datasets), shared=config.shared, seeds=config.seeds or ()
    )
    if not source.pretrained:
        return replace(origin, path=str(config.checkpoint or config.weights or config.run))
    if not any(target.adapter.name == source.datasets[0].record.adapter for target in engine.experiment.targets):
        return origin
    seeds = source.pretraining_seeds(engine.experiment.config.seeds)
    entries = [engine.sources.entry(source, seed) for seed in seeds]
    outcomes = [entry.outcome() for entry in {entry.folder: entry for entry in entries}.values()]
    return replace(
        origin, stages=tuple(_PRETRAINING.validate_python({**o, "diagnostics": _logged(o)}) for o in outcomes if o)
    )
