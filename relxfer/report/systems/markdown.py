"""What `relxfer judge` found, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from relxfer.report.systems import sentences
from relxfer.results.systems.judgement import Judgement
from relxfer.store import escaping


def markdown(judged: Judgement) -> str:
    """Both tables, and a list of what each comparison says and of the notes."""
    judged = escaping.every(judged, escaping.markdown)
    lines = []
    for title, head, rows in sentences.tables(judged):
        lines += [f"## {title}", "", _line(head), _line("---" for _ in head), *map(_line, rows), ""]
    said = [
        f"**{sentences.claim(compared, judged)}.** {sentences.further(compared, judged)}"
        for compared in judged.comparisons
    ]
    return "\n".join([*lines, *(f"- {sentence}" for sentence in (*said, sentences.how(judged), *judged.notes))])


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
