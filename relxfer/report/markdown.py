"""The report as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from relxfer.report import calibration, diagnostics, wording
from relxfer.results import names
from relxfer.results.records import Row, TargetSummary
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
    """The report as Markdown: a heading, a table for every source and target, and a list of notes."""
    results = escaping.every(results, escaping.markdown)
    distinct = wording.distinct(results)
    lines, oracle = [f"# {results.name}", ""], wording.oracle(results)
    models = wording.several_models(distinct)
    head = [*_HEAD[:2], *(["model"] if models else []), *_HEAD[2:], *([wording.ORACLE] if oracle else [])]
    for source, target in dict.fromkeys((row.source, row.target) for row in distinct.rows):
        metric = wording.directed(distinct.metric_of(target))
        lines += [f"## {names.transfer(source, target)}", "", f"Metric: {metric}.", ""]
        lines += [_line(head), _line("---" for _ in head)]
        rows = [row for row in distinct.rows if (row.source, row.target) == (source, target)]
        lines += [_line(_cells(row, oracle, models, distinct.targets[target])) for row in rows if row.runs or row.cost]
        lines += ["", *(f"**{line}**\n" for line in wording.leaks(target, distinct.targets[target]))]
    if probabilities := list(calibration.lines(distinct)):
        lines += ["## Calibration error (ECE) of probabilities", "", _line(calibration.HEAD)]
        lines += [_line("---" for _ in calibration.HEAD), *map(_line, probabilities), ""]
    lines[2:2] = [f"{wording.seeds(results)}.", ""]
    notes = [*diagnostics.sentences(distinct), *_undefined(distinct), *wording.sentences(results)]
    return "\n".join([*lines, *(f"- {sentence}" for sentence in notes), ""])


def _undefined(results: Results) -> Iterator[str]:
    """Metrics without a value, each reason once."""
    found: dict[tuple[str | None, str, str], list[str]] = {}
    for row, sentence in wording.undefined(results.rows):
        place = f"{row.strategy} at {wording.budget(row.budget, row.labels_per)}"
        found.setdefault((row.source, row.target, sentence), []).append(place)
    for (source, target, sentence), places in found.items():
        yield f"{names.transfer(source, target)}: {sentence} ({'; '.join(places)})"


def _cells(row: Row, oracle: bool, models: bool, target: TargetSummary) -> list[str]:
    gain = row.gain
    return [
        str(row.budget) + " per class" * (row.labels_per == "class" and row.budget != "all"),
        "▸ " * row.use + row.strategy + (" (prior)" if row.role == "prior" else ""),
        *([row.model] if models else []),
        wording.interval(row.interval),
        f"{wording.interval(gain, wording.signed)} {gain.baseline}" if gain else wording.EMPTY,
        gain.says + " **(leak)**" * bool(target.given_away) if gain and gain.verdict else wording.EMPTY,
        wording.probability(gain.p_adjusted if gain else None),
        wording.interval(row.over_direct, wording.signed),
        wording.runs(row, "1 (deterministic)"),
        wording.seconds(row.cost.seconds if row.cost else None),
        *([wording.share(row.oracle)] if oracle else []),
    ]


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
