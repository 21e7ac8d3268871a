"""Named predictions: transferred models answer questions about names with ranked names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from relxfer.contract.data import Domain, Examples
from relxfer.contract.plain import Value
from relxfer.errors import UsageError
from relxfer.plugins.finder import Plugins
from relxfer.predict import coverage, folder, moved, of_run, questions
from relxfer.predict.answers import Answers, blocks
from relxfer.predict.asking import to_label, worth_asking
from relxfer.predict.chosen import ChosenRow, Wanted
from relxfer.predict.formats import database
from relxfer.predict.formats.by_ending import TABLES
from relxfer.predict.questions import Asked
from relxfer.predict.scores import Best, best
from relxfer.store import parquet


def choose(run: Path, plugins: Plugins, wanted: Wanted = Wanted()) -> ChosenRow:
    """Load the models that answer.

    Args:
        run: run directory, the folder of `relxfer refit`, or the file of a model.
        plugins: loaded plugins.
        wanted: whose answers are wanted, and what may be known for them.

    Raises:
        UsageError: no such cell is finished.
        UnknownName: the run has no such target, or no such seed.
        DataError: the data cannot be read, or their answers have changed since the model was trained.
    """
    if run.is_file():
        return moved.choose(run, plugins, wanted)
    if folder.is_one(run):
        return folder.choose(run, plugins, wanted)
    return of_run.choose(run, plugins, wanted)


def predict(
    chosen: ChosenRow,
    question: Mapping[str, Sequence[str]],
    k: int,
    keep_known: bool = False,
    level: float | None = None,
) -> dict[str, list[Value]]:
    """The answers to a question, given as columns of names, as columns by name; see `answers_to`."""
    return answers_to(chosen, questions.asked(chosen.domain, question), k, keep_known, level).table()


def answers_to(
    chosen: ChosenRow, question: Asked, k: int, keep_known: bool = False, level: float | None = None
) -> Answers:
    """The answers to a question, as `answers`; where everything was asked, the most probable first.

    Then the probability of an answer is that its query has an answer at all, times that of the answer, given that it
    has one; see `Domain.answerable`.
    """
    asked = question.examples
    likely = worth_asking.likely(chosen, asked) if question.of_everything else None
    if likely is None:
        return answers(chosen, asked, k, keep_known, level)
    probable = chosen.probable()
    domain, found = replace(chosen.domain, inputs=asked.inputs), found_by(probable, asked, k, keep_known, level)
    rows, ordered = worth_asking.ordered(found, likely)
    return Answers(header(probable, asked, level), blocks(domain, asked.queries[rows], ordered), domain.formats())


def answers(
    chosen: ChosenRow, asked: Examples, k: int, keep_known: bool = False, level: float | None = None
) -> Answers:
    """The k best answers to each query: a row has the names of the query, the answer, its rank and its score.

    The last column is what the task shows of a score: the probability of a class or label, or the score itself; where
    the model was calibrated, the probability by its calibrator; of several models their mean, see `scores.shown`. Where
    the answers are numbers, a row has the value of each, and no rank. A query that says its answer has a row with that
    answer, and the rank that it has among all candidates.

    level  how often a set of answers holds the right one, from 0 to 1, see `coverage.best`; None: no sets
    """
    domain = replace(chosen.domain, inputs=asked.inputs)
    found = found_by(chosen, asked, k, keep_known, level)
    return Answers(header(chosen, asked, level), blocks(domain, asked.queries, found), domain.formats())


def worth_labelling(chosen: ChosenRow, count: int) -> Answers:
    """The items to label next, with what is predicted of each; see `to_label.items`."""
    return answers(chosen, to_label.items(chosen, count), 1)


def found_by(chosen: ChosenRow, asked: Examples, k: int, keep_known: bool, level: float | None) -> Iterator[Best]:
    """The best answers to each query, or those of its set."""
    if level is None:
        return best(chosen, asked, k, keep_known)
    return coverage.best(chosen, asked, k, keep_known, level)


def header(chosen: ChosenRow, asked: Examples, level: float | None = None) -> tuple[str, ...]:
    """The names of the columns of the answers to these queries."""
    domain = replace(chosen.domain, inputs=asked.inputs)
    rank, beside = ("rank",) if domain.task.ranked else (), () if level is None else coverage.columns(chosen)
    return (*domain.name_queries(asked.queries[:0]), "answer", *rank, chosen.shows, *beside)


def check_place(path: Path, force: bool, queries: Path | None) -> None:
    """Check before anything is computed that `path` can be written, and overwrites no file unless `force` is set.

    A .duckdb may exist: a table is added to it, and `force` replaces this table.

    Raises:
        UsageError: it cannot be written, or exists.
        DataError: a library is missing, or a .duckdb is no database.
    """
    if path.suffix == ".parquet":
        parquet.library()
    if path.exists() and not path.is_file():
        raise UsageError(f"Cannot write {path}: it is not a file. Choose another --out.")
    if path.exists() and queries is not None and queries.exists() and path.samefile(queries):
        raise UsageError(f"Cannot write {path}: it is the file of the queries. Choose another --out.")
    if path.suffix == ".duckdb":
        database.check(path, force)
    elif path.exists() and not force:
        raise UsageError(f"Cannot write {path}: it exists. Choose another --out, or add --force.")


def check_format(path: Path, domain: Domain) -> None:
    """Check before anything is computed that answers about this domain can be written in the format of the suffix.

    Raises:
        UsageError: they cannot.
    """
    known = (*TABLES, *(ending for ending in domain.formats() if ending not in TABLES))
    if path.suffix not in known:
        raise UsageError(f"expected a file ending in {', '.join(known)}, got {path.name!r}; choose another --out")


def as_rows(table: Mapping[str, Sequence[Value]]) -> list[dict[str, Value]]:
    """The rows of a table of columns, as mappings.

    >>> as_rows({"a": [1, 2], "b": [3, 4]})
    [{'a': 1, 'b': 3}, {'a': 2, 'b': 4}]
    """
    return [dict(zip(table, row, strict=True)) for row in zip(*table.values(), strict=True)]
