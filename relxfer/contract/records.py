"""The typed records with which a plugin declares what it offers.

A record refers to its implementation by name (`"module:attr"`), which is imported only when a run needs it. Listing,
checking and planning therefore import neither torch nor a plugin's own dependencies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from relxfer.contract.file import File
from relxfer.contract.record import DATA_NAMES as DATA_NAMES
from relxfer.contract.record import LEARNER_NAMES as LEARNER_NAMES
from relxfer.contract.record import ROLES, Record
from relxfer.errors import did_you_mean


@dataclass(frozen=True, kw_only=True)
class Dataset(Record):
    """A data set: `load(options, files) -> Domain`, where `files` maps each role to a verified local path.

    content    what it is, such as `"pictures"`, `"network"` or `"knowledge-graph"`: the adapters and models that read
               this can work on it; a content of a plugin's own has a name with a dot
    protocol   how it is split and evaluated, in words
    counts     what it consists of, such as `{"entities": 14541}`
    leakage    another data set -> the share of this one's test answers that are in the training data of the other
    files      what is downloaded; empty for data that comes with the plugin
    """

    kind: ClassVar[str] = "dataset"
    content: str
    licence: str = ""
    citation: str = ""
    protocol: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)
    leakage: Mapping[str, float] = field(default_factory=dict)
    files: tuple[File, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Reader(Record):
    """Reads the user's own files: `load(options) -> Domain`. Its options say which files.

    A configuration names it where it could name a data set, so that no data set has the same name.

    content  what it reads them as, as of a `Dataset`
    inspect  `"module:attr"` of `inspect(path, told) -> Inspection` for `relxfer init` (see
             `relxfer.contract.readers`); None: `init` does not ask this reader

    `ValueError` if it has no options.
    """

    kind: ClassVar[str] = "reader"
    content: str
    inspect: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.options is None:
            raise ValueError(f"{self.name}: expected options that say which files are read, got none; name their model")


#: What the key `dataset` of a configuration may name.
Data = Dataset | Reader


@dataclass(frozen=True, kw_only=True)
class TaskKind(Record):
    """A kind of task: `load` is a subclass of `relxfer.Task`, whose `kind` is the name of the record.

    metrics  the names of its metrics; by default, the first one decides the verdicts. Metrics whose records name this
             kind come after them
    ties     rules by which it can count ties, of which `report.rank_rule` chooses one; empty: ties need no rule
    labels   False if strategies get no labels of such a target, as in clustering

    `ValueError` if it names no metric, or options, which a task does not have.
    """

    kind: ClassVar[str] = "task"
    metrics: tuple[str, ...]
    ties: tuple[str, ...] = ()
    labels: bool = True

    def __post_init__(self) -> None:
        super().__post_init__()
        self._without_options()
        if not self.metrics:
            raise ValueError(f"{self.name}: expected the name of a metric at least, got none")


#: Whether higher or lower values of a metric are better.
DIRECTIONS = ("higher", "lower")


@dataclass(frozen=True, kw_only=True)
class Metric(Record):
    """A metric: `load(results)` computes it from what `Task.results` returns, see `relxfer.contract.metrics`.

    tasks           the kinds of task that it judges
    direction       whether `"higher"` or `"lower"` is better
    low, high       the range of its values; None: without a bound
    minimal_effect  the smallest difference that matters by default; None: the user has to say it

    `ValueError` for an unknown direction, a range without values, or options, which a metric does not have.
    """

    kind: ClassVar[str] = "metric"
    tasks: tuple[str, ...]
    direction: str = "higher"
    low: float | None = None
    high: float | None = None
    minimal_effect: float | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.direction not in DIRECTIONS:
            meant = did_you_mean(self.direction, DIRECTIONS)
            raise ValueError(f"{self.name}: direction cannot be {self.direction!r}: {meant}")
        self._without_options()
        if None not in (self.low, self.high) and not self.low < self.high:  # type: ignore[operator]
            raise ValueError(f"{self.name}: expected low below high, got {self.low} and {self.high}")
        if self.minimal_effect is not None and not self.minimal_effect > 0:
            raise ValueError(f"{self.name}: expected a minimal_effect above 0, got {self.minimal_effect}")


@dataclass(frozen=True, kw_only=True)
class SourceModel(Record):
    """An architecture: `load(options, arrays, card) -> Model`; without arrays (None) the model is untrained.

    reads      the contents of data sets that it can be attached to, see `Dataset.content`; empty for a model that looks
               at no inputs, as a prior that counts labels: it fits all
    adapter    the name of the adapter that it needs; None: any that reads the data
    offers     the learner abilities that it supports
    withholds  for an ability that it does not offer: the reason, and what to do instead
    read       `"module:attr"` of `read(path) -> (arrays, card)`, which reads checkpoints of other programs
    weights    the names of published weights
    licences   the name of published weights -> their licence, for those that state one
    find       `"module:attr"` of `find(model name, weights name) -> path of a checkpoint`, which raises `ArtefactError`
               if the weights are not available
    bring      `"module:attr"` of `bring(options) -> (arrays, card)`: the weights that a library or a function of the
               user's gives with the architecture; a source that names no other origin has these, and is called by
               the option `name` too, where there is one. `ArtefactError` if they are not available
    tasks      the kinds of task that it can predict; empty: all kinds that its adapter supports
    needs      the data (`DATA_NAMES`) that it learns from as a prior, as `("target-labels",)`: where that is missing
               there is no row. Empty: it counts in the observed inputs
    composite  whether strategies make it of other models: `load(options, arrays, card, members)`, see
               `relxfer.contract.learners.CompositeModel`; it then reads what its members read

    `ValueError` for a model that neither reads anything, nor has members or needs.
    """

    kind: ClassVar[str] = "source model"
    reads: tuple[str, ...] = ()
    adapter: str | None = None
    offers: tuple[str, ...] = ()
    withholds: Mapping[str, str] = field(default_factory=dict)
    read: str | None = None
    weights: tuple[str, ...] = ()
    licences: Mapping[str, str] = field(default_factory=dict)
    find: str | None = None
    bring: str | None = None
    tasks: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    composite: bool = False


#: What happens to large blocks of memory when they are freed (see `relxfer.train.memory`).
LARGE_BLOCKS = ("returned", "kept")


@dataclass(frozen=True, kw_only=True)
class TargetAdapter(Record):
    """Attaches a model to a target: `load(options) -> Adapter`.

    reads         the contents of data sets that it attaches models to, see `Dataset.content`
    withholds     abilities that no learner has here, whatever its model offers: the reason, and what to do instead
    priors        source models that learn nothing transferable, such as frequencies; their rows have the
                  role `prior`
    model         the default architecture
    models        kind of task -> the default architecture for it, where that is another one
    weights       default architecture -> its published weights, which are the source if the user names none
    large_blocks  what happens to large blocks of memory that its models free: `kept` for the next step, if all steps
                  allocate the same sizes, or `returned` to the system, if sizes vary

    `ValueError` for an unknown value of `large_blocks`.
    """

    kind: ClassVar[str] = "target adapter"
    reads: tuple[str, ...]
    withholds: Mapping[str, str] = field(default_factory=dict)
    priors: tuple[str, ...] = ()
    model: str | None = None
    models: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[str, str] = field(default_factory=dict)
    large_blocks: str = "returned"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.large_blocks not in LARGE_BLOCKS:
            meant = did_you_mean(self.large_blocks, LARGE_BLOCKS)
            raise ValueError(f"{self.name}: large_blocks cannot be {self.large_blocks!r}: {meant}")


@dataclass(frozen=True, kw_only=True)
class TransferStrategy(Record):
    """A transfer method: `load(options) -> Strategy`.

    needs   the data (`DATA_NAMES`) and learner abilities (`LEARNER_NAMES`) that it uses
    stage   whether it leaves the head untrained, so that another strategy must follow it
    seeded  False if the method draws no random numbers, so that one run counts for all seeds
    role    `"candidate"`, which is compared with the others, or one of those that the engine adds: `"scratch"` (no
            source), `"direct"` (the source model unchanged), `"prior"` (the predictions of the adapter's priors)

    `ValueError` for an unknown role.
    """

    kind: ClassVar[str] = "strategy"
    needs: tuple[str, ...] = ()
    stage: bool = False
    seeded: bool = True
    role: str = "candidate"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.role not in ROLES:
            raise ValueError(f"{self.name}: no role is called {self.role!r}: {did_you_mean(self.role, ROLES)}")


@dataclass(frozen=True, kw_only=True)
class Validator(Record):
    """A rule that selects among the states of a model during training: `load(options) -> Validator`.

    needs      the data that it uses, which may differ from what the strategy needs
    automatic  above 0: `validator = "auto"` may choose it, if its needs are met; lower numbers are tried first
    compares   above 0: `relxfer tune` ranks finished models by it, where the user names no validator and there is no
               label of the target for one; all such rules rank them together, if the one with the lowest number can
    held_out   whether labels that it needs have to be validation labels; False: those for training do
    """

    kind: ClassVar[str] = "validator"
    needs: tuple[str, ...] = ()
    automatic: int = 0
    compares: int = 0
    held_out: bool = True


@dataclass(frozen=True, kw_only=True)
class Executor(Record):
    """A way to run cells: `load(options) -> Executor`."""

    kind: ClassVar[str] = "executor"


@dataclass(frozen=True, kw_only=True)
class Observer(Record):
    """Observes a run that names it: `load(options)` has methods that are hooks of observers, with `@hookimpl`.

    It may have a method `close()`, which is called at the end, also where the run was interrupted.
    """

    kind: ClassVar[str] = "observer"


@dataclass(frozen=True, kw_only=True)
class ReportSection(Record):
    """A section of the report: `load(results)` returns a rich renderable, or None to leave the section out."""

    kind: ClassVar[str] = "report section"


@dataclass(frozen=True, kw_only=True)
class Calibrator(Record):
    """Makes probabilities of scores: `load(options) -> Calibrator`, see `relxfer.contract.learners`.

    tasks      the kinds of task that it calibrates
    automatic  above 0: `calibrator = "auto"` may choose it for these tasks; lower numbers are tried first
    """

    kind: ClassVar[str] = "calibrator"
    tasks: tuple[str, ...]
    automatic: int = 0


@dataclass(frozen=True, kw_only=True)
class Explainer(Record):
    """Says on what an answer rests: `load(options) -> Explainer`, see `relxfer.contract.learners`.

    needs  the abilities of a learner that it uses
    """

    kind: ClassVar[str] = "explainer"
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Suite(Record):
    """A benchmark suite: `load` is the path of its TOML file (`pathlib.Path`), whose stem is the name."""

    kind: ClassVar[str] = "suite"
