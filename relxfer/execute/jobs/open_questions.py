"""The questions of a run that adds seeds where they decide something: which are settled, and how."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from relxfer.judge import family
from relxfer.judge.family import Answer, Question
from relxfer.judge.looks import Look, decided
from relxfer.judge.records import Gain, LookedAt
from relxfer.judge.spending import FIRST
from relxfer.results import verdicts
from relxfer.results.records import Budget, CellResult, Row
from relxfer.results.rows import Judge, with_gains
from relxfer.results.run_records import Stopping
from relxfer.results.verdicts import Asked

#: Source, target, budget and strategy of a row.
Place: TypeAlias = tuple[str | None, str, Budget, str]


class OpenQuestions:
    """Looks at the cells of a run after each seed, and keeps the gain with which a question is settled.

    A question is settled when it is decided, when more seeds would decide nothing, when there can be no verdict for
    another reason than too few seeds, or when there are no more seeds. What is settled stays as it is. All of this
    follows from the cells, so that a run that is resumed settles the same.

    judge  makes rows and their questions
    seeds  every seed that may be run, in their order
    """

    def __init__(self, judge: Judge, seeds: Sequence[int]):
        self.judge, self.seeds = judge, tuple(seeds)
        self.looked_at = 0
        self._helps, self._effort = _Family(), _Family()

    def look(self, cells: Sequence[CellResult]) -> None:
        """Judge what is open, after one more seed; all cells so far are given."""
        rows, *asked = self.judge.asked(cells)
        self.looked_at = max(FIRST, 1 + max(self.seeds.index(cell.seed) for cell in cells))
        for one, questions in zip((self._helps, self._effort), asked, strict=True):
            placed = {_place(rows[number]): question for number, question in questions.items()}
            one.look(placed, self.looked_at, len(self.seeds))

    def look_at_all(self, cells: Sequence[CellResult]) -> None:
        """Look at finished cells as the run did: after each of its seeds."""
        number = {seed: i for i, seed in enumerate(self.seeds)}
        for seeds in range(FIRST, 1 + max((number[cell.seed] + 1 for cell in cells), default=0)):
            if before := [cell for cell in cells if number[cell.seed] < seeds]:
                self.look(before)

    @property
    def wanted(self) -> set[Place]:
        """The rows that get another seed: those with an open question, and what they are compared with."""
        return self._helps.wanted | self._effort.wanted

    @property
    def more(self) -> int:
        """About how many more seeds decide everything that can be decided; 0 if nothing is open."""
        return max([0, *self._helps.open.values(), *self._effort.open.values()])

    def rows(self, cells: Sequence[CellResult]) -> tuple[Row, ...]:
        """The rows of the cells, with the gains that were settled."""
        rows, _, _ = self.judge.asked(cells)
        families = self._helps, self._effort
        gains = (
            {i: one.gains[_place(row)] for i, row in enumerate(rows) if _place(row) in one.gains} for one in families
        )
        return with_gains(rows, *gains)

    def stopping(self) -> Stopping:
        """How the run stands."""
        families = self._helps, self._effort
        return Stopping(
            most=len(self.seeds),
            seeds=self.looked_at,
            questions=sum(each.questions for each in families),
            decided=sum(each.decided for each in families),
        )


@dataclass
class _Family:
    """Questions that share the chance of a wrong verdict.

    questions  their number, which is that at the first look; more only where all cells of a row had failed until then
    gains      of every row, as settled or as last seen
    open       about how many more seeds decide each open question
    wanted     rows that its open questions are about
    decided    how many are decided
    """

    questions: int = 0
    decided: int = 0
    gains: dict[Place, Gain] = field(default_factory=dict)
    open: dict[Place, int] = field(default_factory=dict)
    wanted: set[Place] = field(default_factory=set)

    def look(self, asked: Mapping[Place, Asked], seeds: int, most: int) -> None:
        self.questions = max(self.questions, sum(one.asked for one in asked.values()))
        look, questions = Look(seeds, most, max(1, self.questions)), verdicts.questions(asked)
        for gone in self.open.keys() - asked.keys():  # as where the metric is undefined with another seed
            del self.gains[gone]
        unsettled = [place for place in asked if place not in self.gains or place in self.open]
        exploratory = _exploratory(questions)
        self.open, self.wanted = {}, set()
        for place in unsettled:
            self._judge(place, asked[place], questions[place], look, exploratory.get(place))

    def _judge(self, place: Place, asked: Asked, question: Question, look: Look, exploratory: Answer | None) -> None:
        answer = exploratory or look.answer(question)
        further = self._further(asked, question, answer, look)
        given_up = asked.asked and not (further or question.no_verdict or decided(answer))
        needed = look.needed(question) if given_up else None
        seen = LookedAt(look.seeds, look.level(question), needed) if asked.asked else None
        self.gains[place] = verdicts.gain(asked, question, answer, seen, look.advice(question) if given_up else "")
        self.decided += decided(answer)
        if further:
            self.open[place] = further
            self.wanted |= {place, *((*place[:3], each.name) for each in asked.compared)}

    def _further(self, asked: Asked, question: Question, answer: Answer, look: Look) -> int | None:
        """About how many more seeds decide a question; None if it is settled."""
        if not asked.asked or decided(answer):
            return None
        if question.no_verdict:
            return look.most - look.seeds if any(each.short for each in asked.compared) else None
        return look.further(question) or None


def _exploratory(questions: Mapping[Place, Question]) -> dict[Place, Answer]:
    """Answers to the questions that are not asked: rows that stay as they were at the first look, with their q."""
    if all(question.asked for question in questions.values()):
        return {}
    answers = family.answers(list(questions.values()))
    return {place: answer for place, answer in zip(questions, answers, strict=True) if not questions[place].asked}


def _place(row: Row) -> Place:
    return (*row.place, row.strategy)
