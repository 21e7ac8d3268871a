"""What a look at a growing run decides, and whether more seeds would decide anything."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from relxfer.judge import spending
from relxfer.judge.family import ALPHA, Answer, Question, answer_at
from relxfer.judge.intervals import Comparison
from relxfer.judge.records import Verdict

#: The first look at which a question may be given up.
_GIVEN_UP_FROM = 6
#: An estimate changes by more than this many of its standard deviations, in one direction, in 10 % of runs.
_CHANGE = 1.28
#: Seeds beyond this multiple of the most are as good as none.
_FAR = 10


@dataclass(frozen=True)
class Look:
    """One look at a run, in which some questions share the chance of a wrong verdict.

    seeds      how many seeds the run has
    most       how many it may have
    questions  the number of questions (Bonferroni: unlike Holm's, it is the same at every look)

    >>> import numpy as np
    >>> from relxfer.judge import squares
    >>> noise = np.random.default_rng(0).normal(size=(6, 300)) * 0.4
    >>> asked = [Question((Comparison.alone(squares.of(gain + noise - noise.mean())),)) for gain in (0.0, 0.03, 0.4)]
    >>> [Look(6, 20).further(question) for question in asked]
    [None, 3, 0]
    """

    seeds: int
    most: int
    questions: int = 1

    def level(self, question: Question) -> float:
        """What p may be at most; where nothing depends on seeds, as for two given models, there is only one look."""
        at = spending.level(self.seeds, self.most) if _grows(question) else ALPHA
        return at / self.questions

    def answer(self, question: Question) -> Answer:
        """The answer at this look; p over the run is scaled so that .05 decides."""
        return answer_at(question, ALPHA / self.level(question))

    def further(self, question: Question) -> int | None:
        """About how many more seeds decide a question: 0 if it is decided, None if hardly any number up to `most` does.

        The gain and its variances are taken to stay as they are. None is returned from 6 seeds on where the gain, plus
        1.28 standard deviations of its possible change, stays within the half-width that is foreseen at `most`, and is
        not surely less than matters there either. Nothing depends on whether this is followed: a run that goes on keeps
        its chance of a wrong verdict.
        """
        left = self.most - self.seeds
        if (needed := self._needed(question, self.most)) is not None:
            return needed
        return None if not left or self._given_up(question) else left

    def needed(self, question: Question) -> int | None:
        """As `further`, of seeds beyond `most` too, at the level of the last look; None if no number of them decides.

        No run may go on to them: its looks have spent the chance of a wrong verdict.
        """
        return self._needed(question, _FAR * self.most)

    def _needed(self, question: Question, most: int) -> int | None:
        if not _grows(question):
            return 0 if self._within(question, self.seeds) else None
        found = next((seeds for seeds in range(self.seeds, most + 1) if self._within(question, seeds)), None)
        return None if found is None else found - self.seeds

    def advice(self, question: Question) -> str:
        """What may be done about an undecided question."""
        needed, further = self.needed(question), self.further(question)
        if further is not None:
            return f"about {_counted(further)}"
        if needed is None:
            return "you may stop: more seeds decide nothing, more items would"
        would = f"it would take about {_counted(needed)}, or more items"
        if self.seeds == self.most:
            return f"undecided after all {self.most} seeds: {would}"
        return f"you may stop, for {self.most} seeds hardly decide it: {would}"

    def _within(self, question: Question, seeds: int) -> bool:
        """Whether a question is decided at a number of seeds, if the gain and its variances stay as they are."""
        later = replace(self, seeds=min(seeds, self.most))
        return _decides(question, [self._later(each, seeds) for each in question.comparisons], later.level(question))

    def _given_up(self, question: Question) -> bool:
        if self.seeds < _GIVEN_UP_FROM and _grows(question):
            return False
        last = replace(self, seeds=self.most).level(question)
        changes = [_CHANGE * math.sqrt(self._change(each)) for each in question.comparisons]
        return not _decides(question, [self._later(each, self.most) for each in question.comparisons], last, changes)

    def _change(self, comparison: Comparison) -> float:
        """The variance of the change of a mean up to `most`: Var(m_S) - Var(m_N), in which items take no part."""
        row = comparison.squares
        seeds = max(comparison.noise.variance, row.both) / row.runs + row.shared if row.runs > 1 else 0.0
        return seeds * (1 - self.seeds / self.most)

    def _later(self, comparison: Comparison, seeds: int) -> Comparison:
        """The comparison with more seeds; where pre-trainings stand for seeds, as if there were more of them."""
        row = comparison.squares
        if row.runs < 2 or seeds == self.seeds:
            return comparison
        made = spending.foreseen(comparison, max(2, round(row.runs * seeds / self.seeds)))
        return replace(made, squares=replace(made.squares, shared=row.shared * self.seeds / seeds))


def decided(answer: Answer) -> bool:
    """Whether an answer is more than that nothing is shown."""
    return answer.verdict not in (None, Verdict.INCONCLUSIVE)


def _grows(question: Question) -> bool:
    """Whether more seeds change anything."""
    return any(each.squares.runs > 1 for each in question.comparisons)


def _decides(
    question: Question, comparisons: Sequence[Comparison], level: float, changes: Sequence[float] = ()
) -> bool:
    """Whether comparisons decide a question at a level, or may if each mean changes by as much; see `family`."""
    count, minimal = len(comparisons), question.minimal
    pairs = list(zip(comparisons, changes or [0.0] * count, strict=True))

    def beats(sign: int, p: float) -> list[bool]:
        return [sign * each.mean + change >= _half(each, p) for each, change in pairs]

    if all(beats(1, level)) or any(beats(-1, level / count)):
        return True
    if minimal is None:
        return False
    wide = _wide(2 * level, minimal)
    narrow = _wide(2 * level / count, minimal)
    return all(wide(each, each.mean + change) for each, change in pairs) and any(
        narrow(each, change - each.mean) for each, change in pairs
    )


def _half(comparison: Comparison, p: float) -> float:
    """The half-width, and infinite where too few items differ for this p (see `family`)."""
    return comparison.half(p) if 2.0 ** (1 - comparison.squares.differ) <= p else math.inf


def _wide(p: float, minimal: float) -> Callable[[Comparison, float], bool]:
    """Whether a mean, on one side, is surely within what matters: the half-width fits between both."""

    def within(comparison: Comparison, mean: float) -> bool:
        half = comparison.half(min(p, 1.0))
        return half < minimal and minimal + mean >= half

    return within


def _counted(seeds: int) -> str:
    return f"{seeds} more seed{'s' * (seeds != 1)}"
