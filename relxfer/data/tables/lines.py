"""From text to the cells of each row, by a separator."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from relxfer.store import delimited, escaping

BLANKS = " "
_QUOTED = re.compile(r'"((?:[^"]|"")*)"(?=\s|$)|(\S+)')
#: The most characters of a cell: of the whole `csv` module, which has no limit for one reader.
_LONGEST, _LIMIT = 2**31 - 1, Lock()
#: The cells of a row, and the line on which it begins, from 1.
Row = tuple[list[str], int]


def rows(text: str, separator: str | None, quotes: bool = True) -> Iterator[Row]:
    r"""The rows of a text, also empty ones.

    separator  a tab, comma, semicolon or pipe; `BLANKS` for any white space; None: a line is one cell
    quotes     whether quotes hold a cell together, rather than being characters of it

    Raises:
        BadQuotes: quotes are not balanced; it has the line of the row.

    >>> list(rows('Rome, "is, in", Italy\n', ","))
    [(['Rome', 'is, in', 'Italy'], 1)]
    >>> list(rows('"New York"  in USA\n', BLANKS))
    [(['New York', 'in', 'USA'], 1)]
    >>> list(rows('5" disk;a\n', ";", quotes=False))
    [(['5" disk', 'a'], 1)]
    """
    if separator is None or separator == BLANKS or not quotes:
        return _plain(text, separator, quotes)
    if separator == delimited.TAB:
        return delimited.rows(text, separator) if delimited.may_be_quoted(text) else _plain(text, separator, quotes)
    return _csv(text, separator) if '"' in text else _plain(text, separator, quotes)


def _plain(text: str, separator: str | None, quotes: bool) -> Iterator[Row]:
    for number, line in enumerate(io.StringIO(text, newline=None), 1):
        yield _cells(line.strip("\n"), separator, quotes), number


def _cells(line: str, separator: str | None, quotes: bool) -> list[str]:
    if separator is None:
        return [line.strip()]
    if separator == BLANKS:
        return _words(line) if quotes and '"' in line else line.split()
    cells = [cell.strip() for cell in line.split(separator)]
    return cells if separator == delimited.TAB or "'" not in line else [*map(escaping.from_spreadsheet, cells)]


def _words(line: str) -> list[str]:
    return [word or quoted.replace('""', '"').strip() for quoted, word in _QUOTED.findall(line)]


def _csv(text: str, separator: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=True)
    line = 1
    with _any_length():
        try:
            for cells in reader:
                yield [escaping.from_spreadsheet(cell.strip()) for cell in cells], line
                line = reader.line_num + 1
        except csv.Error as error:
            raise delimited.BadQuotes(str(error), line) from None


@contextmanager
def _any_length() -> Iterator[None]:
    with _LIMIT:
        before = csv.field_size_limit(_LONGEST)
        try:
            yield
        finally:
            csv.field_size_limit(before)
