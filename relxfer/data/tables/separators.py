"""Which separator a text has: the one under which its rows are equally wide and its cells repeat most."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath
from typing import NamedTuple

from relxfer.data.tables import lines
from relxfer.data.tables.kinds import is_number
from relxfer.data.tables.table import SEPARATORS
from relxfer.store import delimited
from relxfer.store.endings import ending

#: How many characters and rows are looked at; the rest is checked when it is read.
SAMPLE, ROWS = 1 << 20, 4000
#: The usual separator by the ending of a file's name: a prior, and no more.
USUAL = {".csv": ",", ".tsv": "\t", ".tab": "\t", ".psv": "|"}
#: What a character costs as separator, beside the text under it. Names hold no tabs, often commas, and mostly blanks.
_PRIOR = {"\t": 0.4, ";": 0.95, "|": 0.95, ",": 1.0, lines.BLANKS: 1.4}
#: Rows of equal width, as a share of all: fewer are no table, and this much less than the best is not as good.
_LEAST, _NEARLY = 0.5, 0.02
#: The same share, for a separator before which white space steps back; the other rows are mistakes.
_USUALLY = 0.9
_QUOTED = re.compile(r'(?<!\S)"[^"\n]*"(?!\S)')
_DECIMAL, _THEN_BLANK = re.compile(r"(?<=\d),(?=\d)"), re.compile(r",(?=[ \t])")


@dataclass(frozen=True)
class Separation:
    """How the rows of a text are separated.

    separator  None: a line is one cell
    quotes     whether quotes hold a cell together
    width      how many cells most rows have
    share      of the rows that are so wide
    rivals     separators that would give rows of one width too
    """

    separator: str | None
    quotes: bool = True
    width: int = 1
    share: float = 1.0
    rivals: tuple[str, ...] = ()

    def notes(self, name: str) -> list[str]:
        """What to tell the user, where it is not what the name of the file says, or where others would do."""
        told = []
        usual = USUAL.get(ending(PurePath(name)))
        if self.separator and (self.rivals or (usual and usual != self.separator)):
            rivals = " and ".join(SEPARATORS[rival] for rival in self.rivals)
            others = f"; {rivals} would split names" * bool(rivals)
            rows = f"{self.share:.0%} of the rows have {self.width} columns so"
            told.append(f"{name} is separated by {SEPARATORS[self.separator]}: {rows}{others}")
        if not self.quotes:
            told.append(f"quotes in {name} are parts of the names, since they are not balanced")
        return told


def separation(text: str, name: str = "", whole: bool = False) -> Separation:
    r"""How the rows of a text are separated.

    A separator is fit where most rows have the same number of cells, at least two. Of several fit ones, the one is
    taken under which the columns take the fewest characters when each different cell is written once. White space is
    the last resort, since it is in names.

    Args:
        text: without remarks at its beginning.
        name: of the file, whose ending is a prior.
        whole: look at all rows, not at the first ones alone.

    >>> separation('Ng, Andrew;knows;Li, Fei-Fei\nLi, Fei-Fei;knows;Ng, Andrew\n', "a.csv").separator
    ';'
    """
    sample = text if whole or len(text) <= SAMPLE else text[: text.rfind("\n", 0, SAMPLE) + 1 or SAMPLE]
    usual = USUAL.get(ending(PurePath(name)))
    found = [fit for mark in SEPARATORS if (fit := _fit(sample, mark, usual, whole))]
    if not found:
        return Separation(None)
    found = _without_blanks_in_names(sample, found, usual)
    best = max(fit.share for fit in found)
    able = sorted((fit for fit in found if fit.share >= best - _NEARLY), key=lambda fit: fit.cost)
    chosen = able[0]
    rivals = tuple(fit.separator for fit in able[1:] if fit.separator != lines.BLANKS)
    return Separation(chosen.separator, chosen.quotes, chosen.width, chosen.share, rivals)


@dataclass(frozen=True)
class _Fit:
    separator: str
    quotes: bool
    width: int
    share: float
    cost: float
    rows: Sequence[Sequence[str]]


class _Judged(NamedTuple):
    """Rows under a separator: how many cells most have, the share of those, and how much of the text has fit quotes."""

    width: int
    share: float
    rows: Sequence[Sequence[str]]
    read: float


def _fit(sample: str, mark: str, usual: str | None, whole: bool) -> _Fit | None:
    if mark != lines.BLANKS and mark not in sample:
        return None
    found = _judged(sample, mark, True, whole)
    if '"' in sample and (found is None or found.share * found.read < 1):
        literal = _judged(sample, mark, False, whole)
        better = literal is not None and literal.share > (found.share * found.read if found else 0)
        if better and not _in_quotes(sample, mark):
            return _made(sample, mark, False, literal, usual)
    return _made(sample, mark, True, found, usual)


def _in_quotes(sample: str, mark: str) -> bool:
    """Whether quotes are around cells, so that one without its second is a mistake: most are, or one is left open."""
    begin, end = rf"(?:^|{re.escape(mark)})[ \t]*", rf"[ \t]*(?={re.escape(mark)}|$)"
    if re.search(rf'{begin}"[^"\n]*$', sample, re.MULTILINE):
        return True
    whole = sum(1 for _ in re.finditer(rf'{begin}"[^"\n]*"{end}', sample, re.MULTILINE))
    return 4 * whole > sample.count('"')


def _judged(sample: str, mark: str, quotes: bool, whole: bool) -> _Judged | None:
    """None where it separates nothing."""
    read = lines.rows(sample, mark, quotes)
    rows: list[list[str]] = []
    whole_share = 1.0
    try:
        for cells, _ in read if whole else islice(read, ROWS):
            if any(cells):
                rows.append(cells)
    except delimited.BadQuotes:  # also where the sample is cut
        whole_share = min(1.0, len(rows) / max(1, sum(map(bool, sample.split("\n")))))
    filled = [_filled(row) for row in rows]
    widths = Counter(filled[1:] if len(filled) > 10 else filled)  # a first row may be a header, or a count
    if not widths:
        return None
    width = max(widths, key=lambda each: (widths[each], each))
    if width == 1 and len({*map(len, rows)}) == 1 and whole_share == 1 and _filled(rows[0]) == len(rows[0]) > 1:
        return _Judged(len(rows[0]), 1.0, rows, 1.0)  # a last column that is named, and empty in all rows
    if len(widths) > 1 and width > 1:  # cells at the end of a row may be empty in most of them
        width = _with_empty_ends(rows, width)
    share = sum(count for each, count in widths.items() if each <= width and each > 1) / widths.total()
    exact = sum(len(row) == width or full == width for row, full in zip(rows, filled, strict=True)) / len(rows)
    share = min(share, exact)
    return _Judged(width, share, rows, whole_share) if width > 1 and share >= _LEAST else None


def _filled(row: Sequence[str]) -> int:
    """The number of cells up to the last one that is not empty."""
    return max((i for i, cell in enumerate(row, 1) if cell), default=0)


def _with_empty_ends(rows: Sequence[Sequence[str]], width: int) -> int:
    """The width with separators, where nearly all rows have it: empty cells at the end count as cells."""
    widths = Counter(map(len, rows))
    most = max(widths, key=lambda each: (widths[each], each))
    return most if most > width and widths[most] >= (1 - _NEARLY) * len(rows) else width


def _made(sample: str, mark: str, quotes: bool, found: _Judged | None, usual: str | None) -> _Fit | None:
    if found is None:
        return None
    width, share, rows, _ = found
    body = [row for row in (rows[1:] if len(rows) > 2 else rows) if len(row) >= width]
    cost = _characters(zip(*(row[:width] for row in body), strict=True)) * _PRIOR[mark] * (0.9 if mark == usual else 1)
    if mark == ",":
        commas = sample.count(",")
        cost *= 3 if len(_DECIMAL.findall(sample)) == commas else 1  # 0,5 in a table that something else separates
        cost *= 1.2 if len(_THEN_BLANK.findall(sample)) == commas else 1
    return _Fit(mark, quotes, width, share, cost, body)


def _characters(columns: Iterable[Sequence[str]]) -> float:
    """The description length of columns: each different cell is written once, and each row says which it has."""
    total = 1.0
    for cells in columns:
        distinct = set(cells)
        written = sum(len(cell) + 1 for cell in distinct) + len(cells) * math.log2(len(distinct)) / 8
        total += written * (0.8 if all(map(is_number, distinct)) else 1)
    return total


def _without_blanks_in_names(sample: str, found: list[_Fit], usual: str | None) -> list[_Fit]:
    """White space separates nothing where something else does: names with equally many words are usual.

    It may beside commas that are all in numbers, as in 1,5; and it does where another mark is in quotes alone.
    """
    blanks = next((fit for fit in found if fit.separator == lines.BLANKS), None)
    if blanks is None:
        return found
    others = [fit for fit in found if fit is not blanks and not _in_words(sample, fit.separator)]
    rivals = [fit for fit in others if fit.share >= min(_USUALLY, blanks.share - _NEARLY)]
    inside = all(_in_numbers(sample, fit.separator, usual) for fit in rivals)
    return [blanks, *others] if inside else others


def _in_numbers(sample: str, mark: str, usual: str | None) -> bool:
    """Whether every comma is one of a number, in a file that is not called one with commas."""
    return mark == "," != usual and len(_DECIMAL.findall(sample)) == sample.count(",")


def _in_words(sample: str, mark: str) -> bool:
    """Whether every such mark is in quotes that white space surrounds."""
    return sum(cell.count(mark) for cell in _QUOTED.findall(sample)) == sample.count(mark)
