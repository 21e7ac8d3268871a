"""Two runs side by side, in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from relxfer.report import heads, wording
from relxfer.store import escaping

STYLES = {"better": "bold green", "worse": "bold red", "no difference shown": "yellow"}
_HEAD = ("source → target", "budget", "strategy", "metric", "A", "B", "difference [95 %]", "verdict", "seeds × items")


def render(found: Mapping[str, Any]) -> RenderableType:
    """`pairing.pair()` as a table of what could be compared, then what could not."""
    found = escaping.every(found, escaping.terminal)
    parts: list[RenderableType] = [Text(f"A: {found['a']}\nB: {found['b']}", style="bold")]
    rows = [row for row in found["rows"] if "metrics" in row]
    if rows:
        parts.append(_table(rows))
    parts += [Text(f"not comparable: {_name(row)}: {row['reason']}", style="yellow") for row in _others(found)]
    parts += [Text(f"only in {s}: {_name(row)}", style="dim") for s in "AB" for row in found[f"only_{s.lower()}"]]
    return Group(*parts, Text(_how(found["rank_rule"]), style="dim"))


def _how(rule: str | None) -> str:
    ranks = f"; {rule} ranks on both sides" if rule else ""
    return (
        "difference: B - A, paired by seed and query, 95 % BCa bootstrap over seeds and items; verdict from the "
        f"interval alone{ranks}"
    )


def sentence(row: Mapping[str, Any]) -> str:
    """One row that breaks a limit."""
    difference = wording.interval(row["difference"], wording.signed)
    return (
        f"worse: {_name(row)}: {wording.metric_name(row['metric'])} {wording.share(row['a'])} in A, "
        f"{wording.share(row['b'])} in B, {difference}"
    )


def _table(rows: list[Mapping[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    heads.add(table, _HEAD)
    for row in rows:
        size = f"{row['seeds']} × {row['items']:,}"
        for metric, compared in row["metrics"].items():
            table.add_row(*_cells(row), wording.metric_name(metric), *_compared(compared), size)
    return table


def _cells(row: Mapping[str, Any]) -> tuple[str, str, str]:
    return f"{row['source'] or 'no source'} → {row['target']}", wording.budget(row["budget"]), row["strategy"]


def _compared(compared: Mapping[str, Any]) -> Iterator[str | Text]:
    yield wording.share(compared["a"])
    yield wording.share(compared["b"])
    yield wording.interval(compared["difference"], wording.signed)
    yield Text(compared["verdict"], style=STYLES[compared["verdict"]])


def _others(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [row for row in found["rows"] if "reason" in row]


def _name(row: Mapping[str, Any]) -> str:
    return ", ".join((_cells(row)[0], row["strategy"], wording.budget(row["budget"])))
