"""The results of a suite with published values, and the list of suites, in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from relxfer.report import wording
from relxfer.report.split import SplitTable
from relxfer.report.table import table
from relxfer.results import names
from relxfer.results.standings import FieldAverage, Published, Standing, SuiteStandings, SuiteSummary
from relxfer.store import escaping


def render_suites(suites: Sequence[SuiteSummary]) -> RenderableType:
    """What every suite is, and below it how many targets it has, with how many published values, and its source."""
    made = table(("suite", "what"))
    for suite in escaping.every(suites, escaping.terminal):
        source = "; needs --checkpoint FILE" if suite.checkpoint else ""
        targets = f"{len(suite.targets)} target{'s' * (len(suite.targets) != 1)}"
        more = f"{targets}, published values for {len(suite.published)}{source}"
        made.add_row(suite.name, Text(suite.summary).append(f"\n{more}", style="dim"))
    return made


def render(standings: SuiteStandings) -> RenderableType:
    """A table with our values for every target and the published ones below, then averages, then references."""
    view = _View(escaping.every(standings, escaping.terminal))
    items: list[RenderableType] = [Text(view.title, style="bold"), view.targets()]
    if view.standings.averages:
        items.append(view.averages())
    return Group(*items, *(Text(line, style="dim") for line in view.sentences()))


class _View:
    """Standings whose references are numbered in the order in which they are first cited."""

    def __init__(self, standings: SuiteStandings):
        self.standings = standings
        self.numbers = {name: number for number, name in enumerate(standings.sources, 1)}
        self.names = [wording.metric_name(metric) for metric in standings.metrics]
        self.realistic = standings.rank_rule not in (None, "realistic")
        self.several = len({line.source for line in standings.targets}) > 1

    @property
    def title(self) -> str:
        ranks = f", {self.standings.rank_rule} ranks" if self.standings.rank_rule else ""
        chosen = f", {self.standings.chosen}" if self.standings.chosen else ""
        return f"{self.standings.suite}: {self.standings.strategy}{ranks}{chosen}, in {self.standings.folder}"

    def targets(self) -> SplitTable:
        realistic = [f"realistic {self.names[0]}"] if self.realistic else []
        head = (*(f"{name} [95 %]" for name in self.names), *realistic, self.standings.item, "seen", "time")
        return SplitTable(("target", ""), head, [_filled(row, len(head) + 2) for row in self._lines()])

    def _lines(self) -> Iterator[Sequence[str | Text]]:
        for line in self.standings.targets:
            name = names.transfer(line.source, line.target) if self.several else line.target
            if not line.metrics:
                yield [name, Text(f"ours: {line.reason}", style="red")]
                continue
            yield [Text(cell, style="bold") for cell in (name, "ours", *self._ours(line))]
            for theirs in line.published:
                yield ["", *self._theirs(theirs)]

    def _ours(self, line: Standing) -> Iterator[str]:
        yield from (wording.interval(line.metrics[metric]) for metric in self.standings.metrics)
        if self.realistic:
            yield wording.share(line.realistic.get(self.standings.metrics[0]))
        yield from (f"{line.items:,}", line.seen.mark, wording.seconds(line.seconds))

    def _theirs(self, theirs: Published) -> list[str]:
        name = f"{theirs.name} [{self.numbers[theirs.source]}]"
        if theirs.note:  # it cannot be compared, and the reason stands below the name, where there is room
            return [f"{name}, {theirs.note}", *(wording.share(theirs.metrics.get(m)) for m in self.standings.metrics)]
        return [name, *(_pair(theirs.metrics.get(m), theirs.difference.get(m)) for m in self.standings.metrics)]

    def averages(self) -> SplitTable:
        head = ("targets", *self.names, *(f"ours {name}" for name in self.names))
        rows = []
        for average in self.standings.averages:
            theirs, ours = average.metrics, average.ours
            rows.append([
                average.group,
                average.name,
                f"{len(average.targets)} of {average.of}",
                *(_pair(theirs.get(m), ours[m] - theirs[m] if m in ours else None) for m in self.standings.metrics),
                *(wording.share(ours.get(m)) for m in self.standings.metrics),
            ])  # fmt: skip
        return SplitTable(("average", ""), head, rows)

    def sentences(self) -> Iterator[str]:
        """Notes on the tables, and the references."""
        yield from self.standings.seen.values()
        if any(line.seen.source for line in self.standings.targets):
            yield (
                "seen: share of the test facts among the training facts of a graph that the source has seen; same set: "
                "the training graph of the same set; same origin: overlap not counted"
            )
        rules = dict.fromkeys(made.rank_rule for made in self.standings.protocols.values() if made.rank_rule)
        if rules:
            yield (
                f"in brackets: ours minus theirs, both with {', '.join(rules)} ranks; averages are over the targets "
                "that have both, by protocol"
            )
        for group in dict.fromkeys((average.group, average.graphs) for average in self.standings.field):
            yield self._field([a for a in self.standings.field if (a.group, a.graphs) == group])
        for name, source in self.standings.sources.items():
            note = f": {source.note}" if source.note else ""
            where = f", {source.url}" if source.url else ""
            yield f"[{self.numbers[name]}] {source.citation}{where}{note}"
        yield from (f"protocol: {made.summary}" for made in self.standings.protocols.values())

    def _field(self, averages: Sequence[FieldAverage]) -> str:
        values = []
        for average in averages:
            reached = " / ".join(wording.share(average.metrics.get(m)) for m in self.standings.metrics)
            values.append(f"{average.name} {reached} [{self.numbers[average.source]}]")
        graphs, group = averages[0].graphs, averages[0].group
        return f"published averages over {graphs} {group} graphs, which are not those above: {', '.join(values)}"


def _filled(row: Sequence[str | Text], length: int) -> list[str | Text]:
    """A row with empty cells at its end."""
    return [*row, *[""] * (length - len(row))]


def _pair(theirs: float | None, difference: float | None) -> str:
    """The published value, and ours minus it."""
    if theirs is None or difference is None:
        return wording.EMPTY
    return f"{wording.share(theirs)} ({wording.signed(difference)})"
