"""Options without effect in any table of a configuration.

Conditions between the options of one table are declared with them (see `relxfer.contract.only_with`). This module adds
those that depend on several tables: whether anything is trained, whether a step is selected, whether a model is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pydantic import BaseModel

from relxfer.contract.messages import joined
from relxfer.contract.only_with import OnlyForData, hindrances, told, without_effect
from relxfer.contract.options import TrainingOptions
from relxfer.declare.experiment import Chosen, Experiment, Method, Target
from relxfer.errors import Problem

#: Training options that evaluation uses too, so that they have an effect where nothing is trained.
_FOR_EVALUATION = {"batch_size"}


class Hindered(NamedTuple):
    """An option without effect.

    table      the key of its table, such as `source[0].training`
    field      its name
    hindrance  why it has no effect
    written    whether the user wrote it, or it has its default
    """

    table: str
    field: str
    hindrance: str
    written: bool


def problems(experiment: Experiment) -> list[Problem]:
    """A problem for every option that was written and has no effect."""
    return [
        Problem(joined(option.table, option.field), without_effect(option.hindrance))
        for option in hindered(experiment)
        if option.written
    ]


def hindered(experiment: Experiment) -> Iterator[Hindered]:
    """Every option without effect, whether it was written or not."""
    for table, options in _tables(experiment):
        for name, hindrance in hindrances(options).items():
            yield Hindered(table, name, hindrance, name in options.model_fields_set)
    yield from _beside_other_tables(experiment)


def _tables(experiment: Experiment) -> Iterator[tuple[str, BaseModel]]:
    """The key and the options of every table."""
    config = experiment.config
    yield from [("", config), ("training", config.training), ("report", config.report)]
    for key, rule in rules("", experiment.validators):
        yield from _chosen(key, rule)
    yield from _chosen("executor", experiment.executor)
    yield from _chosen("calibrator", experiment.calibrator)
    yield from _each("observer", experiment.observers)
    for index, source in enumerate(experiment.sources):
        table = f"source[{index}]"
        yield from [(table, source.config), (f"{table}.training", source.config.training)]
        yield from _chosen(f"{table}.model", source.model)
        yield from _each(f"{table}.datasets", source.datasets)
        yield from _each(f"{table}.stages", source.stages)
    for index, target in enumerate(experiment.targets):
        table = f"target[{index}]"
        yield table, target.config
        for key in ("dataset", "adapter", "model"):
            yield from _chosen(f"{table}.{key}", getattr(target, key))
    for index, method in enumerate(experiment.methods[: len(config.strategy)]):
        table = f"strategy[{index}]"
        several = bool(config.strategy[index].stages)
        yield from _each(f"{table}.stages", method.stages) if several else _chosen(table, method.stages[0])
        yield from _chosen(f"{table}.model", method.model)
        yield from _chosen(f"{table}.adapter", method.adapter)
        for key, rule in rules(table, method.validators or ()):
            yield from _chosen(key, rule)


def rules(table: str, validators: Sequence[Chosen]) -> list[tuple[str, Chosen]]:
    """The key of each rule that a table names.

    >>> rules("strategy[0]", ["im", "snd"])
    [('strategy[0].validator[0]', 'im'), ('strategy[0].validator[1]', 'snd')]
    """
    return [(joined(joined(table, "validator"), number), each) for number, each in enumerate(validators)]


def _chosen(table: str, chosen: Chosen | None) -> Iterator[tuple[str, BaseModel]]:
    if chosen is None:
        return
    yield table, chosen.options
    for name in type(chosen.options).model_fields if isinstance(chosen.options, BaseModel) else ():
        inner = getattr(chosen.options, name)
        if isinstance(inner, Chosen):
            yield from _chosen(joined(table, name), inner)
        elif isinstance(inner, tuple):
            yield from _each(joined(table, name), [one for one in inner if isinstance(one, Chosen)])


def _each(table: str, chosen: Sequence[Chosen]) -> Iterator[tuple[str, BaseModel]]:
    for index, one in enumerate(chosen):
        yield from _chosen(f"{table}[{index}]", one)


def _beside_other_tables(experiment: Experiment) -> Iterator[Hindered]:
    config = experiment.config
    untrained = _untrained(experiment.methods)
    if untrained:
        yield from _fields("training", config.training, set(TrainingOptions.model_fields) - _FOR_EVALUATION, untrained)
    else:
        yield from _fields("training", config.training, _replaced(experiment), _REPLACED)
    for index, method in enumerate(experiment.methods[: len(config.strategy)]):
        yield from _row_training(f"strategy[{index}].training", experiment, method)
        if not method.sourced:
            unsourced = f"where {method.name!r} does not start from the source model; remove it"
            yield from _fields(f"strategy[{index}]", config.strategy[index], {"start"}, unsourced)
    if unvalidated := _unvalidated(experiment, experiment.methods):
        yield from _fields("report", config.report, {"oracle"}, unvalidated)
    yield from _validators(experiment)
    yield from _rules_for_ties(experiment)
    for index, target in enumerate(experiment.targets):
        yield from _target_options(experiment, index, target)
    everything = [target.dataset for target in experiment.targets]
    everything += [data for source in experiment.sources for data in source.datasets]
    for index, method in enumerate(experiment.methods):
        for option in _adapter_options(f"strategy[{index}].adapter", method.adapter, everything):
            # a row that was added has the adapter of another row, whose options are told there
            yield option._replace(written=option.written and index < len(config.strategy))
    if len(experiment.methods) == 1 and config.strategy:
        alone = "where there is no other strategy to compare with; remove it, or add a second strategy"
        yield from _fields("strategy[0]", config.strategy[0], {"baseline", "question"}, alone)


def _fields(table: str, options: BaseModel, names: set[str], hindrance: str) -> Iterator[Hindered]:
    for name in sorted(names):
        yield Hindered(table, name, hindrance, name in options.model_fields_set)


def _untrained(methods: Sequence[Method]) -> str | None:
    if any(method.seeded for method in methods):
        return None
    return "where no strategy trains; remove it, or add one that does"


_REPLACED = "where every row that trains has its own; remove it"


def _replaced(experiment: Experiment) -> set[str]:
    """The training options that every row which trains replaces by its own."""
    trained = [method for method in experiment.methods if method.seeded]
    own = [method.training.model_fields_set if method.training else set[str]() for method in trained]
    return set.intersection(*own) - _FOR_EVALUATION


def _row_training(table: str, experiment: Experiment, method: Method) -> Iterator[Hindered]:
    """The training options of a row that have no effect, alone or beside those of all rows."""
    own = method.training
    if own is None:
        return
    if not method.seeded:
        untrained = f"where {method.name!r} does not train; remove it"
        yield from _fields(table, own, set(TrainingOptions.model_fields) - _FOR_EVALUATION, untrained)
        return
    for name, hindrance in hindrances(experiment.training(method)).items():
        yield Hindered(table, name, hindrance, name in own.model_fields_set)


def _unvalidated(experiment: Experiment, methods: Sequence[Method]) -> str | None:
    """Why none of these rows has validation points; None if one has some."""
    reasons = [_no_points(experiment.training(method)) for method in methods if method.seeded]
    return _untrained(methods) or (reasons[0] if all(reasons) else None)


def _no_points(training: TrainingOptions) -> str | None:
    """Why there are no validation points; None if there are some."""
    for key in ("steps", "validations"):
        if not getattr(training, key):
            return told(f"training.{key}", 0, f"set training.{key} above 0")
    return None


def _validators(experiment: Experiment) -> Iterator[Hindered]:
    """The validators of the run and of rows that are never called."""
    config, without = experiment.config, [method for method in experiment.methods if method.validators is None]
    if not without:
        yield from _fields("", config, {"validator"}, "where every row has its own; remove it")
    elif hindrance := _unvalidated(experiment, without):
        elsewhere = _unvalidated(experiment, experiment.methods)
        yield from _never_called("", config, experiment.validators, hindrance if elsewhere else _REPLACED)
    for index, method in enumerate(experiment.methods[: len(config.strategy)]):
        if method.validators and (hindrance := _unvalidated(experiment, [method])):
            hindrance = hindrance if method.seeded else f"where {method.name!r} does not train; remove it"
            yield from _never_called(f"strategy[{index}]", config.strategy[index], method.validators, hindrance)


def _never_called(table: str, options: BaseModel, named: Sequence[Chosen], hindrance: str) -> Iterator[Hindered]:
    """The options of validators that are never called.

    Naming validators that need no target labels still has an effect: no labels are held out. Their options have none.
    """
    if any("target-labels" in each.record.needs for each in named):
        yield from _fields(table, options, {"validator"}, hindrance)
        return
    for key, each in rules(table, named):
        yield from _fields(key, each.options, set(type(each.options).model_fields), hindrance)


def _target_options(experiment: Experiment, index: int, target: Target) -> Iterator[Hindered]:
    """The architecture of a target, if no row uses it, and options of its adapter."""
    # sources without an architecture of their own have that of the first target
    in_source = index == 0 and any(source.config.model is None for source in experiment.sources)
    if not in_source and not own_models_learn(experiment) and not _all_sources_have(experiment, target.model):
        unused = "where every row starts from the source model; remove it, or add a row that does not, such as scratch"
        yield from _fields(f"target[{index}]", target.config, {"model"}, unused)
    yield from _label_options(index, target)
    datasets = [target.dataset, *(data for source in experiment.sources for data in source.datasets)]
    yield from _adapter_options(f"target[{index}].adapter", target.adapter, datasets)


def _all_sources_have(experiment: Experiment, model: Chosen | None) -> bool:
    """Whether every source has this model: repeating it for the target is harmless, and is not refused."""
    models = [source.model for source in experiment.sources]
    return model is not None and all(model.same_as(other) for other in models)


def own_models_learn(experiment: Experiment) -> bool:
    """Whether some row uses the architecture of its target, rather than the source model or one of its own."""
    return any(method.model is None and "source-model" not in method.needs for method in experiment.methods)


def _label_options(index: int, target: Target) -> Iterator[Hindered]:
    """Options of labels of a target whose task gives strategies none."""
    if target.task is not None and not target.task.record.labels:
        hindrance = told("task", target.task.name, "remove it, or choose a task with labels")
        yield from _fields(f"target[{index}]", target.config, {"label_budgets", "labels_per"}, hindrance)


def _rules_for_ties(experiment: Experiment) -> Iterator[Hindered]:
    """The rule for ties, if every metric that is named is of tasks without any."""
    named = experiment.metrics
    if named and not any(metric.name in experiment.tied for metric in named):
        hindrance = told("metric", named[0].name, "choose a metric of a ranking")
        yield from _fields("report", experiment.config.report, {"rank_rule"}, hindrance)


def _adapter_options(table: str, adapter: Chosen | None, datasets: list[Chosen]) -> Iterator[Hindered]:
    """Options of an adapter that have no effect for any of the data sets that it reads."""
    if adapter is None:
        return
    datasets = [data for data in datasets if data.record.content in adapter.record.reads]
    for name, field in type(adapter.options).model_fields.items():
        for mark in (mark for mark in field.metadata if isinstance(mark, OnlyForData)):
            reasons = [mark.hindrance(data.options) for data in datasets]
            if all(reasons):
                yield from _fields(table, adapter.options, {name}, str(reasons[0]))


def acting(options: BaseModel, table: str, hindered: Sequence[Hindered]) -> list[str]:
    """The names of the options of a table that have an effect.

    table     its key
    hindered  all options without effect, as the function `hindered` yields them
    """
    without = {option.field for option in hindered if option.table == table}
    return [name for name in type(options).model_fields if name not in without]
