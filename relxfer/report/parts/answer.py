"""The answer: what was compared, whether it helps, which row to use, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterator

from relxfer.report import verdicts, wording
from relxfer.report.answers.answer import answers
from relxfer.report.shown.blocks import Block, Folded, Part, Sentences, sentences
from relxfer.report.shown.places import Place, whole
from relxfer.report.shown.subject import Subject
from relxfer.results.records import TargetSummary

#: What the words of a verdict mean.
WORDS = (
    "HELPS: better than everything that the row could be replaced by: training from scratch, and counting.",
    "HURTS: something that it could be replaced by is better.",
    "NO DIFFERENCE: the gain, or the loss, is surely smaller than matters.",
    "INCONCLUSIVE: the run decides none of these.",
    "An interval in brackets: of such intervals 95 % hold the true value, over other seeds and other test items.",
)


def part(subject: Subject) -> Part:
    """For every target what was compared and what came out; then how sure that is."""
    blocks: list[Block] = []
    for answer in answers(subject.results):
        blocks.append(_compared(subject, answer.target))
        for first, *others in answer.said:
            blocks += [Sentences(((first,),), "strong"), *sentences(others)]
        blocks += [Sentences(((answer.use,),), "strong")] if answer.use else []
    blocks.append(Folded("How sure is that, and what do the words mean?", (*sentences(WORDS), *_sure(subject))))
    return Part("answer", "Answer", tuple(blocks))


def _compared(subject: Subject, name: str) -> Sentences:
    """Sources, target, task, size and strategies in a line."""
    place: Place[TargetSummary] = Place(subject.results, subject.path).to("targets", name)
    rows = [place.record for place in subject.rows if place.record.target == name]
    sources = " and ".join(dict.fromkeys(row.source for row in rows if row.source)) or "no source"
    strategies = ", ".join(dict.fromkeys(row.strategy for row in rows))
    test = ("counts", "test", "units")
    items = place.number(*test, write=whole) if "test" in place.record.counts else "no"
    asked = f"Compared: {sources} for {name} ({place.record.task}), with {strategies}; "
    metric = wording.metric_name(place.record.metrics[0].name)
    return Sentences(((asked, items, f" test items, {wording.seeds(subject.results)}, by {metric}."),), "muted")


def _sure(subject: Subject) -> Iterator[Block]:
    yield from sentences(verdicts.sentences(subject.results), "muted")
