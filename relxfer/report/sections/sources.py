"""Sources for one target beside each other: a table for the terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from relxfer.report import verdicts, wording
from relxfer.report.table import table
from relxfer.results.results import Results
from relxfer.results.run_records import SourcePair
from relxfer.store import escaping

HEAD = ("strategy", "source", "difference [95 %]", "verdict", "p")
TITLE = "sources beside each other"
LEGEND = (
    "difference: the first source less the second, or the second less the first where less is better, paired by seed "
    "and query; p is adjusted over all pairs of sources of the run (Holm), which are a family of their own"
)


def render(results: Results) -> RenderableType | None:
    """A table with a line for every two sources of a target, and its legend; None where there are none."""
    if not results.source_pairs:
        return None
    results = escaping.every(results, escaping.terminal)
    made = table(HEAD, TITLE)
    for place, pairs in _places(results):
        made.add_row(Text(place, style="bold"))
        for pair in pairs:
            strategy, sources, difference, verdict, p = cells(pair)
            style = verdicts.STYLES[pair.difference.verdict] if pair.difference.verdict else "dim"
            made.add_row(f"  {strategy}", sources, difference, Text(verdict, style=style), p)
    return Group(made, *(Text(line, style="dim") for line in (LEGEND, *notes(results))))


def cells(pair: SourcePair) -> list[str]:
    """The cells of a pair; parts of a verdict, and the names of sources, stand below each other."""
    words = [pair.word, *(pair.difference.conditions if pair.difference.verdict else ())]
    verdict = "\n".join(words).replace("between these source", "between these\nsource")
    return [
        pair.strategy,
        f"{pair.sources[0]} –\n{pair.sources[1]}",
        wording.interval(pair.difference, wording.signed),
        verdict,
        wording.probability(pair.difference.p_adjusted),
    ]


def notes(results: Results) -> list[str]:
    """Why pairs have no verdict, or an inconclusive one; each once."""
    found: dict[str, list[str]] = {}
    for place, pairs in _places(results):
        for pair in pairs:
            for note in filter(None, pair.difference.note.split("; ")):
                found.setdefault(note, []).append(f"{place}: {pair.strategy}, {' – '.join(pair.sources)}")
    return [f"note: {note} ({'; '.join(dict.fromkeys(places))})" for note, places in found.items()]


def _places(results: Results) -> Iterator[tuple[str, list[SourcePair]]]:
    """Target, metric and budgets, with the pairs there."""
    found: dict[str, list[SourcePair]] = {}
    for pair in results.source_pairs:
        budgets = ", ".join(wording.budget(budget, pair.labels_per) for budget in pair.budgets)
        metric = wording.directed(results.metric_of(pair.target, pair.metric))
        found.setdefault(f"{pair.target}, {metric}, {budgets}", []).append(pair)
    yield from found.items()
