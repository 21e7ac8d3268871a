"""The table of what came out: as many columns as a terminal has room for, and verdicts never cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderResult
from rich.table import Table
from rich.text import Text

from relxfer.judge.records import Gain, Verdict
from relxfer.report import verdicts, wording
from relxfer.report.answers.claims import decisive, is_constant
from relxfer.report.table import table
from relxfer.results import budgets
from relxfer.results.records import MetricSummary, Row

#: Before the row to use at its label budget.
USE = "▸"
ANY = "any"
#: In place of a label budget, where nothing uses labels.
_UNUSED = "none"
LEAK = "bold red"
#: In place of a gain, what a row is.
_ROLES = {"prior": "(prior)", "direct": "(source unchanged)"}
#: What a row is to the source unchanged.
_BESIDE = {
    Verdict.HELPS: "better",
    Verdict.HURTS: "worse",
    Verdict.NO_DIFFERENCE: "same",
    Verdict.INCONCLUSIVE: "undecided",
}
#: Conditions that stand below a verdict; others are told once, beside the answer.
_BELOW = {"when it trains": "when it trains", "though most runs of a side fail": "most runs fail"}
#: The places of columns.
_STRATEGY, _GAIN = 2, 4
#: The most that a table leaves to names before it leaves out anything else, and the least that it leaves to them.
_NAMES, _LEAST = 19, 8
_LINE = "\n"


@dataclass(frozen=True)
class _Room:
    """What a table has room for, beside labels, strategy, metric, gain and verdict.

    beside     the gain over the source unchanged, where a verdict tells it in a word
    intervals  the interval of the metric
    further    how many further metrics
    p          the adjusted p
    below      whether intervals stand below what they belong to
    gap        spaces between columns
    """

    beside: bool = False
    intervals: bool = False
    further: int = 0
    p: bool = False
    below: bool = False
    gap: int = 1


class Outcome:
    """The rows of one source and target, grouped by label budget.

    Rows that are the same at every label budget stand once, at the end; of priors, the best of each budget, and those
    that decide a verdict. Names must have been escaped.

    rows     those of one source and target
    metrics  of the target, the one that decides first
    leak     whether answers of its test are given away
    used     whether anything is given labels of the target
    """

    def __init__(self, rows: Sequence[Row], metrics: Sequence[MetricSummary], leak: bool = False, used: bool = True):
        self.rows = [row for row in rows if row.finished]
        self.metrics, self.leak, self.used = metrics, leak, used
        self.baseline = _usual(self.rows)
        self.direct = next((row.over_direct.baseline for row in self.rows if row.over_direct), "")

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self.table(options.max_width)

    def table(self, width: int) -> Table:
        """The table for a terminal of this width."""
        room = self._room(width)
        made = table(self._head(room), folds=("strategy",))
        made.padding = (0, room.gap, 0, 0)
        made.columns[0].justify = "right"
        for column, wide in zip(made.columns, self._widths(room, width), strict=True):
            column.width, column.no_wrap, column.overflow = wide, False, "fold"
        for cells in self._lines(room):
            made.add_row(*cells)
        return made

    def _room(self, width: int) -> _Room:
        """The most that fits."""
        wide = _Room(gap=2)
        more = [_Room(below=True), _Room(), wide, replace(wide, beside=True)]
        more.append(replace(wide, beside=True, intervals=True))
        more += [replace(more[-1], further=number) for number in range(1, len(self.metrics))]
        more.append(replace(more[-1], p=True))
        return next((each for each in reversed(more) if self._names(each, width) >= self._longest()), more[0])

    def _longest(self) -> int:
        """The width that a table leaves to names before it leaves out anything else."""
        words = [word for row in self.rows for word in row.strategy.split()]
        return max(_LEAST, min(_NAMES, max(map(cell_len, words), default=0)))

    def _widths(self, room: _Room, width: int) -> list[int]:
        """The width of each column; that of the names is what is left."""
        widths = self._natural(room)
        widths[_STRATEGY] = max(_LEAST, min(widths[_STRATEGY], self._names(room, width)))
        return widths

    def _names(self, room: _Room, width: int) -> int:
        """The width that is left to names."""
        others = self._natural(room)
        return width - sum(others) + others[_STRATEGY] - room.gap * (len(others) - 1)

    def _natural(self, room: _Room) -> list[int]:
        cells = [self._head(room), *([_plain(cell) for cell in line] for line in self._lines(room))]
        widths = [max(_width(cell) for cell in column) for column in zip(*cells, strict=True)]
        if self.baseline:  # the names of other alternatives are wrapped below their gains
            gains = [self._sized(row.gain, room) for row in self.rows if row.gain]
            widths[_GAIN] = max(map(_width, (self._head(room)[_GAIN], *gains)))
        return widths

    def _head(self, room: _Room) -> list[str]:
        per = any(row.labels_per == "class" for row in self.rows)
        decides, *further = self.metrics
        below = "\n" if room.below else " "
        return [
            "per class" if per else "labels",
            "",
            "strategy",
            wording.directed(decides) + " [95 %]" * room.intervals,
            *([f"over {self.baseline}{below}[95 %]"] if self.baseline else []),
            *(["verdict"] if self.baseline else []),
            *([f"vs{' ' if room.beside else _LINE}{self.direct}"] if self.direct else []),
            *map(wording.directed, further[: room.further]),
            *(["p"] if room.p and self.baseline else []),
        ]

    def _lines(self, room: _Room) -> Iterator[list[str | Text]]:
        for label, rows in self._blocks():
            for number, row in enumerate(rows):
                told = label if self.used else _UNUSED
                yield [told if number == 0 else "", *self._cells(row, room)]

    def _blocks(self) -> Iterator[tuple[str, list[Row]]]:
        """Label budgets with their rows, but for priors that say nothing."""
        every = list(blocks(self.rows))
        varying = any(row.role == "prior" for label, rows in every for row in rows if label != ANY)
        for label, rows in every:
            spoken = [row for row in rows if label != ANY or not varying or row.role != "prior" or row.use]
            yield label, self._shown(spoken)

    def _shown(self, rows: Sequence[Row]) -> list[Row]:
        """All rows but the priors that are neither the best here, nor what a verdict rests on, nor to be used."""
        deciding = {decisive(row.gain)[0] for row in self.rows if row.gain}
        priors = [row for row in rows if row.role == "prior" and row.interval]
        best = max(priors, key=lambda row: self.metrics[0].sign * _estimate(row), default=None)
        return [row for row in rows if row.role != "prior" or row is best or row.use or row.strategy in deciding]

    def _cells(self, row: Row, room: _Room) -> list[str | Text]:
        gain = row.gain
        further = [metric.name for metric in self.metrics[1:][: room.further]]
        value = wording.share(row.interval.estimate) if row.interval else wording.EMPTY
        return [
            USE if row.use else "",
            row.strategy,
            wording.interval(row.interval) if room.intervals else value,
            *(
                [self._gain(gain, room) if gain else Text(_ROLES.get(row.role, ""), style="dim")]
                if self.baseline
                else []
            ),
            *([self._verdict(gain) if gain else ""] if self.baseline else []),
            *([_beside(row.over_direct, room.beside)] if self.direct else []),
            *(wording.share(row.metrics.get(metric)) for metric in further),
            *([wording.probability(gain.p_adjusted) if gain else ""] if room.p and self.baseline else []),
        ]

    def _sized(self, gain: Gain, room: _Room) -> str:
        """The gain over the alternative that decides."""
        found = decisive(gain)[1]
        below = "\n" if room.below else " "
        return f"{wording.signed(found.estimate)}{below}[{wording.signed(found.low)}, {wording.signed(found.high)}]"

    def _gain(self, gain: Gain, room: _Room) -> str:
        """The gain, with the alternative that it is over where that is not the one of the heading."""
        name = decisive(gain)[0]
        return self._sized(gain, room) + f"\nover {name}" * (name != self.baseline)

    def _verdict(self, gain: Gain) -> Text:
        if gain.verdict is None:
            return Text("no verdict" if gain.asked else "exploratory")
        shown = Text(gain.verdict, style=verdicts.STYLES[gain.verdict])
        for condition in gain.conditions:
            if condition in _BELOW:
                shown.append(f"\n{_BELOW[condition]}")
        return shown.append("\n(leak)", style=LEAK) if self.leak else shown


def blocks(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    """Label budgets with the rows of one source and target; rows that are the same at all of them come once, last."""
    constant = [row for row in rows if is_constant(row, rows)]
    for budget in sorted({row.budget for row in rows}, key=budgets.size):
        yield str(budget), [row for row in rows if row.budget == budget and row not in constant]
    used = {row.strategy for row in constant if row.use}
    once = {row.strategy: replace(row, use=row.strategy in used) for row in constant}
    yield ANY, list(once.values())


def _usual(rows: Sequence[Row]) -> str:
    """The alternative that most gains of the table are over; empty where there is no gain."""
    found = [decisive(row.gain)[0] for row in rows if row.gain and not is_constant(row, rows)]
    found = found or [decisive(row.gain)[0] for row in rows if row.gain]
    return max(found, key=found.count, default="")


def _estimate(row: Row) -> float:
    return row.interval.estimate if row.interval else float("nan")


def _beside(over_direct: Gain | None, number: bool) -> str:
    if over_direct is None:
        return ""
    word = _BESIDE[over_direct.verdict] if over_direct.verdict else "no verdict"
    return f"{wording.signed(over_direct.estimate)} {word}" if number else word


def _plain(cell: str | Text) -> str:
    return cell.plain if isinstance(cell, Text) else cell


def _width(cell: str) -> int:
    return max(map(cell_len, cell.split("\n")))
