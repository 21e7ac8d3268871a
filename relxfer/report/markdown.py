"""The report in full as Markdown, with parts that fold; plots are told in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from relxfer.plugins.finder import Plugins
from relxfer.report.parts import full
from relxfer.report.shown.blocks import Block, Cell, Code, Figure, Folded, Line, Part, Sentences, Table, TableRow
from relxfer.report.shown.subject import Subject
from relxfer.results.results import Results
from relxfer.store import escaping

_FENCE = re.compile("`{3,}")


def markdown(results: Results, plugins: Plugins | None = None) -> str:
    """The report as Markdown; names in it are no markup."""
    subject = Subject.of(results, plugins, escape=escaping.markdown)
    return "\n".join([f"# {subject.results.name}", "", *(line for part in full.parts(subject) for line in _part(part))])


def _part(part: Part) -> Iterator[str]:
    yield from (f"## {part.title}", "")
    for block in part.blocks:
        yield from _block(block)


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Sentences):
        yield from _sentences(block)
    elif isinstance(block, Table):
        yield from _table(block)
    elif isinstance(block, Code):
        fence = max(["```", *(f"{found}`" for found in _FENCE.findall(block.text))], key=len)
        yield from (f"{fence}{block.language}", escaping.terminal(block.text.rstrip("\n"), lines=True), fence, "")
    elif isinstance(block, Figure):
        yield from (f"*{block.title}.* {block.alt}", "")
    else:
        yield from _folded(block)


def _folded(block: Folded) -> Iterator[str]:
    yield from (f"<details><summary>{block.title}</summary>", "")
    for inner in block.blocks:
        yield from _block(inner)
    yield from ("</details>", "")


def _sentences(block: Sentences) -> Iterator[str]:
    start, end = ("**", "**") if block.tone in ("bad", "strong") else ("", "")
    listed = "- " if len(block.lines) > 1 else ""
    yield from (f"{listed}{start}{_text(line)}{end}" for line in block.lines)
    yield ""


def _table(block: Table) -> Iterator[str]:
    yield from (f"**{block.caption}**", "", _line(block.head), _line("---" for _ in block.head))
    yield from (_line(_cells(row, len(block.head))) for row in block.rows)
    yield ""


def _cells(row: TableRow, columns: int) -> Sequence[str]:
    first, *rest = map(_cell, row.cells)
    if row.heading:
        return [f"**{first}**", *[""] * (columns - 1)]
    return ["▸ " * row.chosen + first, *rest]


def _cell(cell: Cell) -> str:
    text = _text(cell.line)
    return f"**{text}**" if cell.tone in ("good", "bad") and text else text


def _text(line: Line) -> str:
    return "".join(map(str, line))


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
