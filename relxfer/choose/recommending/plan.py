"""What is tried within the minutes that are allowed: decided by the forecast before anything is trained, and kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from relxfer.choose.recommending import kept
from relxfer.choose.recommending.arms import Arm
from relxfer.choose.recommending.costs import Costs
from relxfer.choose.recommending.recommendation import NotTried
from relxfer.choose.recommending.rounds import SEEDS, Round, rounds
from relxfer.errors import UsageError
from relxfer.results.records import Budget

#: A forecast is of CPU time, and may be wrong: what is planned is to take this much less than what is allowed.
_SAFE = 1.3
#: How many times fewer steps there may be, where sources would otherwise have to be left out; in words.
_PARTS = {1: "all", 2: "half", 4: "a quarter"}
SHORTER = tuple(_PARTS)
#: The fewest seeds of a run that has verdicts.
_FEWEST = 3


@dataclass(frozen=True)
class HonestTest:
    """The honest test: its label budgets, how many seeds it has, and what it is foreseen to take."""

    budgets: tuple[Budget, ...]
    seeds: int
    seconds: float


@dataclass(frozen=True)
class Plan:
    """What is tried.

    key        of what was asked for: a plan that is kept counts only for the same
    sources    in the order of the configuration
    rates      learning rates by those of the rows
    rounds     of the race
    tests      the test, and a smaller one for where the race takes longer than foreseen
    not_tried  what is left out, and why
    allowed    seconds for everything
    measuring  seconds that the forecast took
    shorter    pre-training and training have so many times fewer steps than they were written with; above 1, there is
               one pre-training of each source for all seeds
    """

    key: str
    sources: tuple[str, ...]
    rates: tuple[float, ...]
    rounds: tuple[Round, ...]
    tests: tuple[HonestTest, ...]
    not_tried: tuple[NotTried, ...]
    allowed: float
    measuring: float
    shorter: int = 1

    @property
    def foreseen(self) -> float:
        """Seconds that it is foreseen to take."""
        return self.measuring + sum(each.seconds for each in self.rounds) + self.tests[0].seconds

    def goes_on(self, number: int, spent: float) -> bool:
        """Whether a round may begin: whether it and the smallest test fit into the rest, at the speed so far."""
        after = self.rounds[number].seconds + self.tests[-1].seconds
        return self.measuring + spent + self._slower(number, spent) * after <= self.allowed

    def largest_test(self, held: int, spent: float) -> HonestTest:
        """The largest test that fits into the rest after so many rounds; the smallest where none does."""
        slower = self._slower(held, spent)
        fits = (each for each in self.tests if self.measuring + spent + slower * each.seconds <= self.allowed)
        return next(fits, self.tests[-1])

    def _slower(self, held: int, spent: float) -> float:
        """How many times as long as foreseen the rounds took; at least 1."""
        foreseen = sum(each.seconds for each in self.rounds[:held])
        return max(1.0, spent / foreseen) if foreseen else 1.0

    def write(self, folder: Path) -> None:
        """Keep it in a run directory, unless it is kept there already."""
        if Plan.read(folder, self.key) != self:
            kept.begin(folder, plan=asdict(self))

    @classmethod
    def read(cls, folder: Path, key: str) -> Plan | None:
        """The plan that a run directory keeps for the same question; None if there is none."""
        card = kept.read(folder).get("plan")
        return _of_card(card) if card and card["key"] == key else None


@dataclass(frozen=True)
class Question:
    """What a plan is made for.

    key       see `Plan`
    ranked    returns the sources, the one to keep longest first; only called where not all of them fit
    arms      all arms, at all rates
    seeds     of the run
    budgets   of the largest test
    """

    key: str
    ranked: Callable[[], Sequence[str]]
    arms: Sequence[Arm]
    rates: Sequence[float]
    seeds: int
    budgets: Sequence[Budget]
    minutes: float


def planned(asked: Question, costs: Costs, measuring: float, reasons: Mapping[str, str]) -> Plan:
    """The largest plan that fits: with fewer label budgets of the test, then fewer seeds, then at one rate, then with
    fewer steps, and at last with fewer sources.

    A source that is left out is judged by nothing but what it looks like; that costs more than a rate or some steps.

    reasons  source -> why it is not tried, whatever the time

    Raises:
        UsageError: none fits.
    """
    made: Plan | None = None
    for sources, shorter, rates, seeds, budgets in _variants(asked):
        made = _made(asked, costs.shorter(shorter), measuring, sources, rates, seeds, budgets)
        if made.measuring + _SAFE * (made.foreseen - made.measuring) <= made.allowed:
            late = [name for name in _configured(asked.arms) if name not in sources]
            told = [NotTried(name, reason) for name, reason in reasons.items()]
            late += ["other learning rates"] if len(rates) < len(asked.rates) else []
            told += [NotTried(name, f"no time for it in {asked.minutes:g} min") for name in late]
            if shorter > 1:
                several = any(count > 1 for count in costs.repeated.values())
                once = ", and one pre-training of each source for all seeds" * several
                less = f"{_PARTS[shorter]} of the steps as written{once}, for lack of time in {asked.minutes:g} min"
                told.append(NotTried("training as long as written", less))
            return replace(made, not_tried=tuple(told), shorter=shorter)
    assert made is not None
    needed = (made.measuring + _SAFE * (made.foreseen - made.measuring)) / 60
    raise UsageError(
        f"expected at least {needed:.1f} minutes for one source at one rate with its test, got {asked.minutes:g}; "
        "raise --minutes, or make training shorter, as with --set training.steps=50"
    )


def _variants(asked: Question) -> Iterator[tuple[list[str], int, list[float], int, list[Budget]]]:
    """(sources, how much shorter, rates, seeds of the race, label budgets of the test), the best first."""
    sources = _configured(asked.arms)
    for shorter in SHORTER:
        yield from ((sources, shorter, *rest) for rest in _smaller(asked))
    ranked = [name for name in asked.ranked() if name in sources]
    for count in range(len(sources) - 1, 0, -1):
        yield from ((ranked[:count], SHORTER[-1], *rest) for rest in _smaller(asked))


def _smaller(asked: Question) -> Iterator[tuple[list[float], int, list[Budget]]]:
    """(rates, seeds of the race, label budgets of the test), the best first."""
    most = min(SEEDS, asked.seeds)
    fewest, every, one = min(_FEWEST, most), list(asked.budgets), [asked.budgets[-1]]
    yield from ((list(asked.rates), most, every), (list(asked.rates), most, one), (list(asked.rates), fewest, one))
    yield list(asked.rates[:1]), fewest, one


def _made(
    asked: Question,
    costs: Costs,
    measuring: float,
    sources: Sequence[str],
    rates: Sequence[float],
    seeds: int,
    budgets: Sequence[Budget],
) -> Plan:
    arms = [each for each in asked.arms if each.made.source in (None, *sources) and each.made.factor in rates]
    held = costs.raced(arms, rounds(len(arms), seeds))
    full = HonestTest(tuple(budgets), asked.seeds, costs.tested(arms, len(budgets), asked.seeds, seeds))
    small = HonestTest((asked.budgets[-1],), seeds, costs.tested(arms, 1, seeds, seeds))
    tests = (full, small) if full.seconds > small.seconds else (full,)
    order = tuple(name for name in _configured(asked.arms) if name in sources)
    return Plan(asked.key, order, tuple(rates), tuple(held), tests, (), 60 * asked.minutes, measuring)


def _configured(arms: Sequence[Arm]) -> list[str]:
    return list(dict.fromkeys(arm.made.source for arm in arms if arm.made.source))


def _of_card(card: dict[str, Any]) -> Plan:
    parts = {
        "sources": tuple(card["sources"]),
        "rates": tuple(card["rates"]),
        "rounds": tuple(Round(**each) for each in card["rounds"]),
        "tests": tuple(HonestTest(**{**each, "budgets": tuple(each["budgets"])}) for each in card["tests"]),
        "not_tried": tuple(NotTried(**each) for each in card["not_tried"]),
    }
    return Plan(**{**card, **parts})
