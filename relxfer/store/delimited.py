"""Tables as text: how rows of cells are read and written, so that every name is read back as it was written.

A cell may be in quotes (`"`), with quotes inside doubled; it may then contain separators and line ends. In text with
tabs, most names are written as they are, also literals such as `"1990"`: there, quotes are part of the name unless they
are needed, because there is a tab, a line end or doubled quotes between them, or every cell of the first row has them.
Reading strips white space around cells. In a CSV, which spreadsheets open, an apostrophe comes before what they would
take for a formula (`relxfer.store.escaping.spreadsheet`).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from relxfer.store import escaping

TAB = "\t"
_BLANKS = r"[^\S\t\r\n]*+"
#: A cell that begins with its only quote: it may continue after the tab or line end.
_OPEN = re.compile(rf'(?:\A|[\t\r\n]){_BLANKS}"[^"\t\r\n]*+[\t\r\n]')
_NEEDED = re.compile(r'["\t\r\n]')
_QUOTED = re.compile(rf'{_BLANKS}"([^"]*+(?:""[^"]*+)*+)"{_BLANKS}(?=[\t\r\n]|\Z)')
_PLAIN = re.compile(r"([^\t\r\n]*+)")
_LINE = re.compile(r"([^\r\n]*+)(?:\r\n|\r|\n|\Z)")
_CELL_END = re.compile(r"\r\n|[\t\r\n]|\Z")
_LINE_END = re.compile(r"\r\n|\r|\n")
_SPECIAL = {TAB: re.compile(r'["\t\r\n]'), ",": re.compile(r'[",;\t\r\n]')}


class BadQuotes(ValueError):
    """Text that is not valid CSV; `line` is where its row begins."""

    def __init__(self, reason: str, line: int):
        super().__init__(reason)
        self.line = line


def separator(path: Path) -> str:
    """A comma for .csv, else a tab."""
    return "," if path.suffix.lower() == ".csv" else TAB


def rows(text: str, separator: str) -> Iterator[tuple[list[str], int]]:
    r"""The cells of each row, and the line where it begins, from 1; `BadQuotes` where a CSV has unbalanced quotes.

    >>> list(rows('a\t"b\tc"\n"Ada" Ltd\t"1990"\n', TAB))
    [(['a', 'b\tc'], 1), (['"Ada" Ltd', '"1990"'], 2)]
    >>> list(rows("x,'=1\n", ","))
    [(['x', '=1'], 1)]
    """
    if separator == TAB:
        yield from _tabbed(text)
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=True)
    line = 1
    try:
        for cells in reader:
            yield [escaping.from_spreadsheet(cell.strip()) for cell in cells], line
            line = reader.line_num + 1
    except csv.Error as error:
        raise BadQuotes(str(error), line) from None


def may_be_quoted(text: str) -> bool:
    """Whether any cell in text with tabs may be quoted; if not, splitting at line ends and tabs is enough."""
    return '"' in text and ('""' in text or _OPEN.search(text) is not None or _all_quoted(text))


def row(cells: Iterable[Any], separator: str) -> str:
    r"""A line, with its line end, from text and numbers; the separator is a tab or a comma.

    >>> print(row(["=a", 'say "b" twice', "c, d", -0.5], ","), end="")
    '=a,"say ""b"" twice","c, d",-0.5
    """
    cells = list(cells)
    written = separator.join([cell(each, separator) for each in cells])
    if separator == TAB and _LINE_END.search(written) and _as_many_in_each(written, len(cells)):
        written = TAB.join(_in_quotes(str(each)) for each in cells)  # otherwise each line would be read as a row
    return written + "\n"


def cell(value: Any, separator: str) -> str:
    """A value as a cell of `row`."""
    if not isinstance(value, str):
        return str(value)
    text = escaping.spreadsheet(value) if separator == "," else value
    return _in_quotes(text) if _SPECIAL[separator].search(text) else text


def _in_quotes(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _tabbed(text: str) -> Iterator[tuple[list[str], int]]:
    place, line, always = 0, 1, _all_quoted(text)
    while place < len(text):
        whole = _LINE.match(text, place)
        assert whole
        if '"' not in whole[1]:
            yield [each.strip() for each in whole[1].split(TAB)], line
            place, line = whole.end(), line + 1
        else:
            cells, end = _cells(text, place, always)
            if end > whole.end() and _as_many_in_each(text[place:end], len(cells)):
                # every line is complete: two names have a quote in them, and joining them would swallow cells
                cells, end = _quoted_row(text, place) or ([each.strip() for each in whole[1].split(TAB)], whole.end())
            yield cells, line
            place, line = end, line + len(_LINE_END.findall(text, place, end))


def _as_many_in_each(lines: str, cells: int) -> bool:
    return all(len(line.split(TAB)) == cells for line in _LINE_END.split(lines.removesuffix("\n").removesuffix("\r")))


def _quoted_row(text: str, place: int) -> tuple[list[str], int] | None:
    """A row in which every cell is in quotes, and where it ends."""
    cells: list[str] = []
    while quoted := _QUOTED.match(text, place):
        cells.append(quoted[1].replace('""', '"').strip())
        end = _CELL_END.match(text, quoted.end())
        assert end
        place = end.end()
        if end[0] != TAB:
            return cells, place
    return None


def _all_quoted(text: str) -> bool:
    first = _LINE.match(text.lstrip())
    return first is not None and all(_QUOTED.fullmatch(each) for each in first[1].split(TAB))


def _cells(text: str, place: int, always: bool) -> tuple[list[str], int]:
    """The cells of one row, some of them with quotes, and where it ends."""
    cells: list[str] = []
    while True:
        quoted = _QUOTED.match(text, place)
        if quoted and not (always or _NEEDED.search(quoted[1])):
            quoted = None
        matched = quoted or _PLAIN.match(text, place)
        assert matched  # the latter always matches
        cells.append((matched[1].replace('""', '"') if quoted else matched[1]).strip())
        end = _CELL_END.match(text, matched.end())
        assert end
        place = end.end()
        if end[0] != TAB:
            return cells, place
