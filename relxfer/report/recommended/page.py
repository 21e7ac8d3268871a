"""A recommendation on one page: the answer first, then what stands behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from relxfer.choose.recommending.recommendation import Raced, Recommendation
from relxfer.report import wording
from relxfer.report.answers.phrases import name
from relxfer.report.recommended import hurting, labels
from relxfer.report.recommended.answer import answer, difference, expected, seeds, short, tested, told
from relxfer.report.table import table
from relxfer.results.results import Results
from relxfer.store import escaping

#: The most reasons that are told in full.
_REASONS = 6


def page(
    recommendation: Recommendation,
    run: Results,
    took: float,
    hurt: bool = False,
    past: str = "",
    label_next: Sequence[str] = (),
) -> RenderableType:
    """The page.

    run         the results of the honest test
    took        seconds by the clock
    hurt        whether a finished run says that the row as it is written HURTS
    past        what pairs like this one gained before; empty: nothing is known
    label_next  names of the items whose labels would help most; none: nobody asked
    """
    made, results = escaping.every((recommendation, run), escaping.terminal)
    past, label_next = escaping.every((past, tuple(label_next)), escaping.terminal)
    return Group(
        Text(f"{results.name}: {made.target} with {_labels(made)}, in {results.folder}", style="bold"),
        Text(answer(made), style="bold"),
        Text(expected(made)),
        *map(Text, filter(None, [past])),
        *map(Text, tested(made, results)),
        Text(),
        _table(made),
        *_hurting(made, hurt),
        Text(),
        *map(Text, labels.sentences(made, results)),
        *([Text(f"Label next: {', '.join(label_next)}.")] if label_next else []),
        *(Text(line, style="dim") for line in (*_not_tried(made), *_cost(made, took), *_next(made, results))),
    )


def _labels(made: Recommendation) -> str:
    return f"all {made.labels:,} labels" if made.budget == "all" else f"{made.labels:,} labels"


def _table(made: Recommendation) -> Table:
    """The best arm of every source, of scratch and of the sources unchanged."""
    figures = ("score", "to the chosen [95 %]", "seeds", "rounds")
    shown = table(("source", "best arm"), right=figures, folds=("source", "best arm"))
    most = max(arm.rounds for arm in made.arms)
    for who, number in _lines(made):
        arm = made.arms[number]
        gap = "chosen" if number == made.use else difference(made.difference(number, made.use))
        mark = "▸ " if number == made.use else "  "
        score = wording.share(arm.mean)
        shown.add_row(mark + who, _best(arm), score, gap, str(len(arm.scores)), f"{arm.rounds} of {most}")
    return shown


def _best(arm: Raced) -> str:
    return "as it is" if arm.kind == "unchanged" else short(replace(arm, source=None))


def _lines(made: Recommendation) -> list[tuple[str, int]]:
    """(what stands in the first column, number of the arm), the best first."""
    sources = dict.fromkeys(arm.source for arm in made.arms if arm.kind == "transfer" and arm.source)
    found = [(source, made.best("transfer", source=source)) for source in sources]
    found += [("(scratch)", made.scratch), ("(prior)", made.best("prior"))]
    if made.unchanged is not None:
        found.append((made.arms[made.unchanged].source or "", made.unchanged))
    known = [(who, number) for who, number in found if number is not None]
    return sorted(known, key=lambda each: (-len(made.arms[each[1]].scores), -made.arms[each[1]].mean))


def _hurting(made: Recommendation, hurt: bool) -> Iterator[RenderableType]:
    """What to do where the row that the user wrote first hurts."""
    lower = hurting.below(made)
    if made.written is None or not (lower or hurt) or made.use == made.written:
        return
    row = told(made.arms[made.written])
    if lower and not hurt:
        what, by = lower
        sure = "hurts" if by.high is not None and by.high < 0 else "may hurt"
        yield Text(f"\nYour source {sure}: {row} is {difference(by)} beside {told(what)} ({seeds(by.seeds)}).", "bold")
    else:
        yield Text(f"\nYour source hurts: the finished run says so of {row}.", "bold")
    found = hurting.instead(made)
    gaining = [each for each in found if each.gain.mean > 0]
    if not gaining:
        yield Text("Nothing that was tried is better than it.")
        return
    yield Text("What was better than it in the race:")
    shown = table(("do", "arm"), right=("gain [95 %]", "seeds"), folds=("do", "arm"))
    for each in gaining:
        shown.add_row(each.what, short(each.arm), difference(each.gain), str(each.gain.seeds))
    yield shown


def _not_tried(made: Recommendation) -> Iterator[str]:
    """What was not tried, equal reasons together."""
    reasons: dict[str, list[str]] = {}
    for each in made.not_tried:
        reasons.setdefault(each.reason, []).append(each.what)
    for reason, what in list(reasons.items())[:_REASONS]:
        yield f"Not tried: {', '.join(map(name, what))}: {reason}."
    if len(reasons) > _REASONS:
        yield f"Not tried: {sum(map(len, list(reasons.values())[_REASONS:]))} more, in recommendation.json."
    failed = [arm for arm in made.arms if arm.reason]
    for reason in dict.fromkeys(arm.reason for arm in failed):
        who = ", ".join(told(arm) for arm in failed if arm.reason == reason)
        yield f"Failed: {who}: {reason}."


def _cost(made: Recommendation, took: float) -> Iterator[str]:
    spent, seconds = made.spent, wording.seconds
    stopped = f" The race ended early: {made.stopped}." if made.stopped else ""
    yield (
        f"It took {seconds(took)} of the {spent.allowed / 60:g} min allowed: {seconds(spent.measuring)} for the "
        f"forecast, {seconds(spent.raced)} for {spent.trainings:,} trainings of the race and their sources, the rest "
        f"for the test; {seconds(spent.foreseen)} were foreseen.{stopped}"
    )


def _next(made: Recommendation, results: Results) -> Iterator[str]:
    yield f"More: relxfer report {results.folder}"
    yield f"Next: relxfer predict {results.folder} --queries FILE"
