"""The report in the terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.pretty import Pretty
from rich.protocol import is_renderable
from rich.table import Table
from rich.text import Text

from relxfer.contract.records import ReportSection
from relxfer.plugins.finder import Plugins, load_object
from relxfer.report import curves, diagnostics, heads, wording
from relxfer.results import learning_curves
from relxfer.results.results import Results
from relxfer.store import escaping

#: Rows that a note names with their targets.
_FEW = 3
STYLES = {"HELPS": "bold green", "HURTS": "bold red", "INCONCLUSIVE": "yellow"}


def render(results: Results, plugins: Plugins | None = None) -> RenderableType:
    """The whole report: one table for every source and target, then what must be known about it."""
    shown = escaping.every(results, escaping.terminal)
    return Group(*_parts(shown), *_sections(results, plugins))


def _parts(results: Results) -> Iterator[RenderableType]:
    yield _title(results)
    distinct = wording.distinct(results)
    yield from _tables(distinct)
    if shown := curves.unasked(list(learning_curves.of(results))):
        yield curves.render(shown)
    if logged := diagnostics.table(distinct):
        yield logged
    yield from (Text(line, style="yellow") for line in diagnostics.sentences(distinct))
    yield from (Text(line, style="dim") for line in wording.sentences(results))
    yield from _troubles(distinct)


def _title(results: Results) -> Text:
    return Text(f"{results.name}: {len(results.seeds)} seed(s), in {results.folder}", style="bold")


def _tables(results: Results) -> Iterator[Table]:
    """For every source and target, a table of what came out and one of how it was got."""
    for source, target in dict.fromkeys((row["source"], row["target"]) for row in results.rows):
        rows = [row for row in results.rows if (row["source"], row["target"]) == (source, target)]
        title = f"{source or 'no source'} → {target}"
        shown = [m for m in _metrics(rows) if m != results.metric]
        head = ["strategy", f"{wording.metric_name(results.metric)} [95 %]"]
        head += [wording.ORACLE] if wording.oracle(results) else []
        head += map(wording.metric_name, shown)
        yield _table(
            title,
            [*head, "gain over baseline [95 %]", "verdict", "p"],
            rows,
            partial(_outcome, shown, wording.oracle(results)),
        )
        yield _table(f"{title}: how", _HOW, rows, _how)


_HOW = ["strategy", "over direct [95 %]", "runs × items", "selected by", "time", "peak MB", "trained"]


def _table(
    title: str,
    head: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    cells: Callable[[Mapping[str, Any]], list],
) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, header_style="dim")
    heads.add(table, head)
    for budget, per in dict.fromkeys((row["budget"], row.get("labels_per")) for row in rows):
        table.add_row(Text(wording.budget(budget, per), style="bold"))
        shown = (row for row in rows if (row["budget"], row.get("labels_per")) == (budget, per) and "metrics" in row)
        for row in shown:
            table.add_row(f"  {row['strategy']}{_ROLES.get(row['role'], '')}", *cells(row))
    return table


_ROLES = {"prior-only": " (prior-only)", "direct": " (direct)"}


def _metrics(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    return list(next((row["metrics"] for row in rows if "metrics" in row), {}))


def _outcome(shown: Sequence[str], oracle: bool, row: Mapping[str, Any]) -> list[Text | str]:
    verdict, gain = row.get("verdict"), row.get("gain")
    return [
        wording.interval(row["interval"]),
        *([wording.share(row.get("oracle"))] if oracle else []),
        *(wording.share(row["metrics"][m]) for m in shown),
        f"{wording.interval(gain, wording.signed)} {row['baseline']}" if gain else wording.EMPTY,
        Text(verdict, style=STYLES[verdict]) if verdict else wording.EMPTY,
        wording.probability(row.get("p_adjusted")),
    ]


def _how(row: Mapping[str, Any]) -> list[Text | str]:
    cost = row["cost"]
    return [
        wording.interval(row.get("over_direct"), wording.signed),
        _runs(row),
        ", ".join(row["selection"]),
        wording.seconds(cost["seconds"]),
        wording.EMPTY if cost["peak_mb"] is None else f"{cost['peak_mb']:.0f}",
        wording.count(cost["trained_parameters"]),
    ]


def _runs(row: Mapping[str, Any]) -> str:
    """Runs and items; a deterministic strategy runs once."""
    runs = "deterministic" if row["deterministic"] else str(row["runs"])
    return f"{runs} × {row['interval']['units']}"


def _troubles(results: Results) -> Iterator[Text]:
    """Notes, refusals and failures, each once."""
    yield from _notes(results.rows)
    reasons: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for cell in results.cells:
        if cell["status"] != "done":
            reasons.setdefault((cell["status"], cell.get("reason", "")), []).append(cell)
    for (status, reason), cells in reasons.items():
        more = f"; relxfer show {cells[0]['id']} --run {results.folder}" if cells[0].get("id") else ""
        style = "red" if status == "failed" else "yellow"
        yield Text(f"{status} ({len(cells)} cell(s)): {reason}{more}", style=style)


def _notes(rows: Sequence[Mapping[str, Any]]) -> Iterator[Text]:
    """Each note once, and whom it concerns; of many, without their targets."""
    notes: dict[str, list[tuple[str, str]]] = {}
    several = len({(row["source"], row["target"]) for row in rows}) > 1
    for row in rows:
        if row.get("note"):
            where = f"{row['strategy']} at {wording.budget(row['budget'], row.get('labels_per'))}"
            full = f"{row['source']} → {row['target']}, {where}" if several else where
            for note in row["note"].split("; "):
                notes.setdefault(note, []).append((where, full))
    for note, places in notes.items():
        told = dict.fromkeys(full if len(places) <= _FEW else where for where, full in places)
        yield Text(f"note: {note} ({'; '.join(told)})", style="dim")


def _sections(results: Results, plugins: Plugins | None) -> Iterator[RenderableType]:
    """Sections of plugins; one that raises says so and harms nothing else."""
    for offer in plugins.all(ReportSection.kind) if plugins else []:
        try:
            made = load_object(offer.record.load)(results)
        except (Exception, SystemExit) as error:
            made = _raised(offer.record.name, error)
        if made is not None:
            yield _Section(offer.record.name, made)


@dataclass(frozen=True)
class _Section:
    """What a plugin made, rendered behind the same wall: much of rich raises only when it is printed."""

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
