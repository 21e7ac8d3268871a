"""What a judgement comes to. Plain Python, so that a report is shown without numpy."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: Predictions have collapsed where they give other classes at most this share of what is theirs.
LEFT = 0.2


class Verdict(StrEnum):
    """HELPS: the interval of the gain lies above 0. HURTS: below. INCONCLUSIVE: it holds 0."""

    HELPS = "HELPS"
    HURTS = "HURTS"
    INCONCLUSIVE = "INCONCLUSIVE"

    @classmethod
    def of(cls, gain: Interval) -> Verdict:
        """
        >>> Verdict.of(Interval(0.1, 0.05, 0.2, 6, 100)).name
        'HELPS'
        """
        if gain.low > 0:
            return cls.HELPS
        return cls.HURTS if gain.high < 0 else cls.INCONCLUSIVE


@dataclass(frozen=True)
class Interval:
    """An estimate with its 95 % interval, and how many seeds and units (test items) stand behind it."""

    estimate: float
    low: float
    high: float
    seeds: int
    units: int


@dataclass(frozen=True)
class Gain(Interval):
    """The gain of a strategy over its baseline in the deciding metric, and what it says.

    baseline    the strategy that it is compared with
    verdict     read off the interval alone
    p           of the sign-flip test over seeds; None where no seed varies
    p_adjusted  the same by Holm, over the strategies that are compared at one budget
    note        what limits it
    """

    baseline: str
    verdict: Verdict
    p: float | None = None
    p_adjusted: float | None = None
    note: str = ""


@dataclass(frozen=True)
class TopClass:
    """The class that is predicted most often: its name, its share of the predictions, and its share of the answers."""

    name: str
    predicted: float
    there: float

    @property
    def collapsed(self) -> bool:
        """1 - predicted <= LEFT (1 - there).

        Of two equal classes, from 90 % on; of ten, from 82 % on; of a class that is 95 % of the answers, from 99 % on.
        Where all answers are of this class, nothing was to be left to others.

        >>> [TopClass("x", *shares).collapsed for shares in ((0.97, 0.1), (0.97, 0.95), (1.0, 1.0))]
        [True, False, False]
        """
        return self.there < 1 and 1 - self.predicted <= LEFT * (1 - self.there) + 1e-9
