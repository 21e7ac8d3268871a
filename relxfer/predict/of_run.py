"""Choosing the models of a run that answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from relxfer.contract.data import Domain
from relxfer.declare import resolve
from relxfer.errors import ArtefactError, ConfigError, DataError
from relxfer.execute.engine import Engine
from relxfer.execute.sealed import Sealed
from relxfer.plugins.finder import Plugins
from relxfer.predict import members, moved, rows
from relxfer.predict.chosen import ChosenRow, Member, Wanted, check_answers, together
from relxfer.predict.rows import ChosenCells
from relxfer.predict.validation import Validation
from relxfer.results.results import Results
from relxfer.store.run_directory import Store
from relxfer.train import memory


def choose(run: Path, plugins: Plugins, wanted: Wanted) -> ChosenRow:
    """The models of a run, see `rows.choose` for whose, with all that is known of the target.

    Where the data of the run are gone, its models answer about data that questions or `wanted.facts` bring.

    Raises:
        UsageError: no such cell is finished.
        UnknownName: the run has no such target, or no such seed.
        DataError: the answers of the target have changed since the model was trained.
    """
    store, results = Store.open(run), Results.open(run)
    try:
        engine, chosen, data = _opened(store, results, plugins, wanted)
    except (ConfigError, DataError) as error:
        if wanted.config is not None:
            raise
        return _without_data(results, store, plugins, wanted, error)
    domain = replace(data.domain, val=None) if wanted.as_judged else data.opened()
    return _attached(run, engine, chosen, _with_facts(domain, engine, chosen, wanted))


def as_judged(run: Path, plugins: Plugins, wanted: Wanted) -> tuple[ChosenRow, Sealed]:
    """The first model of a row as it was judged, and the data of its target with the sealed test; as `choose`."""
    store, results = Store.open(run), Results.open(run)
    engine, chosen, data = _opened(store, results, plugins, wanted)
    first = ChosenCells(chosen.cells[:1], chosen.why)
    return _attached(run, engine, first, replace(data.domain, val=None)), data


def _opened(store: Store, results: Results, plugins: Plugins, wanted: Wanted) -> tuple[Engine, ChosenCells, Sealed]:
    """The run, the cells that are wanted, and the data of their target, with answers in the order of the models."""
    experiment = resolve.load(wanted.config or store.folder / "config.toml", plugins)
    engine = Engine(experiment, plugins, store)
    chosen = _cells(results, engine, wanted)
    learnt = members.stored(engine, chosen.cells[0]).tasks
    return engine, chosen, engine.domains.answering(members.target_of(experiment, chosen.cells[0].target), learnt)


def _cells(results: Results, engine: Engine, wanted: Wanted) -> ChosenCells:
    return rows.choose(results, Validation(engine), wanted)


def _with_facts(domain: Domain, engine: Engine, chosen: ChosenCells, wanted: Wanted) -> Domain:
    if wanted.facts is None:
        return domain
    return moved.with_file(domain, members.adapter(engine, chosen.cells[0]), wanted.facts)


def _attached(run: Path, engine: Engine, chosen: ChosenCells, domain: Domain) -> ChosenRow:
    """The models, attached to the domain one after the other."""
    made = []
    for cell in chosen.cells:
        artefact, adapter = members.stored(engine, cell), members.adapter(engine, cell)
        restore = f"restore them, or run again: relxfer run {run / 'config.toml'} --out {run}"
        check_answers(artefact, domain, restore)
        memory.tell(adapter.record.large_blocks)
        learner = engine.attach.stored(artefact, adapter, domain, learnt=False)
        made.append(Member.of(learner, artefact, engine.plugins))
    models = together(made, domain.task)
    kept = ChosenCells(chosen.cells[: len(models)], chosen.why)
    return ChosenRow(kept.description, models, domain, "-".join(cell.id for cell in kept.cells))


def _without_data(
    results: Results, store: Store, plugins: Plugins, wanted: Wanted, error: ConfigError | DataError
) -> ChosenRow:
    """The models alone, of the row that the user names, or of the first; `error` where that is not enough."""
    row = rows.without_data(results, wanted)
    files = [store.cell(cell.id).model for cell in row.cells]
    try:
        chosen = moved.of_files(files, plugins, replace(wanted, config=None))
    except (ArtefactError, DataError):
        raise DataError(f"{error}; to ask about other data, name them with --facts FILE or --config FILE") from None
    about = f"{row.description}; the data of the run cannot be read ({str(error).splitlines()[0]})"
    return replace(chosen, description=about)
