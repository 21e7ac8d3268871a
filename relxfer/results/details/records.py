"""The records of details, which a row of `results.json` holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from relxfer.contract.breakdowns import Part
from relxfer.judge.records import Interval, Reliability


@dataclass(frozen=True)
class Confused:
    """An answer that was given in place of the right one.

    count  number of queries, mean over runs
    """

    answer: str
    predicted: str
    count: float


@dataclass(frozen=True, kw_only=True)
class ByPart:
    """How outcomes differ between the parts of a test, such as classes.

    by         what parts are, such as "class" or "quarter of the truth"
    parts      in the order of the task; measures are means over the runs that have them
    left_out   number of parts that are left out, those with the fewest queries
    confusion  rows of the confusion matrix, in the order of `parts`: number of queries of the class (row) that were
               given the class (column), mean over runs; empty where there is none, or it is large
    confused   the classes that were most often confused, the most frequent confusion first
    """

    by: str
    parts: tuple[Part, ...]
    left_out: int = 0
    confusion: tuple[tuple[float, ...], ...] = ()
    confused: tuple[Confused, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Stratum:
    """The queries of a test with one value of a tag.

    n        number of queries
    share    of the queries of the test
    metric   mean over runs and queries, with its 95 % interval
    gain     over the baseline of the row's gain, with its 95 % interval, as if this stratum alone were tested; None if
             there is no baseline, or a single item
    """

    value: str
    n: int
    share: float
    metric: Interval | None = None
    gain: Interval | None = None


@dataclass(frozen=True, kw_only=True)
class Strata:
    """The queries of a test by the values of a tag.

    metric    the metric that is a mean over queries, which strata are compared in: the one that decides, if it is one;
              empty if the task has none
    baseline  what gains are over; empty if there are none
    parts     the most frequent value first
    left_out  number of values that are left out, the rarest ones
    """

    tag: str
    metric: str = ""
    baseline: str = ""
    parts: tuple[Stratum, ...]
    left_out: int = 0


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """A query that was answered wrongly.

    query        column -> name, as the data set names queries, such as head, relation and tail
    item         the name of its item
    answer       the right one, in words
    predicted    what was predicted most often, or the mean of predicted numbers; empty where it was not stored
    probability  of what was predicted, mean over the runs that predicted it; None where there are no probabilities
    rank         of the right answer, mean over runs; None where answers are not ranked
    wrong        number of runs in which it was wrong; None where answers are only more or less right
    """

    query: Mapping[str, str]
    item: str
    answer: str
    predicted: str = ""
    probability: float | None = None
    rank: float | None = None
    wrong: int | None = None


@dataclass(frozen=True)
class Course:
    """What a phase of training recorded at its validation points, at some of them where they are many.

    steps   of the points, ascending
    values  name -> its value at each of these steps, such as "loss", "validation" (the score by which steps are
            selected, higher is better) and what the strategy logs, such as "disc_acc"; None where it was not recorded
    """

    phase: str
    steps: tuple[int, ...]
    values: Mapping[str, tuple[float | None, ...]]


@dataclass(frozen=True, kw_only=True)
class Details:
    """What a row says beyond its metrics, from the values of queries that its runs stored.

    runs         number of different runs that are pooled: every mean is over them, each counting alike
    by_part      how outcomes differ between classes; None if the task has no parts
    strata       by the tags of items, a table for each tag
    reliability  calibration errors, means over runs, with the bins of all runs together; None without probabilities
    mistakes     the worst first; of the row to use only
    note         why something of it is missing; empty if nothing is
    """

    runs: int
    by_part: ByPart | None = None
    strata: tuple[Strata, ...] = ()
    reliability: Reliability | None = None
    mistakes: tuple[Mistake, ...] = ()
    note: str = ""
