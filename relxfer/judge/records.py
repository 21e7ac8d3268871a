"""The records of judgements: intervals, gains and verdicts. They need no numpy, so that reports are shown quickly."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: Predictions have collapsed if the classes other than the most frequent one get at most this share of the predictions
#: that they should get.
LEFT = 0.2


class Verdict(StrEnum):
    """Whether a transfer helps: the interval of its gain is above 0 (HELPS), below (HURTS), or neither."""

    HELPS = "HELPS"
    HURTS = "HURTS"
    INCONCLUSIVE = "INCONCLUSIVE"

    @classmethod
    def of(cls, gain: Interval) -> Verdict:
        """The verdict on a gain.

        >>> Verdict.of(Interval(0.1, 0.05, 0.2, 6, 100)).name
        'HELPS'
        """
        if gain.low > 0:
            return cls.HELPS
        return cls.HURTS if gain.high < 0 else cls.INCONCLUSIVE


@dataclass(frozen=True)
class Interval:
    """An estimate with its 95 % interval.

    low    the lower bound
    high   the upper bound
    seeds  the number of seeds of the transfer that it was estimated from
    units  the number of test units that are resampled, such as facts, nodes or images, or groups of them
    """

    estimate: float
    low: float
    high: float
    seeds: int
    units: int


@dataclass(frozen=True)
class Gain(Interval):
    """The gain of a strategy over its baseline in the metric that decides, with its verdict.

    baseline    the name of the baseline
    verdict     follows from the interval alone
    p           of the sign-flip test over seeds; None if results do not vary by seed
    p_adjusted  p adjusted by Holm over the strategies that are compared at one label budget
    note        the limits of the estimate, such as too few seeds; empty if there are none
    """

    baseline: str
    verdict: Verdict
    p: float | None = None
    p_adjusted: float | None = None
    note: str = ""


@dataclass(frozen=True)
class Bin:
    """Answers of similar probability.

    probability  their mean probability
    right        the share of them that is right
    share        the share of all answers that they are
    """

    probability: float
    right: float
    share: float


@dataclass(frozen=True)
class Reliability:
    """How far probabilities are from how often they are right, see `relxfer.judge.reliability`.

    before  the expected calibration error of the scores as they are
    after   that of calibrated probabilities; None if the model was not calibrated
    items   the number of test items
    bins    of calibrated probabilities, if there are some, else as they are; the least probable first
    """

    before: float
    after: float | None
    items: int
    bins: tuple[Bin, ...]


@dataclass(frozen=True)
class TopClass:
    """The class that is predicted most often.

    name       of the class
    predicted  its share of the predictions, from 0 to 1
    there      its share of the answers, from 0 to 1
    """

    name: str
    predicted: float
    there: float

    @property
    def collapsed(self) -> bool:
        """Whether the predictions have collapsed to this class: 1 - predicted <= LEFT (1 - there).

        With two classes of equal size, this is the case from 90 % of the predictions on; with ten, from 82 % on; for a
        class with 95 % of the answers, from 99 % on. It is never the case if all answers are of this class.

        >>> [TopClass("x", *shares).collapsed for shares in ((0.97, 0.1), (0.97, 0.95), (1.0, 1.0))]
        [True, False, False]
        """
        return self.there < 1 and 1 - self.predicted <= LEFT * (1 - self.there) + 1e-9
