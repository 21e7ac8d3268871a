"""Run an experiment: source stages first, then every cell whose fingerprint has not been run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from relxfer import provenance
from relxfer.engine import Engine, failure
from relxfer.events import Events
from relxfer.kernel import Kernel
from relxfer.plan import PlannedCell
from relxfer.resolve import Experiment
from relxfer.results import Results
from relxfer.savedconfig import resolved_toml
from relxfer.store import MARKER, Store
from relxfer.work import Job, Work, set_threads


def run(
    experiment: Experiment,
    kernel: Kernel,
    folder: Path,
    listeners: tuple[Callable[..., None], ...] = (),
    fresh: bool = False,
) -> Results:
    """Run what is missing in `folder` and return the results of everything planned."""
    store = Store.create(folder)
    with store.locked():
        if fresh:
            store.clear()
        set_threads(experiment.config.threads)
        events = Events(kernel, listeners)
        engine = Engine(experiment, kernel, store, events)
        plan = engine.plan()
        _describe(store, engine, experiment)
        work = Work(store.folder, engine, plan)
        executor = experiment.executor.build()
        broken = _source_stages(executor, work, events)
        outcomes = _cells(executor, work, events, broken)
        results = Results.collect(store, experiment, plan, outcomes, engine)
        store.write("results.json", results.card())
        events("run_finished", folder=store.folder, results=results)
        return results


def _describe(store: Store, engine: Engine, experiment: Experiment) -> None:
    """Save the configuration, and where it runs; say so when a resumed run goes on under other conditions."""
    import warnings

    import torch

    from relxfer.files import write_bytes

    distributions = {m.offer.distribution for method in experiment.methods for m in method.stages}
    now = provenance.collect(distributions, torch.get_num_threads(), engine.device)
    if (store.folder / MARKER).exists():
        for line in provenance.differences(store.read(MARKER), now):
            warnings.warn(f"resuming in {store.folder}: {line}; bits may differ", RuntimeWarning, stacklevel=3)
    store.write(MARKER, now)
    write_bytes(store.folder / "config.toml", resolved_toml(experiment).encode())


def _source_stages(executor: Any, work: Work, events: Events) -> dict[tuple[str, int], dict[str, Any]]:
    """Pre-train every source that some cell needs; returns the failures by source and seed."""
    engine, wanted = work.engine, {}
    sources = list(engine.experiment.sources)
    for cell in work.plan:
        if cell.refusal is None and cell.needs_source and cell.source and cell.source.config.run is None:
            seed = engine.source_seed(cell.source, cell.seed)
            wanted[cell.source.name, seed] = Job("source", sources.index(cell.source), seed)
    failures = {}
    for job, outcome in executor.run(work, list(wanted.values())):
        source = sources[job.index]
        names = {"source": source.name, "target": None, "strategy": "pre-train", "seed": job.seed}
        events("cell_finished", cell=names, outcome=outcome)
        if outcome["status"] != "done":
            failures[source.name, job.seed] = outcome
    return failures


def _cells(
    executor: Any, work: Work, events: Events, broken: dict[tuple[str, int], dict[str, Any]]
) -> list[dict[str, Any]]:
    """An outcome for every cell of the plan; cells with one fingerprint share one run."""
    outcomes: dict[int, dict[str, Any]] = {}
    groups: dict[str, list[int]] = {}
    for index, cell in enumerate(work.plan):
        early = _early(work.engine, cell, broken)
        if isinstance(early, dict):
            outcomes[index] = early
        else:
            groups.setdefault(early, []).append(index)
    events("run_started", folder=work.folder, cells=len(groups))
    jobs = [Job("cell", indices[0]) for indices in groups.values()]
    by_first = {indices[0]: indices for indices in groups.values()}
    for job, outcome in executor.run(work, jobs):
        events("cell_finished", cell=work.plan[job.index].names, outcome=outcome)
        for index in by_first[job.index]:
            outcomes[index] = outcome
    return [outcomes[index] for index in range(len(work.plan))]


def _early(
    engine: Engine, cell: PlannedCell, broken: dict[tuple[str, int], dict[str, Any]]
) -> dict[str, Any] | str:
    """The outcome of a cell that needs no run, or the evaluation fingerprint under which it runs."""
    if cell.refusal:
        return {"status": "refused", "reason": cell.refusal}
    if cell.source and cell.needs_source:
        failed = broken.get((cell.source.name, engine.source_seed(cell.source, cell.seed)))
        if failed:
            return failed | {"reason": f"its source stage {failed['status']}: {failed['reason']}"}
    try:
        ready = engine.prepare(cell)
    except Exception as error:
        return failure(error)
    return engine.finished(ready) or ready.evaluation
