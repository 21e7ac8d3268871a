"""The records of judgements: intervals, gains and verdicts. They need no numpy, so that reports are shown quickly."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

#: Predictions have collapsed if the classes other than the most frequent one get at most this share of the predictions
#: that they should get.
LEFT = 0.2


class Verdict(StrEnum):
    """Whether a transfer helps.

    HELPS          it is better than everything that it is compared with
    HURTS          something that it is compared with is better
    NO_DIFFERENCE  the difference is surely smaller than matters
    INCONCLUSIVE   none of these is shown

    See `relxfer.judge.family`, which says how surely.
    """

    HELPS = "HELPS"
    HURTS = "HURTS"
    NO_DIFFERENCE = "NO DIFFERENCE"
    INCONCLUSIVE = "INCONCLUSIVE"


class SystemVerdict(StrEnum):
    """How a system stands to the baseline.

    BETTER, WORSE  shown, with a chance of at most 5 % of any wrong claim among all comparisons
    NO_DIFFERENCE  the difference is surely smaller than matters
    INCONCLUSIVE   none of these is shown
    """

    BETTER = "better"
    WORSE = "worse"
    NO_DIFFERENCE = "no difference"
    INCONCLUSIVE = "inconclusive"

    @classmethod
    def of(cls, verdict: Verdict) -> SystemVerdict:
        """A verdict in these words.

        >>> SystemVerdict.of(Verdict.HELPS).value
        'better'
        """
        return {
            Verdict.HELPS: cls.BETTER,
            Verdict.HURTS: cls.WORSE,
            Verdict.NO_DIFFERENCE: cls.NO_DIFFERENCE,
            Verdict.INCONCLUSIVE: cls.INCONCLUSIVE,
        }[verdict]


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
class Share:
    """The share of runs that failed to train, with its 95 % interval."""

    failed: int
    runs: int
    low: float
    high: float


@dataclass(frozen=True)
class Failures:
    """The runs of both sides of a comparison that failed to train: they know nothing about the test.

    ours    those of the strategy
    theirs  those of what it is compared with
    """

    ours: Share
    theirs: Share


@dataclass(frozen=True)
class Against(Interval):
    """The gain over one alternative, with its own p."""

    name: str
    p: float


@dataclass(frozen=True)
class LookedAt:
    """The look at a growing run at which a question was settled, see `relxfer.judge.looks`.

    seeds  how many the run had
    level  what p had to be at most, all questions of the run considered
    more   about how many more seeds would have decided it, if the gain stays as it is; None: it is decided, or no
           number of seeds would have
    """

    seeds: int
    level: float
    more: int | None = None


@dataclass(frozen=True)
class Gain(Interval):
    """The gain of a row over an alternative to it, in the metric that decides, with its verdict over all of them.

    baseline    the alternative whose gain this is
    verdict     None where there can be none; the note says why
    p           of the verdict, by the same model as the interval; None if nothing can be tested
    p_adjusted  p adjusted by Holm over the questions of the run; None where the row is exploratory
    q           the share of wrong claims to expect among all rows with a p at most as large
    excludes    the smallest effect that this run could have excluded
    conditions  what the verdict holds under, such as "with this source model"
    against     every alternative
    failures    runs that failed to train: the interval and the verdict are of the others
    seed_rows   number of rows from which the noise of seeds was estimated
    seed_df     degrees of freedom of that noise
    asked       whether the row belongs to the questions of the run; otherwise it is exploratory
    look        when it was settled, in a run that adds seeds where they decide something; it holds as it was then,
                whatever seeds the row has got since
    note        the limits of the estimate, such as too few seeds; empty if there are none
    """

    baseline: str
    verdict: Verdict | None
    p: float | None = None
    p_adjusted: float | None = None
    q: float | None = None
    excludes: float | None = None
    conditions: tuple[str, ...] = ()
    against: tuple[Against, ...] = ()
    failures: Failures | None = None
    seed_rows: int = 1
    seed_df: float = 0.0
    asked: bool = True
    look: LookedAt | None = None
    note: str = ""

    @property
    def says(self) -> str:
        """The verdict with its conditions; empty if there is none.

        >>> Gain(0.1, 0.05, 0.2, 6, 100, baseline="scratch", verdict=Verdict.HELPS, conditions=("when it trains",)).says
        'HELPS when it trains'
        """
        if self.verdict is None:
            return ""
        return " ".join([self.verdict, *self.conditions])


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
