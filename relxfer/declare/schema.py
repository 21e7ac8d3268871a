"""The schema of a configuration. Validation reports all problems at once, each with file and key.

`docs/config.md` explains each key. A *use* names an offer of a plugin, with or without options: `"finetune"`, or
`{ use = "finetune", last = 2 }`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from relxfer.contract import messages
from relxfer.contract.only_with import GIVEN, OnlyWhere, OnlyWith, Wanted, told
from relxfer.contract.options import OFFERED, Options, TrainingOptions, UserFile, UserFolder, UserOnly
from relxfer.contract.plain import Table
from relxfer.contract.records import (
    Calibrator,
    Dataset,
    Executor,
    Metric,
    Observer,
    Record,
    SourceModel,
    TargetAdapter,
    TaskKind,
    TransferStrategy,
    Validator,
)
from relxfer.declare.seeds import Seeds, SeedsOrUntilDecided, UntilDecided
from relxfer.declare.tuning import Budget, TunedConfig, TuneOptions
from relxfer.errors import ConfigError

#: In place of an offer: the engine chooses one; or it uses none.
AUTO, NONE = "auto", "none"


class Use(BaseModel):
    """The name of an offer, with its options as further keys."""

    model_config = ConfigDict(extra="allow", frozen=True)
    use: str

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: Any) -> Any:
        if not isinstance(value, str | Mapping | Use):
            raise ValueError(f'expected a name, or a table with use = "..." (got {messages.shown(value)})')
        return {"use": value} if isinstance(value, str) else value

    @property
    def options(self) -> Table:
        """The options as they were written, not validated yet."""
        return dict(self.model_extra or {})


#: (type of record, use) -> the offer with its validated options; raises `ValidationError`.
LookUp = Callable[[type[Record], Use], Any]


def _names(kind: type[Record], *besides: str) -> AfterValidator:
    """Validates that a use names an offer of this kind, or is one of the names `besides`, which have no options."""

    def check(use: Use, info: ValidationInfo) -> Use:
        look_up = (info.context or {}).get("look_up")
        if use.use in besides:
            if use.use and use.options:
                raise ValueError(f"expected no options with {use.use!r}, got {', '.join(use.options)}; name an offer")
        elif look_up:
            look_up(kind, use)
        return use

    return AfterValidator(check)


def _offered(kind: type[Record]) -> WithJsonSchema:
    return WithJsonSchema({OFFERED: kind.kind})


def _uses(value: Any) -> Any:
    return [value] if isinstance(value, str | Mapping) else value


def _each_once(uses: tuple[Use, ...]) -> tuple[Use, ...]:
    counts = Counter(use.use for use in uses)
    if len(uses) > 1 and AUTO in counts:
        raise ValueError(f"expected {AUTO!r} alone, or rules by name, got both")
    if twice := next((name for name, count in counts.items() if count > 1), None):
        raise ValueError(f"expected every rule once, got {twice!r} again; remove one")
    return uses


DatasetUse = Annotated[Use, _names(Dataset), _offered(Dataset)]
ModelUse = Annotated[Use, _names(SourceModel), _offered(SourceModel)]
AdapterUse = Annotated[Use, _names(TargetAdapter), _offered(TargetAdapter)]
TaskUse = Annotated[Use, _names(TaskKind), _offered(TaskKind)]
ObserverUse = Annotated[Use, _names(Observer), _offered(Observer)]
MetricUse = Annotated[Use, _names(Metric), _offered(Metric)]
StageUse = Annotated[Use, _names(TransferStrategy), _offered(TransferStrategy)]
ValidatorUse = Annotated[Use, _names(Validator, AUTO), _offered(Validator)]
ValidatorUses = Annotated[
    tuple[ValidatorUse, ...], BeforeValidator(_uses), Field(min_length=1), AfterValidator(_each_once)
]


def _not_pretrained(source: SourceConfig) -> str | None:
    """Why options of pre-training have no effect: the model is read from a file and not trained further."""
    given = [key for key in ("checkpoint", "weights", "run") if getattr(source, key)]
    if not given or source.continued:
        return None
    return told(given[0], getattr(source, given[0]), "set continued = true")


_PRETRAINS = OnlyWhere(_not_pretrained)


class SourceConfig(Options):
    """The source of transfer: data to pre-train on, a checkpoint, published weights, or a finished run."""

    name: str | None = None
    model: ModelUse | None = None
    datasets: tuple[DatasetUse, ...] = ()
    checkpoint: UserFile | None = None
    weights: str | None = None
    run: UserFolder | None = None
    cell: Annotated[str | None, OnlyWith(run=GIVEN)] = None
    continued: bool = False
    task: TaskUse | None = None
    """As `task` of a target, for the data of the source."""
    stages: Annotated[tuple[StageUse, ...], _PRETRAINS] = ()
    shared: Annotated[bool, _PRETRAINS] = False
    seeds: Annotated[Seeds | None, _PRETRAINS] = None
    labels: Annotated[bool, _PRETRAINS] = True
    training: Annotated[TrainingOptions, _PRETRAINS] = TrainingOptions()

    @model_validator(mode="after")
    def _one_origin(self) -> SourceConfig:
        if self.run and (self.checkpoint or self.weights):
            other = "checkpoint" if self.checkpoint else "weights"
            raise ValueError(f"expected {other} or run, got both; keep one of them")
        if self.weights and not self.model:
            raise ValueError('expected model = "..." beside weights: each model has weights of its own')
        if not (self.datasets or self.checkpoint or self.weights or self.run or self.model):
            raise ValueError("expected datasets, checkpoint or run, or weights by name; name what to learn from")
        if self.continued and not (self.datasets and (self.checkpoint or self.weights or self.run or self.model)):
            raise ValueError("expected datasets, and a checkpoint, weights or run that training on them goes on from")
        if not (self.labels or self.stages):
            raise ValueError("without labels there is nothing to learn; name stages that need none")
        if self.shared and self.seeds:
            raise ValueError("expected shared or seeds, got both; shared = true means one pre-training, seeds = 1 too")
        return self


def _budgets(value: Any) -> Any:
    return [value] if isinstance(value, int | str) else value


_COUNTED = Wanted(lambda budgets: any(b != "all" and b > 0 for b in budgets), "add a number above 0 to {key}")


class TargetConfig(Options):
    """What is predicted: a data set, and how many of its labels may be used."""

    name: str | None = None
    dataset: DatasetUse
    adapter: AdapterUse | None = None
    model: ModelUse | None = None
    label_budgets: Annotated[tuple[Budget, ...], BeforeValidator(_budgets), Field(min_length=1)] = ("all",)
    labels_per: Annotated[Literal["target", "class"], OnlyWith(label_budgets=_COUNTED)] = "target"
    observed_fraction: Annotated[float, Field(gt=0, le=1)] | None = None
    task: TaskUse | None = None
    """One of the tasks of the data set, or one that is made of it, such as clustering; unset: the data set's own."""
    class_map: dict[str, str] = Field(default_factory=dict)
    """Names of answers of the sources that mean the same under another name here: source's name = target's name."""

    @field_validator("class_map")
    @classmethod
    def _one_to_one(cls, names: dict[str, str]) -> dict[str, str]:
        for name, count in Counter(names.values()).items():
            if count > 1:
                raise ValueError(f"expected another name for each answer of a source, got {name!r} for {count}")
        return names

    @field_validator("label_budgets")
    @classmethod
    def _in_order(cls, budgets: tuple[Budget, ...]) -> tuple[Budget, ...]:
        numbers = sorted({b for b in budgets if b != "all"})
        return (*numbers, "all") if "all" in budgets else tuple(numbers)


class RowTraining(TrainingOptions):
    """Training options of one row: those that are written replace those of `[training]`."""

    @model_validator(mode="after")
    def _without_effect(self) -> RowTraining:
        """Accept all: which of them have an effect depends on `[training]` too (see `relxfer.declare.effects`)."""
        return self

    def over(self, base: TrainingOptions) -> TrainingOptions:
        """The training options of the row, where `base` are those of all rows.

        >>> made = RowTraining(steps=800).over(TrainingOptions(steps=100, lr=0.01))
        >>> made.steps, made.lr
        (800, 0.01)
        """
        return base.model_copy(update={name: getattr(self, name) for name in self.model_fields_set})


class StrategyConfig(Use):
    """A transfer strategy, or several of them as `stages`; `name` is its label in the report."""

    use: str = ""
    name: str | None = None
    stages: tuple[StageUse, ...] = ()
    model: ModelUse | None = None
    adapter: AdapterUse | None = None
    start: Literal["source", "new"] = "source"
    """The weights that a strategy begins with which needs a source model: the source's, or newly drawn ones."""
    baseline: bool = False
    question: bool = False
    training: RowTraining | None = None
    validator: ValidatorUses | None = None
    """As the key `validator` of the run, for this row; unset: that of the run."""
    tuned: tuple[TunedConfig, ...] = ()
    """Where the row has options of its own, which `relxfer tune` writes."""

    @model_validator(mode="after")
    def _use_or_stages(self) -> StrategyConfig:
        if bool(self.use) == bool(self.stages):
            raise ValueError('expected use = "..." or stages = [...], one of the two')
        if self.stages and self.options:
            got = ", ".join(self.options)
            raise ValueError(
                f'expected options in a stage, as in {{ use = "...", {got} = ... }}, got {got} beside stages'
            )
        return self


class ReportOptions(Options):
    """Options of the evaluation and the report."""

    metric: Annotated[tuple[MetricUse, ...], BeforeValidator(_uses)] = ()
    """The metric of the verdicts, or several: the first one that the task of a target has decides. Unset: the first of
    the task (MRR for ranking)."""
    rank_rule: Literal["realistic", "pessimistic", "plain"] = "realistic"
    """How ties count: realistic or pessimistic ranks with a tolerance, or plain float32 ranks as in most papers."""
    baselines: bool = True
    """Add the rows of the roles scratch, direct and prior automatically."""
    minimal_effect: Annotated[float, Field(gt=0)] | None = None
    """The smallest gain that matters: a difference that is surely smaller is NO DIFFERENCE. Unset: that of the metric,
    .05 for shares such as accuracy and MRR."""
    oracle: bool = False
    """Also report what selecting the step by test labels would have reached; takes one more pass over the test split at
    every validation point."""


def _run_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", name):
        raise ValueError("expected up to 100 letters, digits, '.', '_' and '-', the first a letter or a digit")
    return name


def _tables(value: Any) -> Any:
    if not isinstance(value, Mapping | list | tuple):
        raise ValueError(f"expected a table, or a list of tables (got {messages.shown(value)})")
    return [value] if isinstance(value, Mapping) else value


#: The longest timeout in seconds, about three years, which the timer of every system supports.
_LONGEST = 100_000_000


class Config(Options):
    """The configuration of an experiment."""

    name: Annotated[str, AfterValidator(_run_name)] = "run"
    seeds: SeedsOrUntilDecided = (0,)
    device: Literal["auto", "cpu", "cuda"] = "auto"
    threads: Annotated[int, Field(ge=1, le=4096)] | None = None
    timeout_seconds: Annotated[float, Field(gt=0, le=_LONGEST, allow_inf_nan=False)] | None = None
    source: Annotated[tuple[SourceConfig, ...], BeforeValidator(_tables)] = ()
    target: Annotated[tuple[TargetConfig, ...], BeforeValidator(_tables), Field(min_length=1)]
    strategy: Annotated[
        tuple[Annotated[StrategyConfig, _names(TransferStrategy, "")], ...],
        BeforeValidator(_tables),
    ] = ()
    training: TrainingOptions = TrainingOptions()
    validator: ValidatorUses = (Use(use=AUTO),)
    calibrator: Annotated[Use, _names(Calibrator, AUTO, NONE), _offered(Calibrator)] = Use(use=AUTO)
    executor: Annotated[Use, _names(Executor), _offered(Executor)] = Use(use="serial")
    observer: Annotated[tuple[ObserverUse, ...], BeforeValidator(_uses), UserOnly] = ()
    report: ReportOptions = ReportOptions()
    tune: TuneOptions = TuneOptions()

    @property
    def planned_seeds(self) -> tuple[int, ...]:
        """Every seed that is run, or may be."""
        return self.seeds.seeds if isinstance(self.seeds, UntilDecided) else self.seeds


def validate(raw: Table, where: str, context: Table, look_up: LookUp | None = None) -> Config:
    """Validate the raw tables of a configuration.

    where    its name in messages
    context  `folder`, to which paths are relative; or `stranger`, to refuse paths (see `relxfer.contract.user_only`)
    look_up  finds an offer and validates its options; None: names and options are not checked

    Raises:
        ConfigError: with every problem of the tables, of the names in them and of their options.
    """
    try:
        return Config.model_validate(raw, context={**context, "look_up": look_up})
    except ValidationError as error:
        raise ConfigError(where, messages.problems(error, Config, raw)) from None
