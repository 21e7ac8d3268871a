"""Answers as text: tables with tabs or commas, a JSON list, JSON lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from relxfer.predict.formats.blocks import Block, encoded
from relxfer.store import delimited, files


def delimited_table(columns: Sequence[str], blocks: Iterable[Block], path: Path) -> int:
    """Write .tsv or .csv, in which nothing is a formula of a spreadsheet; return the number of rows."""
    count = 0
    with files.writing(path) as stream:
        stream.write(encoded(delimited.row(columns, delimited.separator(path))))
        for of in blocks:
            stream.write(encoded(lines(of, path)))
            count += len(of[0])
    return count


def lines(of: Block, path: Path) -> str:
    """The rows of a block as text, with the separator of this file."""
    separator = delimited.separator(path)
    cells = [[delimited.cell(value, separator) for value in column] for column in of]
    return "".join([separator.join(row) + "\n" for row in zip(*cells, strict=True)])


def json_list(columns: Sequence[str], blocks: Iterable[Block], path: Path) -> int:
    """Write a JSON list with one row on each line; return the number of rows."""
    count = 0
    with files.writing(path) as stream:
        stream.write(b"[")
        for row in _objects(columns, blocks):
            stream.write((b",\n" if count else b"\n") + row)
            count += 1
        stream.write(b"\n]\n")
    return count


def json_lines(columns: Sequence[str], blocks: Iterable[Block], path: Path) -> int:
    """Write a JSON object for each row, each on a line; return the number of rows."""
    count = 0
    with files.writing(path) as stream:
        for row in _objects(columns, blocks):
            stream.write(row + b"\n")
            count += 1
    return count


def _objects(columns: Sequence[str], blocks: Iterable[Block]) -> Iterator[bytes]:
    for of in blocks:
        for row in zip(*of, strict=True):
            yield encoded(files.to_json(dict(zip(columns, row, strict=True)), ensure_ascii=False))
