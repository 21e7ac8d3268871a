"""Options that do nothing, whatever table of a configuration they stand in.

What the options of one table say of one another stands with them (`relxfer.contract.only_with`). Here is also what no
table can tell alone: whether anything is trained, selected, or attached.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from pydantic import BaseModel

from relxfer.contract.messages import joined
from relxfer.contract.only_with import OnlyForData, hindrances, told, without_effect
from relxfer.contract.options import TrainingOptions
from relxfer.declare.experiment import Chosen, Experiment, Target
from relxfer.errors import Problem

#: What every pass over data uses, trained or not.
_OF_EVERY_PASS = {"batch_size"}


class Hindered(NamedTuple):
    """A field that does nothing: of which table, why, and whether the user wrote it."""

    table: str
    field: str
    hindrance: str
    written: bool


def problems(experiment: Experiment) -> list[Problem]:
    """Everything that was written and does nothing."""
    return [
        Problem(joined(found.table, found.field), without_effect(found.hindrance))
        for found in hindered(experiment)
        if found.written
    ]


def hindered(experiment: Experiment) -> Iterator[Hindered]:
    """Every field that does nothing, whether it was written or not."""
    for table, options in _tables(experiment):
        for name, hindrance in hindrances(options).items():
            yield Hindered(table, name, hindrance, name in options.model_fields_set)
    yield from _beside_other_tables(experiment)


def _tables(experiment: Experiment) -> Iterator[tuple[str, BaseModel]]:
    """The options of every table, by its key."""
    config = experiment.config
    yield from [("", config), ("training", config.training), ("report", config.report)]
    yield from _chosen("validator", experiment.validator)
    yield from _chosen("executor", experiment.executor)
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


def _chosen(table: str, chosen: Chosen | None) -> Iterator[tuple[str, BaseModel]]:
    if chosen is not None:
        yield table, chosen.options


def _each(table: str, chosen: Sequence[Chosen]) -> Iterator[tuple[str, BaseModel]]:
    for index, one in enumerate(chosen):
        yield from _chosen(f"{table}[{index}]", one)


def _beside_other_tables(experiment: Experiment) -> Iterator[Hindered]:
    config = experiment.config
    untrained = _untrained(experiment)
    if untrained:
        yield from _fields("training", config.training, set(TrainingOptions.model_fields) - _OF_EVERY_PASS, untrained)
    unvalidated = untrained or _unvalidated(config.training)
    if unvalidated:
        yield from _fields("report", config.report, {"oracle"}, unvalidated)
        yield from _of_validator(experiment, unvalidated)
    for index, target in enumerate(experiment.targets):
        yield from _of_target(experiment, index, target)
    if len(experiment.methods) == 1 and config.strategy:
        alone = "where no other row is compared with it; remove it, or name a second strategy"
        yield from _fields("strategy[0]", config.strategy[0], {"baseline"}, alone)


def _fields(table: str, options: BaseModel, names: set[str], hindrance: str) -> Iterator[Hindered]:
    for name in sorted(names):
        yield Hindered(table, name, hindrance, name in options.model_fields_set)


def _untrained(experiment: Experiment) -> str | None:
    if any(method.seeded for method in experiment.methods):
        return None
    return "where no strategy trains; remove it, or name one that does"


def _unvalidated(training: TrainingOptions) -> str | None:
    """Without steps there are no validation points either."""
    for key in ("steps", "validations"):
        if not getattr(training, key):
            return told(f"training.{key}", 0, f"set training.{key} above 0")
    return None


def _of_validator(experiment: Experiment, hindrance: str) -> Iterator[Hindered]:
    """A rule that needs no label of the target still acts: none is held out for it."""
    validator = experiment.validator
    if validator is None:
        return
    if "target-labels" in validator.record.needs:
        yield from _fields("", experiment.config, {"validator"}, hindrance)
    else:
        yield from _fields("validator", validator.options, set(type(validator.options).model_fields), hindrance)


def _of_target(experiment: Experiment, index: int, target: Target) -> Iterator[Hindered]:
    """The architecture of the first target is also that of sources which name none."""
    in_source = index == 0 and any(source.config.model is None for source in experiment.sources)
    if not in_source and not own_models_learn(experiment) and not _is_of_sources(experiment, target.model):
        nobody = "where every row starts from the source model; remove it, or add a row that does not, such as scratch"
        yield from _fields(f"target[{index}]", target.config, {"model"}, nobody)
    read = [target.dataset, *(data for source in experiment.sources for data in source.datasets)]
    read = [data for data in read if data.record.adapter == target.adapter.name]
    yield from _of_adapter(f"target[{index}].adapter", target.adapter, read)


def _is_of_sources(experiment: Experiment, model: Chosen | None) -> bool:
    """Whether every source names this model: who says the same of the target is not mistaken."""
    named = [source.model for source in experiment.sources]
    return model is not None and all(
        n is not None and (n.name, n.options) == (model.name, model.options) for n in named
    )


def own_models_learn(experiment: Experiment) -> bool:
    """Whether some row attaches the architecture of its target, and not the source model or one of its own."""
    return any(method.model is None and "source-model" not in method.needs for method in experiment.methods)


def _of_adapter(table: str, adapter: Chosen, read: list[Chosen]) -> Iterator[Hindered]:
    """Options of an adapter that act for some data only, and none of the data that it reads here is such."""
    for name, field in type(adapter.options).model_fields.items():
        for mark in (mark for mark in field.metadata if isinstance(mark, OnlyForData)):
            found = [mark.hindrance(data.options) for data in read]
            if all(found):
                yield from _fields(table, adapter.options, {name}, str(found[0]))


def acting(options: BaseModel, table: str, found: Sequence[Hindered]) -> list[str]:
    """The names of the options of a table that act, where `found` are all that do not."""
    taken = {each.field for each in found if each.table == table}
    return [name for name in type(options).model_fields if name not in taken]
