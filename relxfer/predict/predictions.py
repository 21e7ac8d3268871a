"""Named predictions: questions by name in, ranked answers by name out."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from relxfer.authoring import tables
from relxfer.contract.data import Domain, Examples, Task
from relxfer.contract.learners import Learner
from relxfer.declare import resolve
from relxfer.errors import DataError, UnknownName, UsageError
from relxfer.execute.engine import Engine
from relxfer.execute.sealed import Sealed
from relxfer.judge.ranking import top_blocks
from relxfer.plugins.finder import Plugins
from relxfer.predict.answers import FORMATS, Answers, Value, blocks
from relxfer.report import wording
from relxfer.results import names
from relxfer.results.records import CellResult
from relxfer.results.results import Results
from relxfer.store import parquet
from relxfer.store.run_directory import Store
from relxfer.train import memory

_TABLES = ("", ".tsv", ".csv", ".txt", ".parquet")


@dataclass(frozen=True)
class ChosenCell:
    """The transferred model that answers, on its target.

    data  the target, of which it is known which answers are right
    cell  the id of the cell
    """

    description: str
    learner: Learner
    data: Sealed
    cell: str

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
    """A cell by id; or of a strategy on a target, with all labels and the first seed.

    config  the user's own configuration, in place of the one in the run

    Raises:
        UsageError: no such cell is finished.
        DataError: the data have other answers than the model has learnt.
    """
    store, results = Store.open(run), Results.open(run)
    experiment = resolve.load(config or store.folder / "config.toml", plugins)
    found = _cell(results, strategy, target, cell)
    model = store.cell(found.id).model
    of = next((t for t in experiment.targets if t.name == found.target), None)
    if of is None:
        raise UnknownName(f"target of {experiment.where}", found.target, [t.name for t in experiment.targets])
    engine = Engine(experiment, plugins, store)
    artefact, data = engine.artefacts.read(model, None), engine.domains.target(of)
    _check_answers(artefact.tasks, data.domain, run)
    memory.tell(of.adapter.record.large_blocks)
    learner = engine.attach.cached(artefact.load(), artefact.model, of.adapter, data.domain, learnt=False)
    return ChosenCell(_described(found), learner, data, found.id)


def _described(cell: CellResult) -> str:
    transfer = names.transfer(cell.source, cell.target) if cell.source else cell.target
    budget = wording.budget(cell.budget, cell.labels_per)
    return f"{cell.strategy} on {transfer} ({budget}, seed {cell.seed}, cell {cell.id})"


def _check_answers(learnt: Sequence[Task], domain: Domain, run: Path) -> None:
    """Data that were changed since the run must not give the model another, untrained head."""
    if not any(task.same_as(domain.task) for task in learnt):
        known = _named(learnt[0]) if learnt else "none"
        raise DataError(
            f"expected in '{domain.name}' the answers that the model has learnt, {known}, got "
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
        known = sorted({c.strategy for c in done})
        raise UsageError(
            f"expected a finished cell for {_asked(strategy, cell)}, got none in {results.folder}; "
            f"finished strategies: {', '.join(known) or 'none'}"
        )
    return max(fitting, key=lambda c: (c.budget == "all", -c.seed))


def _first(cells: Sequence[CellResult]) -> str | None:
    """The first strategy that was not refused, in the order of the configuration; the baselines that were added follow.

    Scratch and a baseline answer where there is no strategy, or none but a direct one behind them.
    """
    of = [c for c in cells if c.role != "prior-only" and c.status != "refused"]
    ours = [c for c in of if c.role in ("strategy", "direct")]
    first = ours if any(c.role == "strategy" for c in ours) else of
    return next((c.strategy for c in first), None)


def _asked(strategy: str | None, cell: str | None) -> str:
    if cell is not None:
        return f"the id {cell!r}"
    return "the first strategy" if strategy is None else f"strategy {strategy!r}"


def predict(
    chosen: ChosenCell, question: Mapping[str, Sequence[str]], k: int, keep_known: bool = False
) -> dict[str, list[Value]]:
    """`answers` as a table."""
    return answers(chosen, chosen.domain.ask(question), k, keep_known).table()


def answers(chosen: ChosenCell, asked: Examples, k: int, keep_known: bool = False) -> Answers:
    """A row for each query and answer: the query's names, the answer, its rank and its score.

    Of a classification the last column is the probability of the class, the softmax of the scores.
    """
    domain = replace(chosen.domain, inputs=asked.inputs)
    return Answers(header(domain, asked), blocks(domain, asked.queries, best(chosen, asked, k, keep_known)))


def header(domain: Domain, asked: Examples) -> tuple[str, ...]:
    """The columns of answers to these queries."""
    told = "probability" if domain.task.kind == "classification" else "score"
    return (*domain.name_queries(asked.queries[:0]), "answer", "rank", told)


def best(chosen: ChosenCell, asked: Examples, k: int, keep_known: bool) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Blocks of (answers [b, k], scores [b, k]), best first; padded with -1 and NaN."""
    known = None if keep_known else chosen.data.known_to(asked)
    if chosen.domain.task.kind == "classification":
        return top_blocks(map(_softmax, chosen.learner.predict(asked)), k, known)
    if hasattr(chosen.learner, "top"):
        return chosen.learner.top(asked, k, known)
    return top_blocks(chosen.learner.predict(asked), k, known)


def _softmax(scores: np.ndarray) -> np.ndarray:
    """
    >>> _softmax(np.array([[0.0, np.log(3.0)]])).round(2).tolist()
    [[0.25, 0.75]]
    """
    raised = np.exp(scores.astype(float) - scores.max(1, keepdims=True))
    return raised / raised.sum(1, keepdims=True)


def questions(asked: Path) -> Mapping[str, Sequence[str]]:
    """What is asked, as columns of names: a table; a folder or a file that is none, as it is; a pattern of files."""
    if asked.is_dir():
        return {"folder": [str(asked)]}
    if not asked.exists() and any(mark in str(asked) for mark in "*?["):
        found = sorted(glob.glob(str(asked), recursive=True))
        if not found:
            raise DataError(f"expected files that match {asked}, got none; correct the pattern")
        return {"file": found}
    return read_table(asked) if asked.suffix.lower() in _TABLES or not asked.exists() else {"file": [str(asked)]}


def read_table(path: Path) -> dict[str, list[str]]:
    """Columns by name from TSV, CSV or Parquet; the first line of a text file is the header."""
    return tables.read(path, "queries").columns()


def check_place(path: Path, force: bool, queries: Path | None) -> None:
    """Before anything is computed: whether `path` can be written in its format, and loses nobody's file."""
    if path.suffix not in FORMATS:
        raise UsageError(f"expected a file ending in {', '.join(FORMATS)}, got {path.name!r}")
    if path.suffix == ".parquet":
        parquet.library()
    if path.exists() and not path.is_file():
        raise UsageError(f"expected a file to write, got {path}, which is none; choose another --out")
    if path.exists() and queries is not None and queries.exists() and path.samefile(queries):
        raise UsageError(f"expected another file than the queries, got {path} for both; choose another --out")
    if path.exists() and not force:
        raise UsageError(f"expected to write {path}, which exists; choose another --out, or add --force")


def as_rows(table: Mapping[str, Sequence[Value]]) -> list[dict[str, Value]]:
    """A list of mappings.

    >>> as_rows({"a": [1, 2], "b": [3, 4]})
    [{'a': 1, 'b': 3}, {'a': 2, 'b': 4}]
    """
    return [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
