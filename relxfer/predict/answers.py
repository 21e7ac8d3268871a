"""Ranked answers with names. They are made and written in blocks, as the queries are scored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import numpy as np

from relxfer.contract.data import Domain
from relxfer.predict.scores import Best
from relxfer.store import delimited, files, parquet

FORMATS = (".tsv", ".csv", ".json", ".parquet")
#: Number of queries in a block, and the least number of rows in a row group of Parquet.
_QUERIES, _GROUP = 1 << 12, 1 << 16
#: A name, a rank or a score.
Value: TypeAlias = str | int | float
#: Lists of equal length, one for each column.
Block: TypeAlias = Sequence[Sequence[Value]]


@dataclass(frozen=True)
class Answers:
    """A table of answers.

    columns  names of the columns
    blocks   blocks of rows; they can be iterated once
    """

    columns: tuple[str, ...]
    blocks: Iterable[Block]

    def table(self) -> dict[str, list[Value]]:
        """The whole table, as columns by name."""
        table: dict[str, list[Value]] = {name: [] for name in self.columns}
        for block in self.blocks:
            for column, more in zip(table.values(), block, strict=True):
                column.extend(more)
        return table

    def write(self, path: Path) -> int:
        """Write the table in the format of the suffix (.tsv, .csv, .json or .parquet) and return the number of rows.

        The file appears only when it is complete.
        """
        with files.writing(path) as stream:
            return _WRITERS.get(path.suffix, _delimited)(self, path, stream)


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


def lines(of: Block, path: Path) -> str:
    """The rows of a block as text, with the separator of this file."""
    separator = delimited.separator(path)
    cells = [[delimited.cell(value, separator) for value in column] for column in of]
    return "".join([separator.join(row) + "\n" for row in zip(*cells, strict=True)])


def _delimited(answers: Answers, path: Path, stream: BinaryIO) -> int:
    stream.write(encoded(delimited.row(answers.columns, delimited.separator(path))))
    count = 0
    for of in answers.blocks:
        stream.write(encoded(lines(of, path)))
        count += len(of[0])
    return count


def _json(answers: Answers, path: Path, stream: BinaryIO) -> int:
    """Write a JSON list with one row on each line; return the number of rows."""
    count = 0
    stream.write(b"[")
    for of in answers.blocks:
        for row in zip(*of, strict=True):
            text = files.to_json(dict(zip(answers.columns, row, strict=True)), ensure_ascii=False)
            stream.write(encoded(f"{',' * (count > 0)}\n{text}"))
            count += 1
    stream.write(b"\n]\n")
    return count


def _parquet(answers: Answers, path: Path, stream: BinaryIO) -> int:
    pa = parquet.library()
    whole, texts = {"rank", "set_size"}, {*answers.columns[: answers.columns.index("answer") + 1], "abstain"}
    kinds = {name: pa.string() if name in texts else pa.int64() if name in whole else pa.float64()
             for name in answers.columns}  # fmt: skip
    schema = pa.schema(kinds.items())
    count = 0
    with pa.parquet.ParquetWriter(stream, schema) as writer:
        for of in _gathered(answers.blocks):
            named = zip(answers.columns, of, strict=True)
            arrays = [_texts(column, pa) if name in texts else pa.array(column, kinds[name]) for name, column in named]
            writer.write_table(pa.table(arrays, schema=schema))
            count += len(of[0])
    return count


def _texts(column: Sequence[Value], pa: Any) -> Any:
    return pa.array([encoded(str(value)) for value in column], pa.binary()).cast(pa.string())


def _gathered(of: Iterable[Block]) -> Iterator[Block]:
    """Join small blocks until they have enough rows for a row group."""
    kept: list[list[Value]] = []
    for block in of:
        kept = [[*column, *more] for column, more in zip(kept, block, strict=True)] if kept else [[*c] for c in block]
        if len(kept[0]) >= _GROUP:
            yield kept
            kept = []
    if kept:
        yield kept


def encoded(text: str) -> bytes:
    """UTF-8; lone surrogates, which it cannot encode, are written as Python escapes."""
    return text.encode(errors="backslashreplace")


_WRITERS: Mapping[str, Callable[[Answers, Path, BinaryIO], int]] = {".json": _json, ".parquet": _parquet}
