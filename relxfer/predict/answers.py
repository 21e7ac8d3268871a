"""Ranked answers with names. They are made and written in blocks, as the queries are scored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import numpy as np

from relxfer.contract.data import Domain
from relxfer.contract.plain import AnswerTable, Value
from relxfer.predict.formats.blocks import Block
from relxfer.predict.formats.by_ending import TABLES
from relxfer.predict.scores import Best
from relxfer.store import files

#: Number of queries in a block.
_QUERIES = 1 << 12


@dataclass(frozen=True)
class Answers:
    """A table of answers.

    columns  names of the columns
    blocks   blocks of rows; they can be iterated once
    own      formats of the domain's own, see `Domain.formats`
    """

    columns: tuple[str, ...]
    blocks: Iterable[Block]
    own: Mapping[str, Callable[[AnswerTable, BinaryIO], None]] = field(default_factory=dict)

    def table(self) -> dict[str, list[Value]]:
        """The whole table, as columns by name."""
        table: dict[str, list[Value]] = {name: [] for name in self.columns}
        for block in self.blocks:
            for column, more in zip(table.values(), block, strict=True):
                column.extend(more)
        return table

    def write(self, path: Path) -> int:
        """Write the table in the format of the suffix, see `formats.by_ending`, or one of the domain's own, and return
        the number of rows.

        The file appears only when it is complete.
        """
        if path.suffix in TABLES:
            return TABLES[path.suffix](self.columns, self.blocks, path)
        table = self.table()
        with files.writing(path) as stream:
            self.own[path.suffix](table, stream)
        return len(table["answer"])


def block(domain: Domain, queries: np.ndarray, best: Best) -> Block:
    """The columns of a block: names of the query, answer, rank if the task ranks answers, score, and what is beside.

    queries  [b, ...]

    >>> from relxfer.contract.tasks import Task
    >>> domain = Domain("d", Task("classification", ("cat", "dog")), None, "")
    >>> block(domain, np.array([7]), Best.first(np.array([[1, 0, -1]]), np.array([[0.9, 0.1, np.nan]])))
    [['7', '7'], ['dog', 'cat'], [1, 2], [0.9, 0.1]]
    """
    answers, ranks, scores = best.answers, best.ranks, best.scores
    present = answers >= 0
    rows = np.repeat(np.arange(len(answers)), present.sum(1)).tolist()
    answer_names = domain.task.answers
    return [
        *([names[row] for row in rows] for names in domain.name_queries(queries).values()),
        [answer_names[answer] for answer in answers[present].tolist()],
        *([ranks[present].tolist()] if domain.task.ranked else []),
        scores[present].astype(float).tolist(),
        *(np.broadcast_to(of, answers.shape)[present].tolist() for of in best.beside.values()),
    ]


def blocks(domain: Domain, queries: np.ndarray, best: Iterable[Best]) -> Iterator[Block]:
    """The blocks of the answers that `scores.best` yields for these queries."""
    start = 0
    for of in best:
        for first in range(0, len(of.answers), _QUERIES):
            rows = slice(first, min(first + _QUERIES, len(of.answers)))
            asked = queries[start + rows.start : start + rows.stop]
            yield block(domain, asked, of.take(rows))
        start += len(of.answers)
