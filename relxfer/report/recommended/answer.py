"""The answer of a recommendation: what to use, what it was expected to gain, and what the test says."""

from __future__ import annotations

from collections.abc import Iterator

from relxfer.choose.recommending.recommendation import Paired, Raced, Recommendation
from relxfer.judge.records import Gain, SystemVerdict
from relxfer.report import wording
from relxfer.report.answers.phrases import name
from relxfer.results.records import Row
from relxfer.results.results import Results


def answer(made: Recommendation) -> str:
    """What to do, in a sentence.

    The names in it must have been escaped.
    """
    arm = made.chosen
    if arm.kind == "transfer":
        return f"USE {told(arm)}{_doubt(made)}."
    if arm.kind == "prior":
        return f"USE THE PRIOR {name(arm.strategy)}: no model that was trained is better."
    if arm.kind == "unchanged":
        return f"LEAVE {name(arm.source or '')} AS IT IS ({arm.strategy}): nothing that was trained on is better."
    return f"TRAIN FROM SCRATCH{at(arm)}: no source that was tried is better."


def _doubt(made: Recommendation) -> str:
    """Where the seeds of the race do not show that a transfer is better than the best alternative."""
    if made.expected is None or made.against is None or (made.expected.low or 0.0) > 0:
        return ""
    verb = "does" if made.expected.seeds == 1 else "do"
    return f", though {seeds(made.expected.seeds)} {verb} not tell it from {told(made.arms[made.against])}"


def told(arm: Raced) -> str:
    """An arm in a sentence.

    >>> told(Raced("web", "finetune", "candidate", 0.01, 1.0)), told(Raced("web", "zero-shot", "direct", None, 1.0))
    ('finetune from web at learning rate 0.01', 'web as it is')
    """
    if arm.kind == "unchanged":
        return f"{name(arm.source or '')} as it is"
    if arm.kind == "prior":
        return f"the prior {name(arm.strategy)}"
    source = f" from {name(arm.source)}" if arm.source else ""
    return f"{'training from scratch' if arm.kind == 'scratch' else name(arm.strategy)}{source}{at(arm)}"


def short(arm: Raced) -> str:
    """An arm in a table.

    >>> short(Raced("web", "finetune", "candidate", 0.01, 1.0)), short(Raced(None, "counts", "prior", None, 1.0))
    ('finetune from web, rate 0.01', 'counts')
    """
    if arm.kind == "unchanged":
        return told(arm)
    source = f" from {name(arm.source)}" if arm.source else ""
    return f"{arm.strategy}{source}{'' if arm.lr is None else f', rate {arm.lr:.3g}'}"


def at(arm: Raced) -> str:
    """The learning rate of an arm, where it has one."""
    return "" if arm.lr is None else f" at learning rate {arm.lr:.3g}"


def difference(of: Paired) -> str:
    """A paired difference of validation scores, with its interval where there is one.

    >>> difference(Paired(0.05, 0.01, 0.09, 6)), difference(Paired(-0.05, None, None, 1))
    ('+.050 [+.010, +.090]', '-.050')
    """
    if of.low is None or of.high is None:
        return wording.signed(of.mean)
    return f"{wording.signed(of.mean)} [{wording.signed(of.low)}, {wording.signed(of.high)}]"


def seeds(count: int) -> str:
    """A number of seeds.

    >>> seeds(1), seeds(6)
    ('1 seed', '6 seeds')
    """
    return f"{count} seed{'s' * (count != 1)}"


def expected(made: Recommendation) -> str:
    """What was expected before the test was opened, and how much that is worth."""
    arms = sum(bool(arm.scores) for arm in made.arms)
    among = f"It is the best of {arms} arms, so that this is probably too good."
    by = f"{made.validation} validation labels" if made.validation else f"{made.rule}, which needs no labels"
    if made.expected is None or made.against is None:
        return f"Before the test: nothing else was scored by {by}. {among}"
    return (
        f"Expected before the test: {difference(made.expected)} in validation score over "
        f"{told(made.arms[made.against])} ({seeds(made.expected.seeds)}; by {by}). {among}"
    )


def tested(made: Recommendation, results: Results) -> Iterator[str]:
    """What the test says, which was opened once, of the arm that it was made with; then of the source unchanged."""
    rows = [row for row in results.rows if row.budget == made.budget and row.target == made.target]
    arm = made.arms[made.tested]
    row = next((row for row in rows if row.strategy == arm.strategy), None)
    if row is None or row.gain is None:
        why = row.no_gain if row else "the row did not finish"
        yield f"On the test: no gain can be said of {told(arm)}: {why or 'it has nothing to be compared with'}."
        return
    yield f"On the test: {_gain(told(arm), row, row.gain)}."
    direct = next((row for row in rows if row.role == "direct"), None)
    if row.over_direct is not None:
        verdict = f": {SystemVerdict.of(row.over_direct.verdict).value}" if row.over_direct.verdict else ""
        yield f"Over {name(arm.source or '')} as it is: {_sized(row.over_direct, row)}{verdict}."
    if made.chosen.kind == "unchanged" and direct is not None and direct.gain is not None:
        yield f"{_capital(_gain(told(made.chosen), direct, direct.gain))}."


def _gain(who: str, row: Row, gain: Gain) -> str:
    verdict = gain.says or f"no verdict: {gain.note}"
    return f"{who} has {_sized(gain, row)} over {name(gain.baseline)}: {verdict}"


def _sized(gain: Gain, row: Row) -> str:
    signs = [wording.signed(each) for each in (gain.estimate, gain.low, gain.high)]
    return f"{signs[0]} {wording.metric_name(row.metric)} [{signs[1]}, {signs[2]}]"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
