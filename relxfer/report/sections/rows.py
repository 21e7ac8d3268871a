"""Sections about single rows and targets: every metric, every comparison, cost, data, notes, refusals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from relxfer.judge.records import Gain
from relxfer.report import outcome, wording
from relxfer.report import verdicts as made_verdicts
from relxfer.report.answers import claims
from relxfer.report.table import table
from relxfer.results import names
from relxfer.results.records import CellResult, Cost, MetricSummary, Row
from relxfer.results.results import Results

#: The most metrics beside each other in a table of 80 columns.
_BESIDE = 4
_ROLES = {"prior": " (prior)", "direct": " (direct)"}
_PLACE = ("labels", "", "strategy")


def metrics(results: Results) -> RenderableType | None:
    """Every metric of every row, the one that decides with its interval."""
    items: list[RenderableType] = []
    for title, rows in _transfers(results):
        decides, *further = results.targets[rows[0].target].metrics
        oracle = [wording.ORACLE] if wording.oracle(results) else []
        made = table((*_PLACE, f"{wording.directed(decides)} [95 %]", *oracle), title)
        for place, row in _placed(rows):
            made.add_row(*place, wording.interval(row.interval), *([wording.share(row.oracle)] if oracle else []))
        items += [made, *_further(title, rows, further)]
    return Group(*items, *_oracle_notes(results)) if items else None


def _further(title: str, rows: Sequence[Row], further: Sequence[MetricSummary]) -> Iterator[Table]:
    """Tables of further metrics, so many beside each other as 80 columns hold."""
    for start in range(0, len(further), _BESIDE):
        some = further[start : start + _BESIDE]
        made = table((*_PLACE, *map(wording.directed, some)))
        for place, row in _placed(rows):
            made.add_row(*place, *(wording.share(row.metrics.get(metric.name)) for metric in some))
        yield made


def verdicts(results: Results) -> RenderableType | None:
    """The gain of every row over every alternative, with p, and how verdicts are made."""
    items: list[RenderableType] = []
    for title, rows in _transfers(results):
        compared = [row for row in rows if row.gain]
        made = table((*_PLACE, "gain over", "[95 %]", "verdict", "p"), title, folds=("strategy", "gain over"))
        for place, row in _placed(compared):
            assert row.gain is not None
            _comparisons(made, place, row, row.gain)
        items += [made] if compared else []
    lines = made_verdicts.sentences(results)
    return Group(*items, *(Text(line, style="dim") for line in lines)) if items else None


def _comparisons(made: Table, place: Sequence[str], row: Row, gain: Gain) -> None:
    """A line for every alternative; that on the source unchanged is a question of its own."""
    others = [each for each in gain.against if each.name != gain.baseline]
    style = made_verdicts.STYLES[gain.verdict] if gain.verdict else "dim"
    told = Text(gain.verdict or ("no verdict" if gain.asked else "exploratory"), style=style)
    made.add_row(*place, gain.baseline, wording.interval(gain, wording.signed), told, _p(gain))
    for each in others:
        made.add_row("", "", "", each.name, wording.interval(each, wording.signed), "", "")
    if over := row.over_direct:
        style = made_verdicts.STYLES[over.verdict] if over.verdict else "dim"
        told, name = Text(over.verdict or "no verdict", style=style), f"{over.baseline} (second question)"
        made.add_row("", "", "", name, wording.interval(over, wording.signed), told, _p(over))


def _p(gain: Gain) -> str:
    return wording.probability(gain.p_adjusted if gain.p_adjusted is not None else gain.p)


def how(results: Results) -> RenderableType | None:
    """How the rows came about: model, runs, what selected the weights, cost."""
    items: list[RenderableType] = []
    models = wording.several_models(results)
    own = ("model",) if models else ()
    head = (*_PLACE, *own, "runs × items", "selected by", "time", "peak MB", "trained")
    for title, rows in _transfers(results):
        made = table(head, title, folds=("strategy", "model", "runs × items", "selected by"))
        for place, row in _placed(rows):
            runs, selection = wording.runs(row, "deterministic"), ", ".join(row.selection)
            made.add_row(*place, *([row.model] if models else []), runs, selection, *_cost(row.cost))
        items.append(made)
    return Group(*items) if items else None


def _cost(cost: Cost | None) -> list[str]:
    if cost is None:
        return [wording.EMPTY] * 3
    memory = wording.EMPTY if cost.peak_mb is None else f"{cost.peak_mb:.0f}"
    return [wording.seconds(cost.seconds), memory, wording.count(cost.trained_parameters)]


def data(results: Results) -> RenderableType | None:
    """Where sources come from; how each target was split, what it shares with the sources, and the leak audit."""
    return _lines(wording.of_data(results))


def notes(results: Results) -> RenderableType | None:
    """What limits single rows, and what would decide the undecided ones; each note once."""
    found: dict[str, list[Row]] = {}
    for row in results.rows:
        undefined = [sentence for _, sentence in wording.undefined([row])]
        lacking = [f"details: {row.details.note}"] if row.details and row.details.note else []
        for note in dict.fromkeys([*filter(None, row.note.split("; ")), *undefined, *lacking]):
            found.setdefault(note, []).append(row)
    return _lines([f"{_where(results, rows)}: {note}" for note, rows in found.items()])


def _where(results: Results, rows: Sequence[Row]) -> str:
    """The rows that a note concerns, by target."""
    told = []
    for target in dict.fromkeys(row.target for row in rows):
        here = [row for row in rows if row.target == target]
        several = len({row.source for row in results.rows if row.target == target}) > 1
        places = claims.places(here, claims.labels(results, target), several)
        told.append(f"{target}, {places}" if len(results.targets) > 1 else places)
    return "; ".join(told)


def refused(results: Results) -> RenderableType | None:
    """What cannot run, with the reason, each once."""
    reasons: dict[str, list[CellResult]] = {}
    for cell in results.cells:
        if cell.status not in ("done", "failed"):
            reasons.setdefault(f"{cell.status}: {cell.reason}", []).append(cell)
    return _lines([f"{reason} ({_cells(len(of))})" for reason, of in reasons.items()])


def _cells(number: int) -> str:
    return f"{number} cell{'s' * (number != 1)}"


def _oracle_notes(results: Results) -> Iterator[Text]:
    return (Text(line, style="dim") for line in wording.of_oracle(results))


def _lines(lines: Sequence[str]) -> RenderableType | None:
    return Group(*map(Text, lines)) if lines else None


def _transfers(results: Results) -> Iterator[tuple[str, list[Row]]]:
    """The rows of every source and target that ran, with the name of the transfer."""
    for source, target in dict.fromkeys((row.source, row.target) for row in results.rows):
        rows = [row for row in results.rows if (row.source, row.target) == (source, target) and row.finished]
        if rows:
            yield names.transfer(source, target), rows


def _placed(rows: Sequence[Row]) -> Iterator[tuple[tuple[str, str, str], Row]]:
    """Rows with the cells that place them: the label budget, at its first row, the mark of use, and the strategy."""
    for label, of in outcome.blocks(rows):
        for number, row in enumerate(of):
            told = f"{label}/class" if row.labels_per == "class" and label.isdecimal() else label
            name = f"{row.strategy}{_ROLES.get(row.role, '') if row.role != row.strategy else ''}"
            yield ("" if number else told, outcome.USE if row.use else "", name), row
