"""What parts of a report consist of: numbers, lines of text, tables, figures, code, and blocks that are folded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

#: What words mean for a reader; a medium may colour them, and the words say it without colour.
Tone = Literal["", "strong", "good", "bad", "unsure", "same", "muted"]


@dataclass(frozen=True)
class Number:
    """A number of the results as it is shown.

    text   rounded, or with a unit
    value  as it is in the JSON
    path   where it stands there (a JSON pointer, RFC 6901)
    """

    text: str
    value: float
    path: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Picture:
    """A small picture: the bytes of a PNG or JPEG, and what it shows in words."""

    content: bytes
    alt: str

    def __str__(self) -> str:
        return ""


#: Words, numbers and pictures, one after the other.
Line: TypeAlias = "tuple[str | Number | Picture, ...]"


@dataclass(frozen=True)
class Cell:
    """A cell of a table."""

    line: Line
    tone: Tone = ""


@dataclass(frozen=True)
class TableRow:
    """A row of a table.

    cells   a cell for each column; of a heading, one for all columns
    chosen  whether it is the row to use
    """

    cells: tuple[Cell, ...]
    chosen: bool = False
    heading: bool = False


@dataclass(frozen=True)
class Table:
    """A table with a caption; the first column names the rows."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[TableRow, ...]


@dataclass(frozen=True)
class Sentences:
    """Sentences, each a line of its own."""

    lines: tuple[Line, ...]
    tone: Tone = ""


@dataclass(frozen=True)
class Code:
    """Text to be copied as it is, such as a command."""

    text: str
    language: Literal["sh", "toml", "text"] = "sh"


@dataclass(frozen=True)
class Figure:
    """A plot: its title, what it shows in words, and the function that draws it with matplotlib."""

    key: str
    title: str
    alt: str
    draw: Callable[[], Any]


@dataclass(frozen=True)
class Folded:
    """Blocks behind a title, which a reader opens."""

    title: str
    blocks: tuple[Block, ...]


Block: TypeAlias = "Sentences | Table | Code | Figure | Folded"


@dataclass(frozen=True)
class Part:
    """A part of the report.

    key      its name in addresses within the page
    title    its heading
    blocks   what it consists of
    """

    key: str
    title: str
    blocks: tuple[Block, ...]


def cell(*words: str | Number | Picture, tone: Tone = "") -> Cell:
    """A cell of these words."""
    return Cell(words, tone)


def row(*cells: str | Number | Cell, chosen: bool = False) -> TableRow:
    """A row of a table."""
    return TableRow(tuple(each if isinstance(each, Cell) else Cell((each,)) for each in cells), chosen)


def heading(text: str) -> TableRow:
    """A row that is a heading for those below it."""
    return TableRow((Cell((text,)),), heading=True)


def sentences(texts: Iterable[str], tone: Tone = "") -> tuple[Sentences, ...]:
    """Sentences as a block; nothing where there are none."""
    lines = tuple((text,) for text in dict.fromkeys(texts))
    return (Sentences(lines, tone),) if lines else ()
