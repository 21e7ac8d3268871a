"""The report as Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from relxfer.report import diagnostics, wording
from relxfer.results.results import Results
from relxfer.store import escaping

_HEAD = (
    "budget",
    "strategy",
    "metric [95 %]",
    "gain over baseline",
    "verdict",
    "p",
    "over direct",
    "runs × items",
    "time",
)


def markdown(results: Results) -> str:
    """A heading, a table for every source and target, and what must be known about it."""
    results = escaping.every(results, escaping.markdown)
    distinct = wording.distinct(results)
    lines, oracle = [f"# {results.name}", ""], wording.oracle(results)
    head = [*_HEAD, *([wording.ORACLE] if oracle else [])]
    for source, target in dict.fromkeys((row["source"], row["target"]) for row in distinct.rows):
        lines += [f"## {source or 'no source'} → {target}", "", _row(head), _row("---" for _ in head)]
        rows = [row for row in distinct.rows if (row["source"], row["target"]) == (source, target)]
        lines += [_row(_cells(row, oracle)) for row in rows if "metrics" in row]
        lines.append("")
    lines[2:2] = [f"Metric: {wording.metric_name(results.metric)}; {len(results.seeds)} seed(s).", ""]
    told = [*diagnostics.sentences(distinct), *wording.sentences(results)]
    return "\n".join([*lines, *(f"- {sentence}" for sentence in told), ""])


def _cells(row: Mapping[str, Any], oracle: bool) -> list[str]:
    gain = wording.interval(row.get("gain"), wording.signed)
    runs = "1 (deterministic)" if row["deterministic"] else str(row["runs"])
    return [
        str(row["budget"]) + " per class" * (row.get("labels_per") == "class" and row["budget"] != "all"),
        row["strategy"] + (" (prior-only)" if row["role"] == "prior-only" else ""),
        wording.interval(row["interval"]),
        f"{gain} {row['baseline']}" if row.get("gain") else wording.EMPTY,
        row.get("verdict") or wording.EMPTY,
        wording.probability(row.get("p_adjusted")),
        wording.interval(row.get("over_direct"), wording.signed),
        f"{runs} × {row['interval']['units']}",
        wording.seconds(row["cost"]["seconds"]),
        *([wording.share(row.get("oracle"))] if oracle else []),
    ]


def _row(cells: Any) -> str:
    return "| " + " | ".join(cells) + " |"
