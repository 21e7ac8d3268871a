"""What `relxfer judge` found, in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from relxfer.judge.records import SystemVerdict
from relxfer.report.split import SplitTable
from relxfer.report.systems import sentences
from relxfer.results.systems.judgement import Compared, Judgement
from relxfer.store import escaping

STYLES = {
    SystemVerdict.BETTER: "bold green",
    SystemVerdict.WORSE: "bold red",
    SystemVerdict.NO_DIFFERENCE: "bold",
    SystemVerdict.INCONCLUSIVE: "bold magenta",
}


def render(judged: Judgement) -> RenderableType:
    """A table of the systems, one of the comparisons, and what each comparison says, in words."""
    judged = escaping.every(judged, escaping.terminal)
    tables = [_table(*each) for each in sentences.tables(judged)]
    said = [_said(compared, judged) for compared in judged.comparisons]
    return Group(tables[0], Text(), tables[1], Text(), *said, Text(sentences.how(judged), style="dim"))


def _said(compared: Compared, judged: Judgement) -> Text:
    claim = Text(
        f"{sentences.claim(compared, judged)}.", STYLES[compared.verdict] if compared.verdict else "bold magenta"
    )
    return claim.append(f" {sentences.further(compared, judged)}", "default")


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> SplitTable:
    return SplitTable(head[:1], head[1:], rows, title)
