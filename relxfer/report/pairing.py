"""The comparison of two runs in the terminal, for `relxfer compare`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from relxfer.report import wording
from relxfer.report.split import SplitTable
from relxfer.results import names
from relxfer.results.comparing.pairing import ComparedRow, ComparedRuns, Named, Worse
from relxfer.store import escaping

#: How many seeds and items are paired.
_SIZE = "seeds × items"
STYLES = {
    "better": "bold green",
    "worse": "bold red",
    "no difference": "bold",
    "inconclusive": "bold magenta",
}
_HEAD = ("A", "B", "difference [95 %]", "verdict", _SIZE)


def render(compared: ComparedRuns) -> RenderableType:
    """A table of the rows that could be compared, then the others with the reasons."""
    compared = escaping.every(compared, escaping.terminal)
    items: list[RenderableType] = [Text(f"A: {compared.a}\nB: {compared.b}", style="bold")]
    items += _tables(compared.comparable)
    items += [Text(f"not comparable: {_name(r)}: {r.reason}", style="yellow") for r in compared.rows if not r.metrics]
    for side, rows in (("A", compared.only_a), ("B", compared.only_b)):
        items += [Text(f"only in {side}: {_name(row)}", style="dim") for row in rows]
    reasons = dict.fromkeys(each.reason for row in compared.rows for each in row.metrics.values() if each.reason)
    items += [Text(f"note: {reason}", style="dim") for reason in reasons]
    lower = any(each.direction == "lower" for row in compared.rows for each in row.metrics.values())
    return Group(*items, Text(_how(compared.rank_rule, lower), style="dim"))


def sentence(row: Worse) -> str:
    """A row that breaks a limit, as a sentence."""
    return (
        f"worse: {_name(row)}: {wording.metric_name(row.metric)} {wording.share(row.compared.a)} in A, "
        f"{wording.share(row.compared.b)} in B, {wording.interval(row.compared.difference, wording.signed)}"
    )


def _how(rule: str | None, lower: bool) -> str:
    ranks = f"; {rule} ranks on both sides" if rule else ""
    less = ", and A - B in a metric of which less is better (↓)" if lower else ""
    return (
        f"difference: B - A{less}, paired by seed and query, 95 % over seeds and items at once; each verdict at 5 % by "
        f"itself{ranks}"
    )


def _tables(rows: Sequence[ComparedRow]) -> Iterator[RenderableType]:
    """For every transfer a table with a line for each row and metric."""
    for transfer in dict.fromkeys(names.transfer(row.source, row.target) for row in rows):
        here = [row for row in rows if names.transfer(row.source, row.target) == transfer]
        yield SplitTable(("labels", "strategy", "metric"), _HEAD, list(_lines(here)), transfer, spare=(_SIZE,))


def _lines(rows: Sequence[ComparedRow]) -> Iterator[list[str | Text]]:
    for row in rows:
        for metric, compared in row.metrics.items():
            yield [
                str(row.budget),
                row.strategy,
                wording.metric_name(metric) + wording.LESS * (compared.direction == "lower"),
                wording.share(compared.a),
                wording.share(compared.b),
                wording.interval(compared.difference, wording.signed),
                Text(compared.verdict, style=STYLES[compared.verdict]) if compared.verdict else wording.EMPTY,
                f"{row.pretrainings or ''}{' × ' if row.pretrainings else ''}{row.seeds} × {row.items:,}",
            ]


def _name(row: Named) -> str:
    return f"{names.transfer(row.source, row.target)}, {row.strategy}, {wording.budget(row.budget)}"
