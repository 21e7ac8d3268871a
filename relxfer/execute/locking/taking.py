"""The lock of a plan: nothing is trained for it, and no test is opened but to take its digest."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from relxfer import __version__
from relxfer.contract.records import Metric, TaskKind
from relxfer.declare.experiment import Chosen, Target
from relxfer.errors import RelxferError
from relxfer.execute.collect import metrics_of
from relxfer.execute.engine import Engine
from relxfer.plan import configured, fingerprints
from relxfer.plan.cells import PlannedCell
from relxfer.plan.lock import Lock, LockedRow, Question
from relxfer.plugins.finder import Offer
from relxfer.results.rows import is_compared
from relxfer.store import files


def take(engine: Engine, plan: Sequence[PlannedCell]) -> Lock:
    """Lock a plan: digests of its configuration, data, models and code, and what it asks.

    Raises:
        PluginError: code was edited after it was imported.
    """
    experiment = engine.experiment
    foreseen = [(cell, _foreseen(engine, cell)) for cell in plan]
    offers = [chosen.offer for cell, of in foreseen if of for chosen in of[1]]
    offers += [offer for target in experiment.targets for offer in _judges(engine, target)]
    given = [source for source in experiment.sources if source.given]
    return Lock(
        relxfer=__version__,
        locked=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        name=experiment.config.name,
        seeds=experiment.config.planned_seeds,
        questions={target.name: _question(engine, target, plan) for target in experiment.targets},
        configuration=configured.parts(experiment),
        data=engine.domains.digests(),
        models={source.name: engine.artefacts.given(source).sha for source in given},
        code=fingerprints.versions_of(engine.code, offers),
        rows=tuple(_rows([(cell, of[0] if of else None) for cell, of in foreseen])),
    )


def _foreseen(engine: Engine, cell: PlannedCell) -> tuple[str, list[Chosen]] | None:
    """The fingerprint of a cell as far as it is known, and the offers whose code decides it; None if it cannot run."""
    if cell.refusal:
        return None
    try:
        return engine.cells.foreseen(cell)
    except RelxferError:
        return None  # the run tells why


def _rows(cells: Sequence[tuple[PlannedCell, str | None]]) -> Iterator[LockedRow]:
    """The rows of a plan, from its cells with what is known of their fingerprints."""
    rows: dict[tuple[str | None, str, str, int | str], list[tuple[int | None, int, str]]] = {}
    for cell, identity in cells:
        source = cell.source.name if cell.source else None
        row = rows.setdefault((source, cell.target.name, cell.method.name, cell.budget), [])
        row += [(cell.source_seed, cell.seed, identity)] if identity else []
    for (source, target, strategy, budget), known in rows.items():
        made = files.fingerprint(known)[:16] if known else ""
        yield LockedRow(source=source, target=target, strategy=strategy, budget=budget, cells=len(known), id=made)


def _question(engine: Engine, target: Target, plan: Sequence[PlannedCell]) -> Question:
    decides = metrics_of(engine, engine.domains.target(target).domain.task)[0]
    able = [cell.method for cell in plan if cell.target.name == target.name and not cell.refusal]
    methods = {method.name: method for method in able}.values()
    declared = next((method.name for method in methods if method.baseline), "")
    wanted = engine.experiment.config.report.minimal_effect
    minimal = decides.minimal_effect if wanted is None else wanted
    compared = [method for method in methods if is_compared(method.role, method.baseline, bool(declared))]
    asked = [method for method in compared if method.question] or compared
    return Question(
        metric=decides.name,
        direction=decides.direction,
        minimal_effect=None if minimal is None else float(minimal),
        baseline=declared,
        family=tuple(method.name for method in asked),
    )


def _judges(engine: Engine, target: Target) -> list[Offer]:
    """What judges a target: its kind of task, and the metric that decides."""
    task = engine.domains.target(target).domain.task
    decides = metrics_of(engine, task)[0].name
    return [engine.plugins.find(TaskKind.kind, task.kind), engine.plugins.find(Metric.kind, decides)]
