"""What came out: a table of metrics, gains and verdicts for every source and target, and how they were reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from relxfer.judge.records import Gain, Verdict
from relxfer.report import wording
from relxfer.report.sections import tuned
from relxfer.report.shown.blocks import (
    Block,
    Cell,
    Folded,
    Line,
    Number,
    Part,
    Table,
    TableRow,
    Tone,
    cell,
    heading,
    sentences,
)
from relxfer.report.shown.places import Place, whole
from relxfer.report.shown.subject import ANY, Placed, Subject
from relxfer.results import names
from relxfer.results.records import Row

TONES: dict[Verdict, Tone] = {
    Verdict.HELPS: "good",
    Verdict.HURTS: "bad",
    Verdict.NO_DIFFERENCE: "same",
    Verdict.INCONCLUSIVE: "unsure",
}
_ROLES = {"prior": " (prior)", "direct": " (source unchanged)", "scratch": " (no source)"}


def part(subject: Subject) -> Part | None:
    """The tables; None where nothing came out."""
    blocks = [block for (source, target), rows in subject.grouped().items()
              for block in _tables(subject, names.transfer(source, target), target, rows)]  # fmt: skip
    return Part("results", "Results", tuple(blocks)) if blocks else None


def _tables(subject: Subject, title: str, target: str, rows: Placed) -> Iterator[Block]:
    summary = subject.results.targets[target]
    decides, *further = summary.metrics
    head = ("strategy", f"{wording.directed(decides)}, 95 % interval", "gain, 95 % interval", "over", "verdict", "p")
    leak, oracle = bool(summary.given_away), wording.oracle(subject.results)
    yield Table(title, head, tuple(_by_budget(subject, rows, lambda place: _outcome(place, leak))))
    metrics = [metric.name for metric in further]
    how = _by_budget(subject, rows, lambda place: _how(place, metrics, oracle))
    named = (*map(wording.directed, further), *([wording.ORACLE] if oracle else []), *_HOW)
    table = Table(f"{title}: further figures", ("strategy", *named), tuple(how))
    yield Folded(f"{title}: further metrics, and how they were reached", (table, *_tuned(subject, title, rows)))


def _tuned(subject: Subject, title: str, rows: Placed) -> Iterator[Block]:
    """The options that tuning chose, where it chose some."""
    chosen = [place for place in rows if place.record.choice]
    if chosen:
        lines = _by_budget(subject, chosen, lambda place: [cell(_options(place.record))])
        yield Table(f"{title}: options that were chosen", ("strategy", "options"), tuple(lines))
        yield from sentences(tuned.sentences(subject.results), "muted")


def _options(row: Row) -> str:
    return tuned.options(row.choice) if row.choice else wording.EMPTY


_HOW = ("gain over source unchanged", "runs × items", "selected by", "model")


def _by_budget(subject: Subject, rows: Placed, cells: Callable[[Place[Row]], Sequence[Cell]]) -> Iterator[TableRow]:
    """The rows, with the label budget above those that have it.

    A row that is the same at every budget stands once, on top, and again where it is the one to use.
    """
    budgets = {place.record.budget for place in rows}
    free = {each[0].path for each in subject.alike(rows) if len(each) == len(budgets) > 1}
    if free:
        yield heading(ANY)
        yield from (_line(place, cells, False) for place in rows if place.path in free)
    again = {place.record.strategy for place in rows if place.path in free}
    for budget, per in dict.fromkeys((place.record.budget, place.record.labels_per) for place in rows):
        here = [place for place in rows if (place.record.budget, place.record.labels_per) == (budget, per)]
        shown = [place for place in here if place.record.use or place.record.strategy not in again]
        if shown:
            yield heading(wording.budget(budget, per))
            yield from (_line(place, cells, place.record.use) for place in shown)


def _line(place: Place[Row], cells: Callable[[Place[Row]], Sequence[Cell]], chosen: bool) -> TableRow:
    return TableRow((Cell((named(place.record),)), *cells(place)), chosen)


def named(row: Row) -> str:
    """The name of a row, with what it is in the comparison."""
    return f"{row.strategy}{_ROLES.get(row.role, '')}" if row.strategy != row.role else row.strategy


def _outcome(place: Place[Row], leak: bool) -> Sequence[Cell]:
    gain = place.record.gain
    return [
        place.interval("interval"),
        place.interval("gain", write=wording.signed),
        cell(gain.baseline if gain else wording.EMPTY),
        verdict(gain, leak),
        cell(place.number("gain", "p_adjusted", write=wording.probability) if gain else wording.EMPTY),
    ]


def verdict(gain: Gain | None, leak: bool = False) -> Cell:
    """A verdict with its conditions."""
    if gain is None or gain.verdict is None:
        return cell(wording.EMPTY, tone="muted")
    return cell(gain.says + ", but answers are given away" * leak, tone="bad" if leak else TONES[gain.verdict])


def _how(place: Place[Row], metrics: Sequence[str], oracle: bool) -> Sequence[Cell]:
    row = place.record
    return [
        *(cell(place.number("metrics", name) if name in row.metrics else wording.EMPTY) for name in metrics),
        *([cell(place.number("oracle"))] if oracle else []),
        place.interval("over_direct", write=wording.signed),
        cell(*_runs(place)),
        cell(", ".join(row.selection)),
        cell(row.model),
    ]


def _runs(place: Place[Row]) -> Line:
    if place.record.interval is None:
        return (wording.EMPTY,)
    units = place.number("interval", "units", write=whole)
    runs: str | Number = place.number("runs", write=whole)
    row = place.record
    crossed = f" ({row.source_seeds} × {row.seeds})" if row.crossed else ""
    return ("one run for all seeds × ", units) if row.deterministic else (runs, f"{crossed} × ", units)
