"""The models of a run by its cells: as they were planned, stored, and attached."""

from __future__ import annotations

from relxfer.declare.experiment import Chosen, Experiment, Target
from relxfer.errors import UnknownName
from relxfer.execute import artefacts
from relxfer.execute.artefacts import Artefact
from relxfer.execute.engine import Engine
from relxfer.plan.cells import PlannedCell
from relxfer.results.records import CellResult


def target_of(experiment: Experiment, name: str) -> Target:
    """The target of a configuration that has this name.

    Raises:
        UnknownName: it has none.
    """
    found = {target.name: target for target in experiment.targets}
    if name not in found:
        raise UnknownName(f"target of {experiment.where}", name, list(found))
    return found[name]


def planned(experiment: Experiment, cell: CellResult) -> PlannedCell:
    """A cell of the results as it was planned.

    Raises:
        UnknownName: the configuration has not its source, target or strategy.
    """
    methods = {method.name: method for method in experiment.methods}
    sources = {source.name: source for source in experiment.sources}
    if cell.strategy not in methods:
        raise UnknownName(f"strategy of {experiment.where}", cell.strategy, list(methods))
    if cell.source is not None and cell.source not in sources:
        raise UnknownName(f"source of {experiment.where}", cell.source, list(sources))
    source = sources[cell.source] if cell.source is not None else None
    target = target_of(experiment, cell.target)
    method = methods[cell.strategy].at(cell.source, cell.target, cell.budget)
    return PlannedCell(source, target, method, cell.budget, cell.seed, source_seed=cell.source_seed)


def stored(engine: Engine, cell: CellResult) -> Artefact:
    """The model of a finished cell."""
    return engine.artefacts.read(engine.store.cell(cell.id).model, None)


def adapter(engine: Engine, cell: CellResult) -> Chosen:
    """The adapter with which the model of a cell was stored; in older files, that of its target."""
    artefact, experiment = stored(engine, cell), engine.experiment
    if artefact.about.adapter is None:
        return target_of(experiment, cell.target).adapter
    return artefacts.adapter_of(artefact, experiment, engine.plugins)
