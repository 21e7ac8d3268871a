"""Named predictions: a transferred model answers questions about names with ranked names."""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from relxfer.authoring import tables
from relxfer.contract.data import Domain, Examples
from relxfer.contract.learners import Learner
from relxfer.contract.tasks import Task
from relxfer.declare import resolve
from relxfer.errors import DataError, UnknownName, UsageError
from relxfer.execute.engine import Engine
from relxfer.execute.sealed import Sealed
from relxfer.execute.stored.calibration import probabilities
from relxfer.judge.ranking import top_blocks
from relxfer.plugins.finder import Plugins
from relxfer.predict.answers import FORMATS, Answers, Value, blocks
from relxfer.report import wording
from relxfer.results import budgets, names
from relxfer.results.records import CellResult
from relxfer.results.results import Results
from relxfer.store import parquet
from relxfer.store.run_directory import Store
from relxfer.train import memory

_TABLES = ("", ".tsv", ".csv", ".txt", ".parquet")


@dataclass(frozen=True)
class ChosenCell:
    """A transferred model that answers questions about its target.

    description  which model it is, as a sentence for the user
    data         the target, whose known answers are left out of predictions
    cell         id of the cell
    calibrated   from scores [b, C] to calibrated probabilities; None if the model was not calibrated
    """

    description: str
    learner: Learner
    data: Sealed
    cell: str
    calibrated: Callable[[np.ndarray], np.ndarray] | None = None

    @property
    def domain(self) -> Domain:
        """The target without its test."""
        return self.data.domain


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
        run: run directory.
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
    store, results = Store.open(run), Results.open(run)
    experiment = resolve.load(config or store.folder / "config.toml", plugins)
    result = _cell(results, strategy, target, cell)
    model = store.cell(result.id).model
    of = next((t for t in experiment.targets if t.name == result.target), None)
    if of is None:
        raise UnknownName(f"target of {experiment.where}", result.target, [t.name for t in experiment.targets])
    engine = Engine(experiment, plugins, store)
    artefact, data = engine.artefacts.read(model, None), engine.domains.target(of)
    _check_answers(artefact.tasks, data.domain, run)
    memory.tell(of.adapter.record.large_blocks)
    learner = engine.attach.stored(artefact, of.adapter, data.domain, learnt=False)
    fitted = artefact.about.calibration
    calibrated = probabilities(fitted, plugins) if fitted else None
    return ChosenCell(_described(result), learner, data, result.id, calibrated)


def _described(cell: CellResult) -> str:
    transfer = names.transfer(cell.source, cell.target) if cell.source else cell.target
    budget = wording.budget(cell.budget, cell.labels_per)
    return f"{cell.strategy} on {transfer} ({budget}, {names.seeds(cell.source_seed, cell.seed)}, cell {cell.id})"


def _check_answers(learnt: Sequence[Task], domain: Domain, run: Path) -> None:
    """Raise if the answers have changed since the run, because attaching would give the model a new, untrained head."""
    if not any(task.same_as(domain.task) for task in learnt):
        trained_on = _named(learnt[0]) if learnt else "none"
        raise DataError(
            f"expected in '{domain.name}' the answers that the model has learnt, {trained_on}, got "
            f"{_named(domain.task)}: the data have changed since the run; restore them, or run again: "
            f"relxfer run {run / 'config.toml'} --out {run}"
        )


def _named(task: Task, most: int = 10) -> str:
    more = f" ... {len(task.answers) - most:,} more" * (len(task.answers) > most)
    return f"{', '.join(task.answers[:most]) or task.kind}{more}"


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

    The last column is what the task shows of a score: the probability of a class or label, by the calibrator with
    which the model was stored if there is one, or the score itself. Where
    the answers are numbers, a row has the value of each, and no rank.
    """
    domain = replace(chosen.domain, inputs=asked.inputs)
    return Answers(header(domain, asked), blocks(domain, asked.queries, best(chosen, asked, k, keep_known)))


def header(domain: Domain, asked: Examples) -> tuple[str, ...]:
    """The names of the columns of the answers to these queries."""
    rank = ("rank",) if domain.task.ranked else ()
    return (*domain.name_queries(asked.queries[:0]), "answer", *rank, domain.task.shows)


def best(chosen: ChosenCell, asked: Examples, k: int, keep_known: bool) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield blocks of (answers [b, k], scores [b, k]), best first, padded with -1 and NaN.

    Known answers are left out, unless `keep_known` is set. Where answers are numbers, all of them are yielded.
    """
    known, task = None if keep_known else chosen.data.known_to(asked), chosen.domain.task
    if not task.ranked:
        return ((np.tile(np.arange(task.width), (len(block), 1)), block) for block in chosen.learner.predict(asked))
    if task.open and hasattr(chosen.learner, "top"):
        return chosen.learner.top(asked, k, known)
    return top_blocks(map(chosen.calibrated or task.shown, chosen.learner.predict(asked)), k, known)


def questions(asked: Path) -> Mapping[str, Sequence[str]]:
    """Read a question: a table gives columns of names; other files, a folder or a pattern of files give paths."""
    if asked.is_dir():
        return {"folder": [str(asked)]}
    if not asked.exists() and any(mark in str(asked) for mark in "*?["):
        matches = sorted(glob.glob(str(asked), recursive=True))
        if not matches:
            raise DataError(f"expected files that match {asked}, got none; correct the pattern")
        return {"file": matches}
    return read_table(asked) if asked.suffix.lower() in _TABLES or not asked.exists() else {"file": [str(asked)]}


def read_table(path: Path) -> dict[str, list[str]]:
    """Read the columns of a TSV, CSV or Parquet file; the first line of a text file is the header."""
    return tables.read(path, "queries").columns()


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
