"""What a race tried and what follows from it: `recommendation.json` of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from statistics import fmean
from typing import Any, Literal

from relxfer.choose.recommending import kept
from relxfer.results.records import Budget, Role
from relxfer.store.json_text import JsonObject

#: What there is to do: take something from a source, train on the target alone, count, or leave the source as it is.
Kind = Literal["transfer", "scratch", "prior", "unchanged"]
KINDS: tuple[Kind, ...] = ("transfer", "scratch", "prior", "unchanged")
_OF_ROLES: dict[Role, Kind] = {"candidate": "transfer", "scratch": "scratch", "prior": "prior", "direct": "unchanged"}

#: With fewer seeds there are no intervals, as there are no verdicts.
_FEWEST = 3


@dataclass(frozen=True)
class Raced:
    """An arm: one source with one strategy at one learning rate, and how it was scored.

    source  None of scratch and priors, which have none
    lr      the rate that it was trained with; None where nothing is trained
    factor  that rate by the one that the row has in the configuration
    scores  of its trainings on validation labels, by the seeds of the race in their order
    rounds  how many rounds it was in
    trained number of parameters that it trained; None if no training ended
    reason  why it has no score; empty if it has
    """

    source: str | None
    strategy: str
    role: Role
    lr: float | None
    factor: float
    scores: tuple[float, ...] = ()
    rounds: int = 0
    trained: int | None = None
    reason: str = ""

    @property
    def kind(self) -> Kind:
        """What it stands for."""
        return _OF_ROLES[self.role]

    @property
    def mean(self) -> float:
        """The mean score; minus infinity without any.

        >>> Raced(None, "scratch", "scratch", 0.1, 1.0, (0.25, 0.75)).mean
        0.5
        """
        return fmean(self.scores) if self.scores else float("-inf")


@dataclass(frozen=True)
class Paired:
    """A mean difference over the seeds that two arms share; without an interval where these are fewer than three.

    low, high  95 %, by Student's t
    """

    mean: float
    low: float | None
    high: float | None
    seeds: int

    @classmethod
    def of(cls, one: Sequence[float], other: Sequence[float]) -> Paired:
        """The scores of one less those of another, by seed.

        >>> Paired.of([0.5, 0.75, 1.0], [0.25, 0.5, 0.75])
        Paired(mean=0.25, low=0.25, high=0.25, seeds=3)
        """
        from scipy.special import stdtrit

        made = [a - b for a, b in zip(one, other, strict=False)]
        mean, count = round(fmean(made), 12) + 0.0, len(made)  # no difference is 0, and neither 1e-17 nor -0
        if count < _FEWEST:
            return cls(mean, None, None, count)
        spread = (sum((each - mean) ** 2 for each in made) / (count - 1) / count) ** 0.5
        half = float(stdtrit(count - 1, 0.975)) * spread
        return cls(mean, mean - half, mean + half, count)


@dataclass(frozen=True)
class NotTried:
    """What was not tried, and why."""

    what: str
    reason: str


@dataclass(frozen=True)
class Spent:
    """What was allowed and what it took, in seconds of one worker.

    allowed   for everything
    foreseen  before the race: by the forecast, for the race and the largest test that was planned
    measuring what the forecast itself took
    raced     pre-trainings and trainings of the race, as their outcomes tell
    trainings number of these trainings
    """

    allowed: float
    foreseen: float
    measuring: float
    raced: float
    trainings: int


@dataclass(frozen=True)
class Recommendation:
    """Which arm to use, before the test was opened, and all that it was chosen among.

    budget      number of labels that it is for
    labels      how many labels that is
    validation  of which so many validate
    rule        the validator whose scores decided
    arms        all arms, those that are simplest first
    use         the number of the arm to use
    against     of the best arm of another kind, over which the gain is expected; None if there is none
    tested      of the arm that the test is made with, which transfers whatever is to be used
    scratch     of the best one from scratch; None if none was trained
    unchanged   of the best source as it is; None if none can answer
    written     of the first source with the first strategy as they are written
    expected    the gain of `use` over `against`
    stopped     why the race ended early; empty if it did not
    """

    target: str
    budget: Budget
    labels: int
    validation: int
    rule: str
    arms: tuple[Raced, ...]
    use: int
    against: int | None
    tested: int
    scratch: int | None
    unchanged: int | None
    written: int | None
    expected: Paired | None
    not_tried: tuple[NotTried, ...]
    spent: Spent
    stopped: str = ""

    @property
    def chosen(self) -> Raced:
        """The arm to use."""
        return self.arms[self.use]

    def difference(self, one: int, other: int) -> Paired:
        """The scores of one arm less those of another, at the seeds that both had."""
        return Paired.of(self.arms[one].scores, self.arms[other].scores)

    def best(self, *kinds: Kind, source: str | None = None, strategy: str | None = None) -> int | None:
        """The best arm of some kinds, perhaps of one source or strategy: of those that had most seeds that with the
        best mean, the first of equals; None if there is none."""
        these = [
            number
            for number, arm in enumerate(self.arms)
            if arm.scores and arm.kind in kinds and source in (None, arm.source) and strategy in (None, arm.strategy)
        ]
        return max(these, key=self._standing, default=None)

    def better_of(self, one: int, other: int) -> int:
        """Which of two arms is better: the first, where they are equal."""
        return max(one, other, key=self._standing)

    def _standing(self, number: int) -> tuple[int, float]:
        return len(self.arms[number].scores), self.arms[number].mean

    def card(self) -> JsonObject:
        """As JSON."""
        return asdict(self)

    def write(self, folder: Path) -> None:
        """Keep it in a run directory."""
        kept.write(folder, recommendation=self.card())

    @classmethod
    def read(cls, folder: Path) -> Recommendation | None:
        """That of a run directory; None where the run has none."""
        card = kept.read(folder).get("recommendation")
        return _made(card) if card else None


def _made(card: dict[str, Any]) -> Recommendation:
    parts: dict[str, Any] = {
        "arms": tuple(Raced(**{**arm, "scores": tuple(arm["scores"])}) for arm in card["arms"]),
        "expected": Paired(**card["expected"]) if card["expected"] else None,
        "not_tried": tuple(NotTried(**each) for each in card["not_tried"]),
        "spent": Spent(**card["spent"]),
    }
    return Recommendation(**{each.name: parts.get(each.name, card[each.name]) for each in fields(Recommendation)})
