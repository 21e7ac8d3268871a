"""The records of results: `results.json` holds them, the report shows them, and users of `Results` read them.

A number that is not finite is None, because JSON cannot write it. An id, a name or a reason that does not apply is "".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from relxfer.declare.tuning import Choice
from relxfer.judge.records import Gain, Interval, Reliability, TopClass, Verdict
from relxfer.results.details.records import Course, Details
from relxfer.results.ids import Id
from relxfer.store.entry import Status

Role = Literal["candidate", "scratch", "direct", "prior"]
#: Number of target labels that a cell may use, or all of them.
Budget = int | Literal["all"]
Per = Literal["target", "class"]
#: Training option -> its value, for the options that `[strategy.training]` sets for any row of the run.
RowTraining = Mapping[str, int | float | str | None]
#: Name -> the last value that a strategy logged.
Diagnostics = Mapping[str, float | None]


@dataclass(frozen=True)
class Selected:
    """The rule that selected steps, and the step that it selected in each phase."""

    rule: str
    steps: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class OracleValue:
    """The best value of the deciding metric at any validation point, chosen by test labels, with its phase and step."""

    value: float
    phase: str
    step: int


@dataclass(frozen=True, kw_only=True)
class CellResult:
    """One planned cell and its outcome.

    model               the architecture of its learner
    scratch             name of the row that trains this architecture on the target alone; the run may lack it
    role                what the strategy is in the comparison: a candidate, or one of those that it is compared with
    baseline            whether the user declared it the baseline of all other rows
    budget, labels_per  number of target labels, or "all", for the whole target or for each class
    seed                of the transfer
    source_seed         of the pre-training that it uses; None if it uses none
    setting             in the terms of Pan and Yang: inductive, transductive or unsupervised
    labels              whether the strategy uses target labels
    seeded              whether the result depends on the seed
    training            training options in which rows of the run may differ
    choice              how its options were chosen; None if the user wrote them
    reason              why it failed or was refused
    traceback           where the error of a failed cell was raised, or of the source stage that it needs
    id, evaluation      ids of the transfer and of its per-query values in the run directory
    artefact            id of the source that it started from, if any
    sha                 hash of the trained model
    seconds             wall time of training
    evaluation_seconds  wall time of the evaluation
    cpu_seconds         CPU time of training, over all threads of the process that finished it; None where an older
                        relxfer trained it
    energy_wh           energy of training in Wh, as codecarbon estimates it; None where it is not installed
    peak_mb             peak resident memory of the process, in MB
    trained_parameters  number of parameters that were trained
    diagnostics         the last value of every number that the strategy logged
    texts               the last value of every text that it logged
    notes               what the learner reports about its preparation
    n                   number of test queries; 0 if the target has no test
    metrics             metric -> its value on the test
    undefined           metric -> why it has no value on this test
    failed_to_train     metrics in which it is no better than predictions that know nothing
    label_count         number of labelled items that it could use, including those for validation
    validation          score on the validation labels by which rows are compared, higher is better; None without such
                        labels, or where the model cannot be asked
    top_class           in classification: the class that it predicts most often
    reliability         how far the probabilities of its answers are from how often they are right
    oracle_asked        whether the configuration asks for the oracle
    oracle              its value, if the cell was run with it
    courses             what was recorded during training, a course for each phase
    """

    source: str | None
    target: str
    strategy: str
    role: Role
    budget: Budget
    seed: int
    setting: str
    labels: bool
    labels_per: Per
    seeded: bool
    status: Status
    model: str = ""
    scratch: str = "scratch"
    baseline: bool = False
    source_model: bool = False
    training: RowTraining = field(default_factory=dict)
    choice: Choice | None = None
    source_seed: int | None = None
    reason: str = ""
    traceback: str = ""
    id: Id = ""
    evaluation: Id = ""
    artefact: str = ""
    sha: str = ""
    seconds: float = 0.0
    cpu_seconds: float | None = None
    energy_wh: float | None = None
    evaluation_seconds: float = 0.0
    peak_mb: float | None = None
    trained_parameters: int = 0
    diagnostics: Diagnostics = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    selection: Selected | None = None
    notes: tuple[str, ...] = ()
    n: int = 0
    metrics: Mapping[str, float] = field(default_factory=dict)
    undefined: Mapping[str, str] = field(default_factory=dict)
    failed_to_train: tuple[str, ...] = ()
    label_count: int | None = None
    validation: float | None = None
    top_class: TopClass | None = None
    reliability: Reliability | None = None
    oracle_asked: bool = False
    oracle: OracleValue | None = None
    courses: tuple[Course, ...] = ()

    def failed_in(self, metric: str) -> bool:
        """Whether training failed, by a metric: it is at chance, or nearly all queries get the same answer."""
        return self.seeded and (metric in self.failed_to_train or bool(self.top_class and self.top_class.collapsed))

    @property
    def evaluated(self) -> bool:
        """Whether it finished and was evaluated on a test."""
        return self.status == "done" and self.n > 0


@dataclass(frozen=True)
class Cost:
    """The cost of a row.

    seconds             wall time of training, mean over seeds
    peak_mb             peak resident memory in MB, maximum over seeds
    trained_parameters  number of parameters that were trained
    evaluation_seconds  wall time of the evaluation, mean over seeds
    cpu_seconds         CPU time of training, mean over seeds; None where an older relxfer trained some
    energy_wh           energy of training in Wh, mean over seeds; None where codecarbon was not installed for some
    """

    seconds: float
    peak_mb: float | None
    trained_parameters: int
    evaluation_seconds: float = 0.0
    cpu_seconds: float | None = None
    energy_wh: float | None = None


@dataclass(frozen=True, kw_only=True)
class Row:
    """A strategy on one source, target and label budget, over all seeds.

    model           the architecture of its learner
    scratch         name of the row that trains this architecture on the target alone; the run may lack it
    runs, planned   number of cells that finished with a test, and of planned cells
    source_seeds    number of pre-trainings among those that finished; 0 if it uses none
    seeds           number of seeds of the transfer among them
    deterministic   whether all seeds share one run
    baseline        whether the user declared it the baseline of all other rows
    reasons         why cells failed or were refused
    metric          the metric that decides
    metrics         metric -> mean over seeds; empty if no seed finished
    undefined       metric -> why it has no value
    interval        mean and 95 % interval of the deciding metric
    gain            gain over the baseline, positive where the row is better, also in a metric of which less is better;
                    None if there is no baseline to compare with
    no_gain         why there is no gain
    over_direct     gain over the source model unchanged, where that is not among its alternatives, with the verdict on
                    whether the strategy is worth its effort
    cost            time, memory and trained parameters
    selection       rules that selected steps
    label_count     number of labelled items that could be used, including those for validation
    validation      score by which rows are compared, mean over the cells; None if a finished one has none
    use             whether it is the row to use at its label budget: the best by validation, never by the test
    oracle          best value at any validation point, mean over seeds
    diagnostics     last logged values, means over seeds
    training        training options in which rows of the run may differ
    choice          how its options were chosen; None if the user wrote them
    details         by class and by stratum, how calibrated it is, its worst mistakes; None if no run has a test, or an
                    older relxfer wrote the results
    """

    source: str | None
    target: str
    strategy: str
    role: Role
    budget: Budget
    labels_per: Per
    setting: str
    metric: str
    runs: int
    planned: int
    deterministic: bool
    source_seeds: int = 0
    seeds: int = 0
    undefined: Mapping[str, str] = field(default_factory=dict)
    model: str = ""
    scratch: str = "scratch"
    baseline: bool = False
    reasons: tuple[str, ...] = ()
    metrics: Mapping[str, float] = field(default_factory=dict)
    interval: Interval | None = None
    gain: Gain | None = None
    no_gain: str = ""
    over_direct: Gain | None = None
    cost: Cost | None = None
    selection: tuple[str, ...] = ()
    label_count: int | None = None
    validation: float | None = None
    use: bool = False
    oracle: float | None = None
    diagnostics: Diagnostics = field(default_factory=dict)
    training: RowTraining = field(default_factory=dict)
    choice: Choice | None = None
    details: Details | None = None

    @property
    def finished(self) -> bool:
        """Whether a cell of it was trained to the end, with a test or, where the run has none, without."""
        return bool(self.runs or self.cost)

    @property
    def crossed(self) -> bool:
        """Whether each of several pre-trainings has several seeds."""
        return min(self.source_seeds, self.seeds) > 1 and self.runs > max(self.source_seeds, self.seeds)

    @property
    def place(self) -> tuple[str | None, str, Budget]:
        """Source, target and budget, which it shares with the rows that it is compared with."""
        return self.source, self.target, self.budget

    @property
    def verdict(self) -> Verdict | None:
        """The verdict on the gain; None if there is none."""
        return self.gain.verdict if self.gain else None

    @property
    def note(self) -> str:
        """A limitation of the gain, or the reason why there is none."""
        return self.gain.note if self.gain else self.no_gain


@dataclass(frozen=True)
class Count:
    """Number of queries in a split of a target, of the units (items) that they belong to, and of groups of items.

    groups     None if the data set has none
    questions  number of distinct questions; None if no two items ask the same one
    """

    queries: int
    units: int
    groups: int | None = None
    questions: int | None = None


@dataclass(frozen=True, kw_only=True)
class MetricSummary:
    """A metric, as its record describes it.

    direction       whether higher or lower is better
    low, high       the range of its values; None: without a bound
    minimal_effect  the smallest difference that matters by default; None: nobody said
    """

    name: str
    direction: Literal["higher", "lower"] = "higher"
    low: float | None = None
    high: float | None = None
    minimal_effect: float | None = None

    @property
    def sign(self) -> int:
        """1 if higher is better, else -1: the sign of a difference that is an improvement."""
        return 1 if self.direction == "higher" else -1


@dataclass(frozen=True, kw_only=True)
class TargetSummary:
    """What the report says about a target.

    task             kind of the task
    metrics          its metrics, the one that decides first
    ranks_by         the rule for ties that its metrics are under; empty if they need none
    labels_per       whether a label budget counts labels of the target or of each class
    self_supervised  whether its inputs are its labels
    counts           split (train, val, test) -> its size, for the splits that exist
    notes            how the data was read and split
    audit            counts of what the observed inputs reveal about the test, by kind
    given_away       kinds in `audit` by which answers of the test are given away
    related          source -> a sentence on what it shares with the target
    smallest_class   number of labelled training queries of the smallest class
    budgeted         what a label budget counts, where it is not the labels of items
    """

    task: str
    metrics: Annotated[tuple[MetricSummary, ...], Field(min_length=1)]
    labels_per: Per
    self_supervised: bool
    counts: Mapping[str, Count] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    audit: Mapping[str, int] = field(default_factory=dict)
    given_away: tuple[str, ...] = ()
    related: Mapping[str, str] = field(default_factory=dict)
    smallest_class: int | None = None
    ranks_by: str = ""
    budgeted: str = ""
