"""The report in the terminal: the answer about each target, one table, and sections for whoever asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Group, RenderableType
from rich.text import Text

from relxfer.judge.records import Verdict
from relxfer.plugins.finder import Plugins
from relxfer.report import verdicts, wording
from relxfer.report.answers.answer import Answer, answers
from relxfer.report.answers.cautions import Caution
from relxfer.report.answers.claims import labels
from relxfer.report.outcome import LEAK, Outcome
from relxfer.report.sections import tuned, views
from relxfer.results import names
from relxfer.results.records import TargetSummary
from relxfer.results.results import Results
from relxfer.store import escaping
from relxfer.store.run_directory import RECOMMENDATION

#: The most lines on what would decide; more stand in the section `notes`.
_MOST_OPEN = 2


def render(results: Results, plugins: Plugins | None = None, wanted: Sequence[str] = ()) -> RenderableType:
    """The report: what the run answers, its table, and the sections that are wanted.

    wanted  names of sections, see `relxfer.report.sections.views`, those of plugins included
    """
    shown = wording.distinct(escaping.every(results, escaping.terminal))
    return Group(*_answer(shown), *views.render(results, plugins, wanted))


def _answer(results: Results) -> Iterator[RenderableType]:
    made = answers(results)
    common = _common(made)
    yield Text(f"{results.name}: {wording.seeds(results)}, in {results.folder}", style="bold")
    yield from map(_caution, common)
    for answer in made:
        yield Text()
        yield from _told(results, answer, common)
    yield Text()
    yield from (Text(line, style="dim") for line in _footer(results, made))


def _common(made: Sequence[Answer]) -> list[Caution]:
    """What endangers the conclusion on every one of several targets."""
    if len(made) < 2:
        return []
    return [caution for caution in made[0].cautions if all(caution in answer.cautions for answer in made)]


def _told(results: Results, answer: Answer, common: Sequence[Caution]) -> Iterator[RenderableType]:
    target, summary = answer.target, results.targets[answer.target]
    rows = [row for row in results.rows if row.target == target]
    sources = list(dict.fromkeys(row.source for row in rows))
    several = len(sources) > 1
    yield Text(f"{target if several else names.transfer(sources[0], target)}   {_about(summary)}", style="bold")
    yield from map(Text, answer.paragraphs)
    if answer.use:
        yield Text(answer.use, style="bold")
    yield from (_caution(caution) for caution in answer.cautions if caution not in common)
    for source in sources:
        yield Text(f"\n{names.transfer(source, target)}" if several else "", style="bold")
        here = [row for row in rows if row.source == source]
        outcome = Outcome(here, summary.metrics, bool(summary.given_away), labels(results, target).used)
        if outcome.rows:
            yield outcome


def _about(target: TargetSummary) -> str:
    """The task and the size of the test."""
    test = target.counts.get("test")
    if test is None:
        return f"{target.task}, no test"
    groups = f" in {test.groups:,} groups" if test.groups is not None else ""
    return f"{target.task}, {test.units:,} test item{'s' * (test.units != 1)}{groups}"


def _caution(caution: Caution) -> Text:
    return Text(f"! {caution.text}", style=LEAK if caution.kind == "leak" else "red")


def _footer(results: Results, made: Sequence[Answer]) -> Iterator[str]:
    """How verdicts hold, what would decide the others, and where there is more."""
    asked = sum(bool(row.gain and row.verdict) for row in results.rows)
    if asked > 1:
        yield (
            f"Intervals (95 %) hold one by one. The {asked} verdicts hold together: that any HELPS or HURTS among them "
            "is wrong has a chance of at most 5 %."
        )
    yield from tuned.sentences(results)
    if results.stopping:
        yield f"The run {verdicts.stopped(results.stopping)}."
    if results.lock and not results.lock.differs:  # otherwise it is red, beside the answer
        yield f"The run was {results.lock.said}."
    open_ = [line for answer in made for line in answer.open]
    if len(open_) > _MOST_OPEN:
        yield f"What would decide the undecided rows: relxfer report {results.folder} --section notes"
    else:
        yield from (f"Undecided: {line}." for line in open_)
    yield f"More: relxfer report {results.folder} -v, or --section {' | '.join(views.there(results))}"
    if _hurts(results):
        yield f"A source hurts: relxfer recommend {results.folder} tries other rates, strategies and sources"
    if any(row.use for row in results.rows):
        yield f"Next: relxfer predict {results.folder} --queries FILE"


def _hurts(results: Results) -> bool:
    """Whether a strategy HURTS, in a run of a configuration that no recommendation made."""
    hurts = any(row.role == "candidate" and row.verdict is Verdict.HURTS for row in results.rows)
    folder = Path(results.folder)  # a text by now, which was escaped
    return hurts and (folder / "config.toml").exists() and not (folder / RECOMMENDATION).exists()
