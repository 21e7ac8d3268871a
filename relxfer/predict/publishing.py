"""The folder that `relxfer publish` uploads: a row that answers anywhere, its results, and a model card."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from relxfer.declare import resolve
from relxfer.execute.engine import Engine
from relxfer.plugins.finder import Plugins
from relxfer.predict import folder, members, rows
from relxfer.predict.chosen import Wanted
from relxfer.predict.rows import ChosenCells
from relxfer.predict.validation import Validation
from relxfer.report.model_card import Published, card
from relxfer.results import origins
from relxfer.results.origins import Licence
from relxfer.results.records import Row
from relxfer.results.results import Results
from relxfer.store.hub import client
from relxfer.store.run_directory import MARKER, RESULTS, Store

_README = "README.md"


def write(run: Path, out: Path, address: str, plugins: Plugins, wanted: Wanted = Wanted()) -> list[str]:
    """Write what is to be published of a run, or of a folder of `relxfer refit`, to an empty folder.

    That is the models of one row as they are (of several seeds, all), the data that they need to answer, the results of
    the run without its paths and tracebacks, and a model card. Neither the configuration nor other data are in it.

    Returns:
        The files, as "name, size" with what each is.

    Raises:
        UsageError: `run` is neither, no such row is finished, or huggingface_hub is not installed.
    """
    client.library()
    published, results = (_refitted if folder.is_one(run) else _of_run)(run, out, address, plugins, wanted)
    (out / _README).write_text(card(published, results), encoding="utf-8")
    return [
        f"{path.relative_to(out).as_posix()}, {path.stat().st_size:,} bytes: {_what(path)}"
        for path in sorted(out.rglob("*"))
        if path.is_file()
    ]


def _refitted(
    run: Path, out: Path, address: str, plugins: Plugins, wanted: Wanted
) -> tuple[Published, None]:  # fmt: skip
    """Copy a folder of `relxfer refit`."""
    about = folder.About.of(run)
    ours = [folder.CARD, folder.OBSERVED, *(f"models/{number}.safetensors" for number in range(len(about.seeds)))]
    for name in ours:
        if (run / name).is_file():
            (out / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(run / name, out / name)
    return Published(address, about.described, {about.target: ""}, data=(out / folder.OBSERVED).exists()), None


def _of_run(run: Path, out: Path, address: str, plugins: Plugins, wanted: Wanted) -> tuple[Published, Results]:
    store, results = Store.open(run), Results.open(run)
    experiment = resolve.load(wanted.config or store.folder / "config.toml", plugins)
    engine = Engine(experiment, plugins, store)
    chosen = rows.choose(results, Validation(engine), wanted)
    first = chosen.cells[0]
    for number, cell in enumerate(chosen.cells):
        path = folder.model(out, number)
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(store.cell(cell.id).model, path)
    target = engine.domains.of(members.planned(experiment, first)).opened()
    about = folder.About(chosen.description, first.target, tuple(cell.seed for cell in chosen.cells))
    folder.write(out, about, target)
    told = _told(results)
    Store(out).write(RESULTS, told.card())
    Store(out).write(MARKER, {})
    licences = {_named(each): each.licence for each in origins.licences(experiment)}
    data = (out / folder.OBSERVED).exists()
    return Published(address, chosen.description, licences, _row(results, chosen), data), told


def _told(results: Results) -> Results:
    """The results without what tells of the machine, and without items of the test."""
    return replace(
        results,
        folder=Path("."),
        provenance=None,
        cells=tuple(replace(cell, traceback="") for cell in results.cells),
        rows=tuple(replace(row, details=row.details and replace(row.details, mistakes=())) for row in results.rows),
        sources={name: replace(each, path=Path(each.path).name) for name, each in results.sources.items()},
        licences=tuple(replace(each, name=_plain(each)) for each in results.licences),
    )


def _plain(licence: Licence) -> str:
    """The name of what has a licence; of a checkpoint that of its file, without its path."""
    return Path(licence.name).name if licence.what == "checkpoint" else licence.name


def _named(licence: Licence) -> str:
    return f"{licence.what} {_plain(licence)}"


def _row(results: Results, chosen: ChosenCells) -> Row | None:
    first = chosen.cells[0]
    place = first.source, first.target, first.strategy, first.budget
    found = [row for row in results.rows if (row.source, row.target, row.strategy, row.budget) == place]
    return found[0] if found else None


def _what(path: Path) -> str:
    if path.name == folder.OBSERVED:
        return "data of the target that the models need to answer, with the names in it"
    known = {_README: "the model card", folder.CARD: "which row it is", RESULTS: "the results, without paths"}
    return known.get(path.name) or ("a model" if path.suffix == ".safetensors" else "marks a run")
