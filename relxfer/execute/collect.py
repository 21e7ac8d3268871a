"""Outcomes and stored per-query values, put together as results."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from relxfer.contract.metrics import ordered
from relxfer.declare.resolve import Experiment
from relxfer.execute import oracle
from relxfer.execute.engine import Engine
from relxfer.judge import collapse
from relxfer.judge.classification import Predictions
from relxfer.plan.cells import PlannedCell, setting
from relxfer.results import rows
from relxfer.results.results import Results
from relxfer.results.values import stored_values
from relxfer.store import files
from relxfer.store.run_directory import Store


def collect(
    store: Store,
    experiment: Experiment,
    plan: Sequence[PlannedCell],
    outcomes: Sequence[dict],
    engine: Engine,
) -> Results:
    """Put outcomes and stored per-query values together."""
    config = experiment.config
    values = stored_values(store, config.report.rank_rule)
    tasks = {target.name: engine.domains.target(target).domain.task for target in experiment.targets}
    kind = next(iter(tasks.values())).kind
    metrics = ordered(kind, config.report.metric)
    cells = [_cell(cell, outcome, values) for cell, outcome in zip(plan, outcomes, strict=True)]
    cells = [made | _beside(cell, made, engine, metrics[0]) for cell, made in zip(plan, cells, strict=True)]
    supervised = {name: task.self_supervised for name, task in tasks.items()}
    return Results(
        folder=store.folder,
        name=config.name,
        metric=metrics[0],
        cells=cells,
        rows=rows.rows(cells, values, metrics, supervised, config.report.resamples),
        targets={target.name: _target(engine, target) for target in experiment.targets},
        sources={source.name: _source(engine, source) for source in experiment.sources},
        seeds=list(config.seeds),
        rank_rule=config.report.rank_rule,
        provenance=store.read("provenance.json"),
    )


def _cell(cell: PlannedCell, outcome: dict[str, Any], values: rows.Values) -> dict[str, Any]:
    needs = cell.method.needs
    made: dict[str, Any] = {
        **cell.names,
        "setting": setting(needs, cell.source is not None and cell.source.config.labels),
        "labels": "target-labels" in needs,
        "labels_per": cell.target.config.labels_per,
        "seeded": cell.method.seeded,
    }
    made |= {key: value for key, value in outcome.items() if key != "traceback"}
    if outcome["status"] == "done" and outcome.get("n"):
        found = values(outcome["evaluation"])[0]
        made["metrics"] = {name: float(np.mean(v)) for name, v in found.items()}
    return made


def _beside(cell: PlannedCell, made: Mapping[str, Any], engine: Engine, metric: str) -> dict[str, Any]:
    """What a finished cell is told of beside its metrics: labels that it had, its most frequent class, the oracle."""
    if made["status"] != "done":
        return {}
    found: dict[str, Any] = {"label_count": engine.cells.label_count(cell)}
    if not made.get("n"):
        return found
    arrays, card = files.read_arrays(engine.store.evaluation(made["evaluation"]))
    if card["kind"] == "classification":
        top = collapse.top_class(Predictions.from_arrays(arrays))
        name = engine.domains.target(cell.target).domain.task.answers[top.column]
        found["top_class"] = {"name": name, "predicted": top.predicted, "there": top.there, "collapsed": top.collapsed}
    report, points = engine.experiment.config.report, engine.store.cell(made["id"]).points()
    if report.oracle and points:
        path = engine.store.oracle(made["id"], made["evaluation"])
        found["oracle"] = oracle.best(path, points, metric, report.rank_rule)
    return found


def _target(engine: Any, target: Any) -> dict[str, Any]:
    sealed, adapter = engine.domains.target(target), target.adapter.build()
    domain = sealed.domain
    sizes = {
        name: (len(split), len(np.unique(split.unit_ids())))
        for name, split in (("train", domain.train), ("val", domain.val))
        if split is not None
    }
    sizes |= {"test": sealed.size} if sealed.size else {}
    counts = {name: {"queries": queries, "units": units} for name, (queries, units) in sizes.items()}
    notes = list(domain.notes)

    def told(method: str, ask: Callable[..., Any] | None, *of: Any) -> Any:
        """What the adapter has to say, if anything; where it raises, no finished cell must be lost with it."""
        try:
            return ask(*of) if ask else None
        except Exception as error:
            notes.append(f"{method} of adapter {target.adapter.name!r} raised {type(error).__name__}: {error}")
            return None

    audit = told("audit", sealed.audit, adapter) or {}
    related = {
        source.name: sentence
        for source in engine.experiment.sources
        if source.datasets
        and all(dataset.record.adapter == target.adapter.name for dataset in source.datasets)
        and (sentence := told("relate", getattr(adapter, "relate", None), engine.domains.sources(source), domain))
    }
    return {
        "notes": notes,
        "counts": counts,
        "audit": audit,
        "related": related,
        "task": domain.task.kind,
        "labels_per": target.config.labels_per,
        "smallest_class": _smallest_class(domain),
        "self_supervised": domain.task.self_supervised,
    }


def _smallest_class(domain: Any) -> int | None:
    """Labelled training queries of the class that has the fewest."""
    if domain.task.kind != "classification" or domain.train is None:
        return None
    return int(np.unique(domain.train.answers, return_counts=True)[1].min())


def _source(engine: Any, source: Any) -> dict[str, Any]:
    config = source.config
    origin = {"datasets": [d.name for d in source.datasets], "shared": config.shared}
    if not source.pretrained:
        return origin | {"path": str(config.checkpoint or config.weights or config.run)}
    if not any(target.adapter.name == source.datasets[0].record.adapter for target in engine.experiment.targets):
        return origin
    entries = {seed: engine.sources.entry(source, seed) for seed in engine.experiment.config.seeds}
    outcomes = [o for entry in {e.folder: e for e in entries.values()}.values() if (o := entry.outcome())]
    return origin | {"stages": outcomes}
