"""`relxfer refit`: a row of a run trained again on all that is known, for answering and not for judging."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from relxfer.contract.data import Domain
from relxfer.declare import resolve
from relxfer.errors import UsageError
from relxfer.execute import artefacts
from relxfer.execute.engine import Engine
from relxfer.execute.events import Events
from relxfer.execute.observing import parameters
from relxfer.execute.transfers.prepared import Prepared
from relxfer.plan.cells import PlannedCell
from relxfer.plan.selection import Selection, Shown
from relxfer.plan.views import target_view
from relxfer.plugins.finder import Plugins
from relxfer.predict import folder, members, rows
from relxfer.predict.chosen import Wanted
from relxfer.predict.validation import Validation
from relxfer.results import names
from relxfer.results.records import CellResult
from relxfer.results.results import Results
from relxfer.store import files
from relxfer.store.entry import Entry
from relxfer.store.run_directory import Store
from relxfer.train import memory
from relxfer.train.machine import set_threads

#: Where a training lies that is not finished; the same command goes on with it.
_WORK = "work"


def refit(
    run: Path,
    out: Path,
    plugins: Plugins,
    wanted: Wanted = Wanted(),
    listeners: tuple[Callable[..., None], ...] = (),
) -> str:
    """Train the models of a row on the labels or facts of training, validation and test, and write them to a folder.

    The recipe is that of the run: source, options, seeds, and in every phase the step that was selected there. A model
    keeps the calibration of the run's model with its seed, which was fitted to labels that that one had not learnt.

    Args:
        run: run directory.
        out: the folder; see `relxfer.predict.folder`.
        plugins: loaded plugins.
        wanted: the row, as for predictions.
        listeners: called with every event as `listener(event, **values)`.

    Returns:
        Which row it is and why, as a sentence.

    Raises:
        UsageError: `out` holds something else, or no such cell is finished.
    """
    _check_place(out)
    store, results = Store.open(run), Results.open(run)
    experiment = resolve.load(wanted.config or store.folder / "config.toml", plugins)
    engine = Engine(experiment, plugins, store, Events(listeners=listeners))
    set_threads(engine.threads(1))
    chosen = rows.choose(results, Validation(engine), wanted)
    whole = engine.domains.of(members.planned(experiment, chosen.cells[0])).opened()
    for number, cell in enumerate(chosen.cells):
        _write(engine, cell, _trained(engine, cell, whole, out), folder.model(out, number))
    first = chosen.cells[0]
    transfer = names.transfer(first.source, first.target) if first.source else first.target
    described = f"{first.strategy} on {transfer}, trained again on all that is known"
    folder.write(out, folder.About(described, first.target, tuple(cell.seed for cell in chosen.cells)), whole)
    shutil.rmtree(out / _WORK, ignore_errors=True)
    return chosen.description


def _check_place(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise UsageError(f"expected a folder to write to, got the file {out}; choose another --out")
    ours = {folder.CARD, "models", "observed.safetensors", _WORK}
    if out.exists() and (other := sorted(path.name for path in out.iterdir() if path.name not in ours)):
        raise UsageError(
            f"expected an empty folder, or one of refit, got {out} with {other[0]!r}; choose another --out"
        )


def _trained(engine: Engine, cell: CellResult, whole: Domain, out: Path) -> Entry:
    """The entry of the model of a cell, trained on everything."""
    work = Store(out / _WORK)
    work.folder.mkdir(parents=True, exist_ok=True)
    transfers = replace(engine.transfers, store=work)
    ready, shown = _prepared(engine, cell, whole)
    identity = transfers.identity(ready.cell, ready.model, ready.artefact, shown)
    with work.working(identity), memory.held(ready.cell.adapter.record.large_blocks):
        options = parameters.of_cell(ready.cell, transfers.training(ready.cell.method), ready.model)
        engine.events.cell_started(ready.names, options, work.cell(identity))
        _, outcome = transfers.run(replace(ready, identity=identity), shown)
        engine.events("cell_finished", cell=ready.names, outcome=outcome)
    return work.cell(identity)


def _prepared(engine: Engine, cell: CellResult, whole: Domain) -> tuple[Prepared, Shown]:
    """The cell with its source model, and the data that its strategy is given: everything, and no validation."""
    planned: PlannedCell = members.planned(engine.experiment, cell)
    ready = engine.cells.prepare(planned)
    view = target_view(whole, planned.method.needs, "all", cell.seed, validated=False)
    shown = Shown(view, engine.domains.shown(planned).sources, Selection(until=_until(cell)))
    return replace(ready, cell=replace(planned, budget="all"), evaluation=None), shown


def _until(cell: CellResult) -> Mapping[str, int]:
    """The steps that were selected in the run, by phase; a phase without a selection is trained to its end."""
    return {phase: step for phase, step in (cell.selection.steps if cell.selection else {}).items() if step >= 0}


def _write(engine: Engine, cell: CellResult, entry: Entry, path: Path) -> None:
    """Write the model of an entry, with the calibration that the run's model has, and what it measured for sets."""
    judged = members.stored(engine, cell).about
    arrays, card = files.read_arrays(entry.model)
    if judged.calibration is not None or judged.conformity is not None:
        about = replace(artefacts.read(entry.model, engine.plugins, None, engine.experiment.models).about,
                        calibration=judged.calibration, conformity=judged.conformity)  # fmt: skip
        arrays, card = arrays | about.arrays(), card | about.card()
    files.write_arrays(path, arrays, card)
