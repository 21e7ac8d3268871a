"""Reading a table of the user's: text with any separator, objects in JSON, Parquet, each also gzipped."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from relxfer.data.bad_rows import BadRowList
from relxfer.data.tables import braces, json_rows, lines, typed
from relxfer.data.tables import header as headers
from relxfer.data.tables.cells import Cells, cells
from relxfer.data.tables.roles import Role, by_heading
from relxfer.data.tables.separators import USUAL, Separation, separation
from relxfer.data.tables.table import Table
from relxfer.errors import DataError
from relxfer.store import bounded, delimited
from relxfer.store.endings import ending

#: Endings of names of files with tables; .gz may follow.
TEXTS = (".tsv", ".csv", ".txt", ".tab", ".psv", *json_rows.ENDINGS)
ENDINGS = (*TEXTS, ".parquet")
_REMARK = re.compile(r"[ \t]*[#%]")
#: The first line with which Excel is told the separator.
_EXCEL = re.compile(r'"?sep=.?"?\s*', re.IGNORECASE)
_NAME = re.compile(r"[#%](?:[^\s#%]|\t)")


@dataclass(frozen=True)
class Expected:
    """What is known of a table before it is read.

    what    what its rows are, for messages, such as "facts"
    roles   what its columns may be: their usual headings tell a header
    header  whether the first row names the columns; None: decided by content
    braced  an attribute in braces at the end of rows that becomes a column, and its cell in rows that lack it; see
            `relxfer.data.tables.braces`
    """

    what: str
    roles: Sequence[Role] = ()
    header: bool | None = None
    braced: tuple[Role, str] | None = None


def read(path: Path, expected: Expected, bad: BadRowList | None = None) -> Table:
    r"""Read a table.

    Args:
        path: the file.
        expected: what it should hold.
        bad: gathers the rows that do not fit, for the caller to settle; None: they are raised.

    Raises:
        DataError: it cannot be read, or is empty.
        BadRows: rows do not fit, and `bad` is None.

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "facts.csv"
    >>> _ = path.write_text("subject;verb;object\nRome;capital of;Italy\n")
    >>> table = read(path, Expected("facts", [Role.of("head", "subject"), Role.of("tail", "object")]))
    >>> table.names, table.separator, table.row(0)
    (('subject', 'verb', 'object'), ';', ['Rome', 'capital of', 'Italy'])
    """
    if not path.exists():
        raise DataError(f"expected a table of {expected.what}, got {path}, which does not exist; correct the path")
    gathered = bad or BadRowList(expected.what)
    if ending(path) == ".parquet":
        table = _parquet(path)
    else:
        table = of_text(text_of(path, expected.what), str(path), expected, gathered)
    return table if bad else table.noted(*gathered.settle())


def of_text(text: str, place: str, expected: Expected, bad: BadRowList) -> Table:
    """The table in a text; `place` is its file, whose ending is a prior for the separator.

    Raises:
        DataError: it is empty, or its quotes are not balanced.
    """
    if json_rows.is_json_rows(text):
        return json_rows.read(text, place, bad)
    plain = braces.without(text, *(expected.braced or ()))
    text = plain.text
    remarks, body, first = _without_remarks(text)
    table, raw = _rows(body, place, expected, bad, first)
    begun = _begun(table, remarks, expected)
    if begun:
        body = text[len(text) - len(body) - sum(len(line) for line in begun) :]
        table, raw = _rows(body, place, expected, bad, first - len(begun))
    rows = _without_title(_without_count(table))
    made = _headed(rows, raw if len(rows) == len(table) else rows.row(0), remarks, expected)
    return replace(made, last=plain.kept).noted(*plain.notes)


def _rows(body: str, place: str, expected: Expected, bad: BadRowList, first: int) -> tuple[Table, list[str]]:
    """All rows, a header among them, and the cells of the first one before it is filled up."""
    if not body.strip():
        raise DataError(f"expected {expected.what} in {place}, got an empty file; name another file")
    try:
        how, found = _separated(body, place, bad, first, bool(expected.header))
    except delimited.BadQuotes as error:
        raise DataError(
            f"{place}:{error.line + first - 1}: expected {expected.what}, got quotes that are not balanced ({error}); "
            "correct the row, and save it again"
        ) from None
    notes = (*how.notes(Path(place).name), *found.notes)
    return Table(place, found.columns, None, found.lines, notes, how.separator), _first_row(body, how)


def _begun(table: Table, remarks: Sequence[str], expected: Expected) -> list[str]:
    """The last remarks, where they are rows whose first name begins with the mark, such as #tag, and no header."""
    rows: list[str] = []
    for remark in reversed(remarks):
        cells = next(lines.rows(remark.strip(), table.separator, True), ([], 1))[0] if table.separator else []
        if not _NAME.match(remark) or len(cells) != table.width or table.separator == lines.BLANKS:
            break
        names = [cells[0].lstrip("#% "), *cells[1:]]
        if expected.header is not False and headers.decide(names, table.columns, expected.roles).found:
            break
        rows.append(remark)
    return rows[::-1]


def text_of(path: Path, what: str) -> str:
    """The text of a file.

    Raises:
        DataError: it cannot be read, or is neither UTF-8 nor UTF-16 with a byte order mark.
    """
    try:
        return bounded.text(path)
    except (OSError, *bounded.BROKEN) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(
            f"expected a table of {what}, got {path}, which cannot be read: {reason}; check path and file"
        ) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        byte = error.object[error.start]
        raise DataError(
            f"{path}:{line}: expected text in UTF-8, got the byte 0x{byte:02x}, as in Latin-1 (Windows-1252) or in no "
            "text at all; save the file as UTF-8"
        ) from None


def _parquet(path: Path) -> Table:
    table = typed.read(path, str(path))
    if not table.columns:
        raise DataError(f"expected columns in {path}, got none; name another file")
    return table


def _separated(body: str, place: str, bad: BadRowList, first: int, headed: bool) -> tuple[Separation, Cells]:
    """By the first rows; where others do not fit, all rows are looked at again.

    headed  whether the first row is known to name the columns
    """
    how = separation(body, place)
    if headed and how.separator in (None, lines.BLANKS) and not _names_all(_first_row(body, how), how, place):
        how = Separation(USUAL.get(PurePath(place.lower().removesuffix(".gz")).suffix))
        return how, cells(body, how, place, bad, first)
    trial = BadRowList(bad.what)
    found = cells(body, how, place, trial, first)
    if trial.count:
        again = separation(body, place, whole=True)
        if (again.separator, again.quotes, again.width) != (how.separator, how.quotes, how.width):
            how, trial = again, BadRowList(bad.what)
            found = cells(body, how, place, trial, first)
    bad.join(trial)
    return how, found


def _names_all(header: Sequence[str], how: Separation, place: str) -> bool:
    """Whether white space separates a header too: not in a file whose ending says otherwise, or of one column."""
    usual = PurePath(place.lower().removesuffix(".gz")).suffix in USUAL
    return how.separator is not None and not usual and len(header) == how.width


def _without_remarks(text: str) -> tuple[list[str], str, int]:
    """The remarks at the beginning (# or %), the text after them, and the line on which it begins.

    Where later lines begin in the same way too, they are names.
    """
    remarks: list[str] = []
    place, number = 0, 1
    while place < len(text):
        end = text.find("\n", place) + 1 or len(text)
        line = text[place:end]
        if line.strip() and not _REMARK.match(line) and not (number == 1 and _EXCEL.fullmatch(line)):
            break
        remarks += [line] if line.strip() else []
        place, number = end, number + 1
    later = text[place : place + (1 << 20)]
    marks = {remark.strip()[0] for remark in remarks}
    if not remarks or place >= len(text) or any(f"\n{mark}" in later for mark in marks):
        return [], text, 1
    return remarks, text[place:], number


def _first_row(body: str, how: Separation) -> list[str]:
    return next((row for row, _ in lines.rows(body, how.separator, how.quotes) if any(row)), [])


def _without_count(table: Table) -> Table:
    """Without a first row that is the number of the rows below it, as some formats begin."""
    first = table.row(0) if len(table) else []
    filled = [cell for cell in first if cell]
    below = len(table) - 1
    if below < 1 or table.width < 2 or len(filled) > 2 or str(below) not in filled or not all(map(str.isdigit, filled)):
        return table
    if len(filled) == 2 and (table.width > 2 or below < 10 or not _counts_names(table, filled)):
        return table
    made = replace(table, columns=tuple(column.below() for column in table.columns), lines=table.lines[1:])
    told = f"line {table.lines[0]} ({' '.join(filled)}) is taken for the number of rows that follow"
    return replace(made, notes=(*table.notes, told))


def _without_title(table: Table) -> Table:
    """Without a first row that has one cell alone, as spreadsheets have a title; no other row has."""
    if (
        len(table) < 4
        or table.width < 3
        or [bool(cell) for cell in table.row(0)] != [True] + [False] * (table.width - 1)
    ):
        return table
    below = tuple(column.below() for column in table.columns)
    if not any("" not in column.distinct for column in below[1:]):
        return table
    told = f"line {table.lines[0]} ({table.row(0)[0][:60]}) is taken for a title"
    return replace(table, columns=below, lines=table.lines[1:]).noted(told)


def _counts_names(table: Table, filled: Sequence[str]) -> bool:
    """Whether one of the numbers is that of the rows, the other at least that of the names below."""
    names: set[str] = set()
    for column in table.columns:
        names |= column.below().distinct
    other = [int(cell) for cell in filled if int(cell) != len(table) - 1]
    return len(other) == 1 and other[0] >= len(names) > 2


def _headed(table: Table, raw: Sequence[str], remarks: Sequence[str], expected: Expected) -> Table:
    if not len(table):
        return table
    first = table.row(0)
    if list(raw) == first[:-1] and len(raw) > 1 and not first[-1]:  # R writes no heading for the names of rows
        shifted = ["", *raw]
        if headers.decide(shifted, [column.below() for column in table.columns], expected.roles).found:
            first = shifted
    named = headers.decide(first, [column.below() for column in table.columns], expected.roles)
    if expected.header is not False and not named.found:
        by_remark = _named_by_remark(table, remarks, expected)
        if by_remark.names:
            return by_remark
    named = named if expected.header is None else headers.Header(expected.header, True)
    table = table.noted(*named.notes(first))
    if not named.found:
        return table
    below = tuple(column.below() for column in table.columns)
    return _without_index(replace(table, columns=below, names=tuple(first), lines=table.lines[1:]))


def _named_by_remark(table: Table, remarks: Sequence[str], expected: Expected) -> Table:
    """With names from the last remark, where it has one for each column, some of them usual."""
    for remark in reversed(remarks):
        for mark in (table.separator or " ", " "):
            names = next(lines.rows(remark.strip("#% \t\r\n"), mark, False), ([], 1))[0]
            if len(names) == table.width and by_heading(names, expected.roles):
                return replace(table, names=tuple(names)).noted(
                    f"the columns are named by the remark {remark.strip()[:80]!r}"
                )
    return table


def _without_index(table: Table) -> Table:
    """Without a first column that has no name and numbers the rows, as pandas and R write one."""
    names = table.names or ()
    if len(names) < 2 or names[0] or not len(table):
        return table
    start = table.columns[0][0]
    if start not in ("0", "1") or table.columns[0].values != [str(int(start) + row) for row in range(len(table))]:
        return table
    return replace(table, columns=table.columns[1:], names=names[1:]).noted(
        "the first column, which has no name and numbers the rows, is not used"
    )
