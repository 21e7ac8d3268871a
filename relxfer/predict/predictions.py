"""Named predictions: a transferred model answers questions about names with ranked names."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from relxfer.contract.data import Examples
from relxfer.data.bad_rows import BadRowList
from relxfer.data.tables.reading import ENDINGS, Expected, ending, read
from relxfer.declare import resolve
from relxfer.errors import DataError, UnknownName, UsageError
from relxfer.execute.engine import Engine
from relxfer.judge.ranking import top_blocks
from relxfer.plugins.finder import Plugins
from relxfer.predict import moved
from relxfer.predict.answers import FORMATS, Answers, Value, blocks
from relxfer.predict.chosen import ChosenCell, check_answers
from relxfer.report import wording
from relxfer.results import budgets, names
from relxfer.results.records import CellResult
from relxfer.results.results import Results
from relxfer.store import parquet
from relxfer.store.run_directory import Store
from relxfer.train import memory

_TABLES = ("", *ENDINGS)


def choose(
    run: Path,
    plugins: Plugins,
    strategy: str | None,
    target: str | None,
    cell: str | None,
    config: Path | None = None,
) -> ChosenCell:
    """Load the model of a cell, which is named by its id, or else by strategy and target.

    Of several cells the one with the largest label budget and the smallest seeds is taken.

    Args:
        run: run directory, or the file of a model.
        plugins: loaded plugins.
        strategy: name; default the first strategy of the configuration.
        target: name; default the first.
        cell: the beginning of an id.
        config: the user's configuration, instead of the one in the run directory.

    Raises:
        UsageError: no such cell is finished.
        UnknownName: the run has no such target.
        DataError: the answers of the target have changed since the model was trained.
    """
    if run.is_file():
        return moved.choose(run, plugins, target, config)
    store, results = Store.open(run), Results.open(run)
    experiment = resolve.load(config or store.folder / "config.toml", plugins)
    result = _cell(results, strategy, target, cell)
    model = store.cell(result.id).model
    of = next((t for t in experiment.targets if t.name == result.target), None)
    if of is None:
        raise UnknownName(f"target of {experiment.where}", result.target, [t.name for t in experiment.targets])
    engine = Engine(experiment, plugins, store)
    artefact, data = engine.artefacts.read(model, None), engine.domains.target(of)
    check_answers(artefact, data.domain, f"restore them, or run again: relxfer run {run / 'config.toml'} --out {run}")
    adapter = moved.adapter_of(artefact, experiment.adapters, plugins) if artefact.about.adapter else of.adapter
    memory.tell(adapter.record.large_blocks)
    learner = engine.attach.stored(artefact, adapter, data.domain, learnt=False)
    return ChosenCell.of(_described(result), learner, data, result.id, artefact, plugins)


def _described(cell: CellResult) -> str:
    transfer = names.transfer(cell.source, cell.target) if cell.source else cell.target
    budget = wording.budget(cell.budget, cell.labels_per)
    return f"{cell.strategy} on {transfer} ({budget}, {names.seeds(cell.source_seed, cell.seed)}, cell {cell.id})"


def _cell(results: Results, strategy: str | None, target: str | None, cell: str | None) -> CellResult:
    done = [c for c in results.cells if c.status == "done"]
    if target is not None and target not in results.targets:
        raise UnknownName("target of this run", target, results.targets)
    if cell is not None:
        fitting = [c for c in done if cell and c.id.startswith(cell)]
    else:
        here = target or next((c.target for c in results.cells), None)
        wanted = strategy or _first([c for c in results.cells if c.target == here])
        fitting = [c for c in done if (c.strategy, c.target) == (wanted, here)]
    if not fitting:
        finished = sorted({c.strategy for c in done})
        raise UsageError(
            f"expected a finished cell for {_asked(strategy, cell)}, got none in {results.folder}; "
            f"finished strategies: {', '.join(finished) or 'none'}"
        )
    return max(fitting, key=lambda c: (budgets.size(c.budget), -c.seed, -(c.source_seed or 0)))


def _first(cells: Sequence[CellResult]) -> str | None:
    """The strategy to use if the user names none: the first of the configuration that was not refused.

    Baselines that were added come last. If there is no other strategy than a direct one, an earlier baseline is used.
    """
    of = [c for c in cells if c.role != "prior" and c.status != "refused"]
    ours = [c for c in of if c.role in ("candidate", "direct")]
    first = ours if any(c.role == "candidate" for c in ours) else of
    return next((c.strategy for c in first), None)


def _asked(strategy: str | None, cell: str | None) -> str:
    if cell is not None:
        return f"the id {cell!r}"
    return "the first strategy" if strategy is None else f"strategy {strategy!r}"


def predict(
    chosen: ChosenCell, question: Mapping[str, Sequence[str]], k: int, keep_known: bool = False
) -> dict[str, list[Value]]:
    """The answers to a question, given as columns of names, as columns by name; see `answers`."""
    return answers(chosen, chosen.domain.ask(question), k, keep_known).table()


def answers(chosen: ChosenCell, asked: Examples, k: int, keep_known: bool = False) -> Answers:
    """The k best answers to each query: a row has the names of the query, the answer, its rank and its score.

    The last column is what the task shows of a score: the probability of a class or label, or the score itself; where
    the model was calibrated, the probability by its calibrator. Where the answers are numbers, a row has the value of
    each, and no rank.
    """
    domain = replace(chosen.domain, inputs=asked.inputs)
    return Answers(header(chosen, asked), blocks(domain, asked.queries, best(chosen, asked, k, keep_known)))


def header(chosen: ChosenCell, asked: Examples) -> tuple[str, ...]:
    """The names of the columns of the answers to these queries."""
    domain = replace(chosen.domain, inputs=asked.inputs)
    rank = ("rank",) if domain.task.ranked else ()
    shows = "probability" if chosen.calibrated else domain.task.shows
    return (*domain.name_queries(asked.queries[:0]), "answer", *rank, shows)


def best(chosen: ChosenCell, asked: Examples, k: int, keep_known: bool) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield blocks of (answers [b, k], scores [b, k]), best first, padded with -1 and NaN.

    Known answers are left out, unless `keep_known` is set. Where answers are numbers, all of them are yielded.
    """
    known, task = None if keep_known else chosen.data.known_to(asked), chosen.domain.task
    if not task.ranked:
        return ((np.tile(np.arange(task.width), (len(block), 1)), block) for block in chosen.learner.predict(asked))
    if task.open and hasattr(chosen.learner, "top") and chosen.calibrated is None:
        return chosen.learner.top(asked, k, known)
    return top_blocks(map(chosen.calibrated or task.shown, chosen.learner.predict(asked)), k, known)


def questions(asked: Path, bad: BadRowList | None = None) -> Mapping[str, Sequence[str]]:
    """Read a question: a table gives columns of names; other files, a folder or a pattern of files give paths.

    bad  gathers rows that do not fit, for the caller to settle; None: they are raised
    """
    if asked.is_dir():
        return {"folder": [str(asked)]}
    if not asked.exists() and any(mark in str(asked) for mark in "*?["):
        matches = sorted(glob.glob(str(asked), recursive=True))
        if not matches:
            raise DataError(f"expected files that match {asked}, got none; correct the pattern")
        return {"file": matches}
    return read_table(asked, bad) if ending(asked) in _TABLES or not asked.exists() else {"file": [str(asked)]}


def read_table(path: Path, bad: BadRowList | None = None) -> dict[str, list[str]]:
    """Read the columns of a table; the first line of a text file is the header."""
    table = read(path, Expected("queries", header=True), bad)
    return {name: list(column) for name, column in table.named().items()}


def check_place(path: Path, force: bool, queries: Path | None) -> None:
    """Check before anything is computed that `path` can be written, and overwrites no file unless `force` is set.

    Raises:
        UsageError: it cannot be written, or exists.
    """
    if path.suffix not in FORMATS:
        raise UsageError(f"expected a file ending in {', '.join(FORMATS)}, got {path.name!r}; choose another --out")
    if path.suffix == ".parquet":
        parquet.library()
    if path.exists() and not path.is_file():
        raise UsageError(f"Cannot write {path}: it is not a file. Choose another --out.")
    if path.exists() and queries is not None and queries.exists() and path.samefile(queries):
        raise UsageError(f"Cannot write {path}: it is the file of the queries. Choose another --out.")
    if path.exists() and not force:
        raise UsageError(f"Cannot write {path}: it exists. Choose another --out, or add --force.")


def as_rows(table: Mapping[str, Sequence[Value]]) -> list[dict[str, Value]]:
    """The rows of a table of columns, as mappings.

    >>> as_rows({"a": [1, 2], "b": [3, 4]})
    [{'a': 1, 'b': 3}, {'a': 2, 'b': 4}]
    """
    return [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
