"""Questions: where they are read from, and which of their rows can be asked."""

from __future__ import annotations

import glob
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from relxfer.contract.data import Domain, Examples
from relxfer.data.bad_rows import BadRowList
from relxfer.data.lookup import Lookup
from relxfer.data.tables.reading import ENDINGS, Expected
from relxfer.data.tables.reading import read as read_any
from relxfer.errors import BadQuestions, DataError
from relxfer.store.endings import ending

_TABLES = ("", ".json", *ENDINGS)
#: Columns that say the answer of a query, where the task has a fixed list of answers.
_SAID = ("answer", "label")


@dataclass(frozen=True)
class Asked:
    """The rows of a question that can be asked, and the others.

    examples       the queries; their answers, where rows say them, see `Domain.ask`
    bad            number of a row of the question, from 0 -> why it cannot be asked
    of_everything  whether rows stand for many queries each, such as a relation for that of every entity
    """

    examples: Examples
    bad: Mapping[int, str] = field(default_factory=dict)
    of_everything: bool = False


def read(path: Path, bad: BadRowList | None = None) -> Mapping[str, Sequence[str]]:
    """Read a question: a table gives columns of names; other files, a folder or a pattern of files give paths.

    bad  gathers rows that do not fit, for the caller to settle; None: they are raised
    """
    if path.is_dir():
        return {"folder": [str(path)]}
    if not path.exists() and any(mark in str(path) for mark in "*?["):
        matches = sorted(glob.glob(str(path), recursive=True))
        if not matches:
            raise DataError(f"expected files that match {path}, got none; correct the pattern")
        return {"file": matches}
    return read_table(path, bad) if ending(path) in _TABLES or not path.exists() else {"file": [str(path)]}


def read_table(path: Path, bad: BadRowList | None = None) -> dict[str, list[str]]:
    """Read the columns of a table; the first line of a text file is the header."""
    table = read_any(path, Expected("queries", header=True), bad)
    if not len(table) and not (bad is not None and bad.count):
        raise DataError(
            f"expected questions below the first line of {path}, which names the columns, got none; add some"
        )
    return {name: list(column) for name, column in table.named().items()}


def asked(domain: Domain, question: Mapping[str, Sequence[str]]) -> Asked:
    """The queries of a question, in the order of its rows, without those that cannot be asked.

    In a task with a fixed list of answers, a column `answer` or `label` says the answer of a row, where it is not
    empty: what is asked is then how likely that one is.

    Raises:
        BadQuestions: no row can be asked.
        DataError: a column is missing.
    """
    said, question = _said(domain, question)
    bad: dict[int, str] = dict(said.wrong)
    left = [row for row in range(said.rows) if row not in bad]
    if bad:
        question = {name: [cells[row] for row in left] for name, cells in question.items()}
    try:
        examples = domain.ask(question)
    except BadQuestions as error:
        bad |= {left[row] if row < len(left) else row: told for row, told in error.rows.items()}
        left = [row for row in left if row not in bad]
        if not any(len(cells) for cells in error.rest.values()):
            raise BadQuestions(dict(sorted(bad.items())), error.rest) from None
        examples = domain.ask(error.rest)
    if said.answers is not None and len(left) == len(examples):
        examples = replace(examples, answers=said.answers[left])
    return Asked(examples, dict(sorted(bad.items())), len(examples) > len(left))


@dataclass(frozen=True)
class _Said:
    """What rows say of their answers: [n] int, -1 where a row says none; None, where none does; and wrong ones."""

    rows: int
    answers: np.ndarray | None = None
    wrong: Mapping[int, str] = field(default_factory=dict)


def _said(domain: Domain, question: Mapping[str, Sequence[str]]) -> tuple[_Said, Mapping[str, Sequence[str]]]:
    """The answers that rows say, and the question without the column that says them."""
    rows, task = max((len(cells) for cells in question.values()), default=0), domain.task
    column = next((name for name in _SAID if name in question), None)
    if column is None or task.open or not task.ranked:
        return _Said(rows), question
    rest = {name: cells for name, cells in question.items() if name != column}
    named = {row: name for row, name in enumerate(question[column]) if name}
    if not named:
        return _Said(rows), rest
    problems: dict[int, str] = {}
    lookup = Lookup({name: number for number, name in enumerate(task.answers)}, "answer")
    answers, places = np.full(rows, -1, np.int64), list(named)
    answers[places] = lookup.of(named.values(), problems)
    return _Said(rows, answers, {places[place]: told for place, told in problems.items()}), rest
