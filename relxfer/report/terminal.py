"""The report in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.pretty import Pretty
from rich.protocol import is_renderable
from rich.table import Table
from rich.text import Text

from relxfer.contract.records import ReportSection
from relxfer.judge.records import Gain, Verdict
from relxfer.plugins.finder import Plugins, load_object
from relxfer.report import calibration, curves, diagnostics, wording
from relxfer.report.table import table
from relxfer.results import learning_curves, names
from relxfer.results.records import CellResult, Cost, Row
from relxfer.results.results import Results
from relxfer.store import escaping

#: Number of rows up to which a note names them with their targets.
_FEW = 3
LEAK = "bold red"
STYLES = {
    Verdict.HELPS: "bold green",
    Verdict.HURTS: "bold red",
    Verdict.NO_DIFFERENCE: "bold",
    Verdict.INCONCLUSIVE: "yellow",
}


def render(results: Results, plugins: Plugins | None = None) -> RenderableType:
    """The whole report: tables for every source and target, notes, and the sections of plugins."""
    shown = escaping.every(results, escaping.terminal)
    return Group(*_own_sections(shown), *_sections(results, plugins))


def _own_sections(results: Results) -> Iterator[RenderableType]:
    yield _title(results)
    distinct = wording.distinct(results)
    yield from _tables(distinct)
    if shown := curves.shown_by_default(list(learning_curves.of(results))):
        yield curves.render(shown)
    if logged := diagnostics.logged(distinct):
        yield logged
    if probabilities := calibration.render(distinct):
        yield probabilities
    yield from (Text(line, style="yellow") for line in diagnostics.sentences(distinct))
    yield from (Text(line, style="dim") for line in wording.sentences(results))
    yield from _troubles(distinct)


def _title(results: Results) -> Text:
    return Text(f"{results.name}: {wording.seeds(results)}, in {results.folder}", style="bold")


def _tables(results: Results) -> Iterator[Table | Text]:
    """For every source and target, a table of results, what is given away, and a table of how they were obtained."""
    outcomes, how = {target: _Outcome(results, target) for target in results.targets}, _How(results)
    for source, target in dict.fromkeys((row.source, row.target) for row in results.rows):
        rows = [row for row in results.rows if (row.source, row.target) == (source, target)]
        title = names.transfer(source, target)
        yield _table(title, rows, outcomes[target])
        yield from (Text(line, style=LEAK) for line in wording.leaks(target, results.targets[target]))
        yield _table(f"{title}: how", rows, how)


def _table(title: str, rows: Sequence[Row], columns: _Outcome | _How) -> Table:
    made = table(("strategy", *columns.head), title)
    for budget, per in dict.fromkeys((row.budget, row.labels_per) for row in rows):
        made.add_row(Text(wording.budget(budget, per), style="bold"))
        for row in rows:
            if (row.budget, row.labels_per) == (budget, per) and (row.runs or row.cost):
                mark = _USE if row.use else "  "
                made.add_row(f"{mark}{row.strategy}{_ROLES.get(row.role, '')}", *columns.cells(row))
    return made


#: Before the row to use at its label budget.
_USE = "▸ "
_ROLES = {"prior": " (prior)", "direct": " (direct)"}


class _Outcome:
    """The columns of results of a target: metrics, gain, verdict, p."""

    def __init__(self, results: Results, target: str):
        self.oracle, self.leak = wording.oracle(results), bool(results.targets[target].given_away)
        decides, *further = results.targets[target].metrics
        self.further = [metric.name for metric in further]
        self.head = [
            f"{wording.directed(decides)} [95 %]",
            *([wording.ORACLE] if self.oracle else []),
            *map(wording.directed, further),
            "gain over baseline [95 %]",
            "verdict",
            "p",
        ]

    def cells(self, row: Row) -> list[Text | str]:
        """The cells of a row, in the order of `head`."""
        gain = row.gain
        return [
            wording.interval(row.interval),
            *([wording.share(row.oracle)] if self.oracle else []),
            *(wording.share(row.metrics.get(metric)) for metric in self.further),
            f"{wording.interval(gain, wording.signed)} {gain.baseline}" if gain else wording.EMPTY,
            self._verdict(gain) if gain and gain.verdict else wording.EMPTY,
            wording.probability(gain.p_adjusted if gain else None),
        ]

    def _verdict(self, gain: Gain) -> Text:
        assert gain.verdict is not None
        shown = Text(gain.verdict, style=STYLES[gain.verdict])
        for condition in gain.conditions:  # on lines of their own, which no table cuts
            shown.append(f"\n{condition}")
        return shown.append(" (leak)", style=LEAK) if self.leak else shown


class _How:
    """The columns of how results were obtained: model, gain over direct transfer, runs, selection, cost."""

    def __init__(self, results: Results):
        self.models = wording.several_models(results)
        own = ("model",) if self.models else ()
        self.head = (*own, "over direct [95 %]", "runs × items", "selected by", "time", "peak MB", "trained")

    def cells(self, row: Row) -> list[Text | str]:
        """The cells of a row, in the order of `head`."""
        return [
            *([row.model] if self.models else []),
            wording.interval(row.over_direct, wording.signed),
            wording.runs(row, "deterministic"),
            ", ".join(row.selection),
            *_cost(row.cost),
        ]


def _cost(cost: Cost | None) -> list[str]:
    if cost is None:
        return [wording.EMPTY] * 3
    memory = wording.EMPTY if cost.peak_mb is None else f"{cost.peak_mb:.0f}"
    return [wording.seconds(cost.seconds), memory, wording.count(cost.trained_parameters)]


def _troubles(results: Results) -> Iterator[Text]:
    """Notes, refusals and failures, each once."""
    yield from _notes(results.rows)
    reasons: dict[tuple[str, str], list[CellResult]] = {}
    for cell in results.cells:
        if cell.status != "done":
            reasons.setdefault((cell.status, cell.reason), []).append(cell)
    for (status, reason), cells in reasons.items():
        more = f"; relxfer show {cells[0].id} --run {results.folder}" if cells[0].id else ""
        style = "red" if status == "failed" else "yellow"
        yield Text(f"{status} ({len(cells)} cell(s)): {reason}{more}", style=style)


def _notes(rows: Sequence[Row]) -> Iterator[Text]:
    """Each note once, with the rows that it concerns; many rows are listed without their targets."""
    notes: dict[str, list[tuple[str, str]]] = {}
    several = len({(row.source, row.target) for row in rows}) > 1
    for row in rows:
        where = f"{row.strategy} at {wording.budget(row.budget, row.labels_per)}"
        full = f"{names.transfer(row.source, row.target)}, {where}" if several else where
        undefined = [sentence for _, sentence in wording.undefined([row])]
        for note in dict.fromkeys([*filter(None, row.note.split("; ")), *undefined]):
            notes.setdefault(note, []).append((where, full))
    for note, places in notes.items():
        shown = dict.fromkeys(full if len(places) <= _FEW else where for where, full in places)
        yield Text(f"note: {note} ({'; '.join(shown)})", style="dim")


def _sections(results: Results, plugins: Plugins | None) -> Iterator[RenderableType]:
    """The sections of plugins; if one raises, the error is shown in its place."""
    for offer in plugins.all(ReportSection.kind) if plugins else []:
        try:
            made = load_object(offer.record.load)(results)
        except (Exception, SystemExit) as error:
            made = _raised(offer.record.name, error)
        if made is not None:
            yield _Section(offer.record.name, made)


@dataclass(frozen=True)
class _Section:
    """A section of a plugin. It is rendered here, because many renderables raise only when they are printed."""

    name: str
    made: Any

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        try:
            lines = list(console.render(self.made if is_renderable(self.made) else Pretty(self.made), options))
        except (Exception, SystemExit) as error:
            lines = list(console.render(_raised(self.name, error), options))
        return lines


def _raised(name: str, error: BaseException) -> Text:
    return Text(f"report section {name!r} raised {type(error).__name__}: {error}", style="red")
