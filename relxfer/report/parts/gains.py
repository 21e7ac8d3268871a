"""The gain of every row beside no gain, over targets and label budgets."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from relxfer.judge.records import Gain
from relxfer.report import wording
from relxfer.report.plots import forest
from relxfer.report.shown.blocks import Block, Figure, Part
from relxfer.report.shown.subject import Subject
from relxfer.results import names

#: Rows of one plot, from which on the others are only in the table.
MOST = 40


def part(subject: Subject) -> Part | None:
    """A forest plot for every source and target; None where no row has a gain."""
    compared = [place for place in subject.rows if place.record.gain]
    blocks: list[Block] = []
    for number, ((source, target), rows) in enumerate(subject.grouped(compared).items()):
        named = [(f"{place.record.strategy}, {budgets}", place.record.gain) for place, budgets in subject.once(rows)]
        gains = [(name, gain) for name, gain in named if gain]
        metric = subject.results.metric_of(target)
        left = f" The first {MOST} of {len(gains)}; all are in the table of results." if len(gains) > MOST else ""
        title = f"{names.transfer(source, target)}: gains in {wording.metric_name(metric.name)}"
        draw = partial(forest.figure, gains[:MOST], metric)
        blocks.append(Figure(f"gains-{number}", title, _alt(gains[:MOST]) + left, draw))
    return Part("gains", "Gains", tuple(blocks)) if blocks else None


def _alt(gains: Sequence[tuple[str, Gain]]) -> str:
    """The plot in words."""
    said = [
        f"{name}: {wording.interval(gain, wording.signed)} over {gain.baseline}, {gain.verdict or 'no verdict'}"
        for name, gain in gains
    ]
    return "Forest plot. Each line is a gain with its 95 % interval; right of 0 it is better. " + "; ".join(said)
