"""Why a cell cannot run: what its strategy needs and does not get, the reason, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from relxfer.contract.data import Domain
from relxfer.contract.records import DATA_NAMES, TransferStrategy
from relxfer.contract.tasks import Task
from relxfer.declare import reading
from relxfer.declare.experiment import Chosen
from relxfer.plan.cells import PlannedCell


@dataclass(frozen=True)
class Facts:
    """Facts about a source and a target that follow from their loaded data; None where none was loaded.

    target        the target domain
    source_tasks  the tasks for which the head of the source model was trained
    same_inputs   whether the source has the data set of the target only, perhaps with another split
    """

    target: Domain | None = None
    source_tasks: tuple[Task, ...] | None = None
    same_inputs: bool = False


def refuse(cell: PlannedCell, facts: Facts, offers: Sequence[TransferStrategy] = ()) -> str | None:
    """Why the strategy of a cell cannot run, and what to do; None if it can.

    offers  strategies that the message may propose instead, if they fit
    """
    withheld = {name: reason for name in cell.method.needs if (reason := withholds(name, cell, facts))}
    wrong = unread(cell) or _unanswered(cell, facts)
    if not withheld and not wrong:
        return None
    reasons = wrong or "; ".join(f"needs {name}: {reason}" for name, reason in withheld.items())
    fitting = [
        offer.name
        for offer in offers
        if not (wrong or offer.stage or offer.role == "prior" or any(withholds(n, cell, facts) for n in offer.needs))
    ]
    fit = "" if wrong else f". Strategies that fit: {', '.join(fitting) or 'none'}"
    return f"strategy {cell.method.name!r} cannot run here: {reasons}{fit}"


def refuse_selection(validator: Chosen | None, cell: PlannedCell, facts: Facts) -> str | None:
    """Why the validator of the configuration cannot select among the steps of a cell, and what to do; None if it can.

    A validator whose data is missing selects nothing, which the report says. One that needs an ability that the model
    lacks cannot score it, and one that takes scores for the probabilities of classes would select by numbers that mean
    nothing.
    """
    if not (validator and cell.method.seeded):
        return None
    for name in validator.record.needs:
        if name not in DATA_NAMES and (reason := withholds(name, cell, facts)):
            return (
                f"validator {validator.name!r} cannot select here: needs {name}: {reason} (choose another validator, "
                'such as "im", "source-val" or "last-step")'
            )
    task = facts.target.task if facts.target else None
    if task is None or task.classes or task.open or "classes" not in validator.record.needs:
        return None
    return (
        f"validator {validator.name!r} cannot select here: needs classes: the answers of target {cell.target.name!r} "
        'are no classes of which each query has one (write validator = "target-val", "source-val" or "last-step")'
    )


def unread(cell: PlannedCell) -> str | None:
    """Why the adapter or the model of a row cannot read the data of its target; None if they can."""
    data, adapter = cell.target.dataset.record, cell.adapter.record
    if cell.starts_from_source:
        return reading.unread(adapter, data)  # its model is that of the source, which is asked for by name
    return reading.unread(adapter, data) or reading.unfit(cell.model.record, adapter, data)


def _unanswered(cell: PlannedCell, facts: Facts) -> str | None:
    """Why the model of a row does not predict what is asked of its target; None if it does."""
    kind, model = facts.target.task.kind if facts.target else None, cell.model.record
    if kind is None or reading.predicts(model, kind):
        return None
    other = cell.adapter.record.models.get(kind)
    such = f', such as model = "{other}"' if other else ""
    return (
        f"model {model.name!r} predicts {', '.join(model.tasks)}, and target {cell.target.name!r} asks for {kind} "
        f"(name a model that predicts it{such})"
    )


def withholds(name: str, cell: PlannedCell, facts: Facts) -> str | None:
    """Why data or an ability that a strategy needs is missing in a cell, and what to do; None if it is there."""
    if name in DATA_NAMES:
        return _DATA[name](cell, facts)
    adapter, model = cell.adapter.record, cell.model.record
    if name in adapter.withholds:
        return f"adapter {adapter.name!r} withholds it: {adapter.withholds[name]}"
    if name not in model.offers:
        return model.withholds.get(name) or f"{model.kind} {model.name!r} does not offer it"
    return None


def _source_model(cell: PlannedCell, facts: Facts) -> str | None:
    if cell.source is None:
        return 'there is no [source] (add one with datasets = [...] or checkpoint = "...")'
    adapter = cell.adapter.record
    if cell.source.model and (wrong := reading.unfit(cell.source.model.record, adapter, cell.target.dataset.record)):
        return wrong
    unread = (reading.unread(adapter, data.record, "choose other data") for data in cell.source.datasets)
    return next(filter(None, (*unread, *_other_candidates(facts))), None)


def _other_candidates(facts: Facts) -> Iterator[str]:
    """Tasks of the source whose candidates are of another kind than those of the target."""
    asked = facts.target.task if facts.target else None
    for task in facts.source_tasks or ():
        if asked and asked.open and task.open and task.candidates != asked.candidates:
            yield (
                f"the source has learnt {task.kind}, and the target asks for {asked.kind} (write "
                f'task = "{asked.kind}" in [source] with datasets, or name a model that has learnt it)'
            )


def _source_data(cell: PlannedCell, facts: Facts) -> str | None:
    if cell.source is None:
        return "there is no [source] (add one with datasets = [...])"
    return None if cell.source.datasets else "[source] is a checkpoint only (add datasets = [...])"


def _source_labels(cell: PlannedCell, facts: Facts) -> str | None:
    if cell.source is not None and not cell.source.config.labels:
        return "[source] hides them (remove labels = false)"
    return _source_data(cell, facts)


def _target_labels(cell: PlannedCell, facts: Facts) -> str | None:
    if cell.target.config.labels_per == "class" and facts.target is not None and not _has_strata(facts.target):
        return f'target {cell.target.name!r} has no classes to count labels of (write labels_per = "target")'
    if cell.budget == 0:
        return "the label budget is 0 (raise target.label_budgets)"
    if facts.target is not None and (facts.target.train is None or not len(facts.target.train)):
        return f"target {cell.target.name!r} has no labels (add labelled data)"
    return None


def _has_strata(domain: Domain) -> bool:
    """Whether labels can be counted by class."""
    answers = None if domain.train is None else domain.train.answers
    return not domain.task.open and (answers is None or domain.task.strata(answers) is not None)


def _target_inputs(cell: PlannedCell, facts: Facts) -> str | None:
    if facts.target is not None and facts.target.unlabelled is None:
        return f"target {cell.target.name!r} lists no unlabelled queries (use a strategy that needs none)"
    return None


def _same_task(cell: PlannedCell, facts: Facts) -> str | None:
    if cell.source is None:
        return _source_model(cell, facts)
    if not cell.source.config.labels:
        return "[source] learns without labels, so that its head is untrained (use a strategy that makes a new one)"
    if facts.source_tasks == () and facts.target is not None and not facts.target.task.open:
        return "the classes of the source model are not known (use a strategy that trains on the target's labels)"
    for task in facts.source_tasks or ():
        if facts.target is not None and not task.same_as(facts.target.task):
            return f"{_others(task, facts.target.task)} (use a strategy that trains on the target's labels)"
    return None


def _others(source: Task, target: Task) -> str:
    """In what their answers differ; named where some are equal, so that the others may be misspelt."""
    said = "source and target have other answers"
    if source.kind != target.kind or source.open or target.open or not set(source.answers) & set(target.answers):
        return said
    alone = {"source": set(source.answers) - set(target.answers), "target": set(target.answers) - set(source.answers)}
    named = [f"only the {side} has {', '.join(sorted(of)[:5])}" for side, of in alone.items() if of]
    return f"{said}: {'; '.join(named)}; where two mean the same, write target.class_map"


def _classes(cell: PlannedCell, facts: Facts) -> str | None:
    if facts.target is not None and (facts.target.task.open or not facts.target.task.classes):
        what = "are open" if facts.target.task.open else "are no classes of which each query has one"
        return f"the answers of target {cell.target.name!r} {what} (use a strategy that needs no fixed classes)"
    return None


_DATA: dict[str, Callable[[PlannedCell, Facts], str | None]] = {
    "source-model": _source_model,
    "source-labels": _source_labels,
    "source-inputs": _source_data,
    "target-labels": _target_labels,
    "target-inputs": _target_inputs,
    "same-task": _same_task,
    "classes": _classes,
    "teacher": _source_model,
}
