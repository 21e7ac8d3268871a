"""Judging systems by scores of single items: each is compared with one of them, all at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from relxfer.data.bad_rows import BadRowList
from relxfer.data.scores import reading
from relxfer.data.scores.matched import Matched, match
from relxfer.data.scores.records import WHAT, ItemScores, Named
from relxfer.errors import DataError, UnknownName, UsageError
from relxfer.judge import balance, family, intervals, needed, seed_noise, squares
from relxfer.judge.family import Answer, Question
from relxfer.judge.intervals import Comparison
from relxfer.judge.records import SystemVerdict
from relxfer.results.systems.judgement import Compared, Judgement, System

#: The smallest difference that matters, of scores from 0 to 1.
MINIMAL = 0.05


@dataclass(frozen=True)
class Asked:
    """What is asked about systems.

    baseline        the one that the others are compared with; None: the first
    minimal_effect  the smallest difference that matters; None: .05 for scores from 0 to 1, else nothing is too small
    less_is_better  whether a smaller score is better
    """

    baseline: str | None = None
    minimal_effect: float | None = None
    less_is_better: bool = False


def files(paths: Sequence[Path], named: Named = Named(), asked: Asked = Asked(), skip_bad: bool = False) -> Judgement:
    """Judge the systems whose scores are in files.

    Raises:
        DataError: a file cannot be used, see `relxfer.data.scores.reading.read`.
        UsageError: there are fewer than two systems, or the minimal effect is not positive.
        UnknownName: no system is called as the baseline.
    """
    bad = BadRowList(WHAT, skip_bad)
    systems = reading.read(paths, named, bad)
    left_out = bad.settle()
    return judge(systems, asked, left_out)


def judge(systems: Sequence[ItemScores], asked: Asked = Asked(), notes: Sequence[str] = ()) -> Judgement:
    """Judge systems by their scores.

    notes  further sentences for the reader

    Raises:
        DataError, UsageError, UnknownName: as `files`.
    """
    baseline = _baseline(systems, asked)
    matched = match(systems, baseline)
    if len(matched.items) < 2:
        raise DataError("expected at least 2 items that all systems have, got 1: an interval needs several")
    case = _Case(systems, matched, baseline, asked)
    return Judgement(
        systems[baseline].metric,
        asked.less_is_better,
        matched.classes is not None,
        case.minimal,
        systems[baseline].name,
        tuple(case.system(number) for number in range(len(systems))),
        tuple(case.comparisons()),
        (*(note for each in systems for note in each.notes), *notes, *case.notes()),
    )


def _baseline(systems: Sequence[ItemScores], asked: Asked) -> int:
    names = [each.name for each in systems]
    if len(systems) < 2:
        raise UsageError(
            f"expected at least two systems, got {', '.join(names)}; name a file for each, or one table with a column "
            "system"
        )
    if asked.minimal_effect is not None and not asked.minimal_effect > 0:
        raise UsageError(f"expected a minimal effect above 0, got {asked.minimal_effect:g}")
    if asked.baseline is None:
        return 0
    if asked.baseline not in names:
        raise UnknownName("system", asked.baseline, names)
    return names.index(asked.baseline)


class _Case:
    """Systems with what is asked about them."""

    def __init__(self, systems: Sequence[ItemScores], matched: Matched, baseline: int, asked: Asked):
        self.systems, self.matched, self.baseline, self.asked = systems, matched, baseline, asked
        self.share = all(each.min() >= 0 and each.max() <= 1 for each in matched.values)
        self.minimal = asked.minimal_effect or (MINIMAL if self.share else None)
        self.classes = None if matched.classes is None else matched.classes[0]
        self.most = 1.0 if self.share else None

    def system(self, number: int) -> System:
        """A system with its mean."""
        values, each, matched = self.matched.values[number], self.systems[number], self.matched
        made = Comparison.alone(self._squares(values)).interval()
        return System(
            each.name,
            intervals.of_share(made) if self.share else made,
            len(matched.items),
            self.groups,
            len(values),
            matched.left[number],
            self._left_out_seeds(number),
        )

    def _left_out_seeds(self, number: int) -> tuple[str, ...]:
        column = self.systems[number].seeds
        there = column.values if column is not None else ()
        return tuple(seed for seed in there if seed not in self.matched.seeds[number])

    @property
    def groups(self) -> int | None:
        """The number of groups."""
        return None if self.matched.groups is None else len(np.unique(self.matched.groups))

    def comparisons(self) -> Iterator[Compared]:
        """Every other system against the baseline."""
        others = [number for number in range(len(self.systems)) if number != self.baseline]
        made = _with_noise([self._squares(self._differences(other)) for other in others])
        why = [self._no_verdict(other, each) for other, each in zip(others, made, strict=True)]
        questions = [Question((each,), self.minimal, no_verdict=no) for each, no in zip(made, why, strict=True)]
        level = family.ALPHA / max(1, sum(not no for no in why))
        for other, question, answer in zip(others, questions, family.answers(questions), strict=True):
            yield self._compared(other, question, answer, level)

    def _compared(self, other: int, question: Question, answer: Answer, level: float) -> Compared:
        """A system as it was judged; `level`: that of each comparison, so that all hold at once."""
        (made,) = question.comparisons
        standing = SystemVerdict.of(answer.verdict) if answer.verdict else None
        undecided = standing is SystemVerdict.INCONCLUSIVE
        return Compared(
            system=self.systems[other].name,
            difference=made.interval(),
            seeds=made.squares.runs,
            p=answer.p,
            p_adjusted=answer.p_adjusted,
            verdict=standing,
            excludes=answer.excludes,
            condition=self._condition(other),
            needed=needed.to_decide(made, self.minimal, level) if undecided else None,
            noise_df=made.noise.df if made.squares.runs > 1 else None,
            differ=made.squares.differ,
            note=question.no_verdict,
        )

    def notes(self) -> Iterator[str]:
        """What was left out."""
        for number, each in enumerate(self.systems):
            seeds = self._left_out_seeds(number)
            if left := self.matched.left[number]:
                yield f"{each.name}: {_counted(left, 'item')} left out, which another system or run lacks"
            if seeds:
                few = ", ".join(seeds[:10])
                yield f"{each.name}: {_counted(len(seeds), 'seed')} left out, which the other side lacks: {few}"

    def _differences(self, other: int) -> np.ndarray:
        theirs, ours = self.matched.pair(self.baseline, other)
        return squares.differences(theirs, ours) if self.asked.less_is_better else squares.differences(ours, theirs)

    def _squares(self, values: np.ndarray) -> squares.Squares:
        if self.classes is None:
            return squares.of(values, self.matched.groups, None, self.most)
        made = balance.contributions(values, self.classes)
        most = balance.most(self.classes) if self.share else None
        return squares.of(made, self.matched.groups, self.classes, most)

    def _no_verdict(self, other: int, made: Comparison) -> str:
        """Why there can be no verdict; empty if there can."""
        runs, units = made.squares.runs, made.squares.units
        several = max(len(self.matched.seeds[side]) for side in (self.baseline, other)) > 1
        if several and runs < family.LEAST_SEEDS:
            least = family.LEAST_SEEDS
            return f"only {runs} seed{'s' * (runs > 1)} on both sides: a verdict on what is trained needs {least}"
        if units < family.LEAST_GROUPS:
            return f"items come in only {units} groups" if self.matched.groups is not None else f"only {units} items"
        return self._rare()

    def _rare(self) -> str:
        if self.matched.classes is None:
            return ""
        codes, names = self.matched.classes
        counts = np.bincount(codes)
        rarest = int(counts.argmin())
        few = int(counts[rarest])
        return f"{few} item{'s' * (few > 1)} of class {names[rarest]}: too few" if few < family.LEAST_OF_A_CLASS else ""

    def _condition(self, other: int) -> str:
        """What a verdict holds for."""
        runs = [len(self.matched.seeds[side]) for side in (self.baseline, other)]
        if max(runs) == 1:
            return "these two systems on items like these"
        if min(runs) > 1:
            return "runs and items like these"
        given = self.systems[self.baseline if runs[0] == 1 else other].name
        return f"the one run of {given}, on runs of the other and items like these"


def _with_noise(rows: Sequence[squares.Squares]) -> list[Comparison]:
    """Comparisons, the noise of seeds of those with several runs being estimated from all of these."""
    noise = iter(seed_noise.pooled([row for row in rows if row.runs > 1]))
    return [Comparison(row, next(noise)) if row.runs > 1 else Comparison.alone(row) for row in rows]


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number > 1)}"
