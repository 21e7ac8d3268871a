"""Why a cell cannot run: what its strategy needs and does not get, the reason, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from relxfer.contract.data import Domain, Task
from relxfer.contract.records import DATA_NAMES, TransferStrategy
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
    if not withheld:
        return None
    reasons = "; ".join(f"needs {name}: {reason}" for name, reason in withheld.items())
    fitting = [
        offer.name
        for offer in offers
        if offer.role != "prior" and not any(withholds(name, cell, facts) for name in offer.needs)
    ]
    return (
        f"strategy {cell.method.name!r} cannot run here: {reasons}. Strategies that fit: {', '.join(fitting) or 'none'}"
    )


def withholds(name: str, cell: PlannedCell, facts: Facts) -> str | None:
    """Why data or an ability that a strategy needs is missing in a cell, and what to do; None if it is there."""
    if name in DATA_NAMES:
        return _DATA[name](cell, facts)
    for record in (cell.target.adapter.record, cell.model.record):
        if name not in record.offers:
            reason = getattr(record, "withholds", {}).get(name)
            return reason or f"{record.kind} {record.name!r} does not offer it"
    return None


def _source_model(cell: PlannedCell, facts: Facts) -> str | None:
    if cell.source is None:
        return 'there is no [source] (add one with datasets = [...] or checkpoint = "...")'
    if cell.source.model and cell.source.model.record.adapter != cell.target.adapter.name:
        return (
            f"source model {cell.source.model.name!r} is for adapter {cell.source.model.record.adapter!r}, "
            f"the target uses {cell.target.adapter.name!r} (choose a source model for it)"
        )
    unfit = [d.name for d in cell.source.datasets if d.record.adapter != cell.target.adapter.name]
    if unfit:
        return f"source data {', '.join(unfit)} is not for adapter {cell.target.adapter.name!r} (choose other data)"
    return None


def _source_data(cell: PlannedCell, facts: Facts) -> str | None:
    if cell.source is None:
        return "there is no [source] (add one with datasets = [...])"
    return None if cell.source.datasets else "[source] is a checkpoint only (add datasets = [...])"


def _source_labels(cell: PlannedCell, facts: Facts) -> str | None:
    if cell.source is not None and not cell.source.config.labels:
        return "[source] hides them (remove labels = false)"
    return _source_data(cell, facts)


def _target_labels(cell: PlannedCell, facts: Facts) -> str | None:
    task = None if facts.target is None else facts.target.task
    if task is not None and cell.target.config.labels_per == "class" and (task.open or task.kind != "classification"):
        return f'target {cell.target.name!r} has no classes to count labels of (write labels_per = "target")'
    if cell.budget == 0:
        return "the label budget is 0 (raise target.label_budgets)"
    if facts.target is not None and (facts.target.train is None or not len(facts.target.train)):
        return f"target {cell.target.name!r} has no labels (add labelled data)"
    return None


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
            return "source and target have other answers (use a strategy that trains on the target's labels)"
    return None


def _classes(cell: PlannedCell, facts: Facts) -> str | None:
    if facts.target is not None and (facts.target.task.open or facts.target.task.kind == "ranking"):
        return f"the answers of target {cell.target.name!r} are open (use a strategy that needs no fixed classes)"
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
