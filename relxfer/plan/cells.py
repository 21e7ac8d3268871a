"""Configuration to cells: source x target x strategy x label budget x seed, each possible or refused with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from relxfer.contract.data import Domain, Task
from relxfer.contract.records import DATA_NAMES, TransferStrategy
from relxfer.declare.resolve import Chosen, Experiment, Method, Source, Target


@dataclass(frozen=True)
class PlannedCell:
    """One cell; `refusal` is None where it can run."""

    source: Source | None
    target: Target
    method: Method
    budget: int | str
    seed: int
    refusal: str | None = None

    @property
    def model(self) -> Chosen:
        """The architecture that is attached: a prior, the target's own where one is named for it, else the source's."""
        if self.method.model:
            return self.method.model
        own = self.target.config.model is not None and not self.starts_from_source
        return self.target.model if own or not (self.source and self.source.model) else self.source.model

    @property
    def needs_source(self) -> bool:
        return bool({"source-model", "teacher"} & set(self.method.needs))

    @property
    def starts_from_source(self) -> bool:
        """Whether the learner is the source model; with a teacher alone it is a fresh student beside it."""
        return "source-model" in self.method.needs

    @property
    def names(self) -> dict[str, Any]:
        """What identifies the cell for people."""
        return {
            "source": self.source.name if self.source else None,
            "target": self.target.name,
            "strategy": self.method.name,
            "role": self.method.role,
            "budget": self.budget,
            "seed": self.seed,
        }


@dataclass(frozen=True)
class Known:
    """What loaded data tells a plan; None where nothing was loaded (`relxfer check`)."""

    target: Domain | None = None
    source_tasks: tuple[Task, ...] | None = None
    same_inputs: bool = False


Knowledge = Callable[[Source | None, Target], Known]


def cells(experiment: Experiment, known: Knowledge, offers: Sequence[Any] = ()) -> Iterator[PlannedCell]:
    """Every cell of the experiment. `offers` are the strategies to propose where one is refused."""
    for source, target, facts in pairs(experiment, known):
        for method in experiment.methods:
            if _of_another(method, target, facts):
                continue
            for budget in target.config.label_budgets:
                cell = PlannedCell(source, target, method, budget, 0)
                refusal = refuse(cell, facts, offers)
                for seed in experiment.config.seeds:
                    yield PlannedCell(source, target, method, budget, seed, refusal)


def pairs(experiment: Experiment, known: Knowledge) -> Iterator[tuple[Source | None, Target, Known]]:
    """Every source with every target; where a target has others, without one that is trained on its own data alone."""
    for source in experiment.sources or (None,):
        for target in experiment.targets:
            facts = known(source, target)
            if source is None or not (_own(source, target, facts) and _others(experiment, target, known)):
                yield source, target, facts


def _others(experiment: Experiment, target: Target, known: Knowledge) -> bool:
    """Whether the target has a source that is not its own data."""
    return any(not _own(source, target, known(source, target)) for source in experiment.sources)


def _of_another(method: Method, target: Target, known: Known) -> bool:
    """Whether a prior is that of another target, or of another kind of task."""
    if method.role != "prior-only" or method.model is None:
        return False
    tasks = method.model.record.tasks
    kind = known.target.task.kind if known.target else None
    return method.model not in target.priors or bool(tasks and kind and kind not in tasks)


def _own(source: Source, target: Target, facts: Known) -> bool:
    """By name and options, or by the inputs themselves, which another split leaves alone."""
    same = [data.card() for data in source.datasets] == [target.dataset.card()] or facts.same_inputs
    return source.pretrained and not source.stages and same


def refuse(cell: PlannedCell, known: Known, offers: Sequence[Any] = ()) -> str | None:
    """None, or who withholds what, why, and what to do."""
    withheld = {name: reason for name in cell.method.needs if (reason := withholds(name, cell, known))}
    if not withheld:
        return None
    reasons = "; ".join(f"needs {name}: {reason}" for name, reason in withheld.items())
    fitting = [
        offer.record.name
        for offer in offers
        if offer.record.role != "prior-only" and not any(withholds(n, cell, known) for n in offer.record.needs)
    ]
    return (
        f"strategy {cell.method.name!r} cannot run here: {reasons}. Strategies that fit: {', '.join(fitting) or 'none'}"
    )


def withholds(name: str, cell: PlannedCell, known: Known) -> str | None:
    """The reason and remedy why a name is not available in a cell, or None where it is."""
    if name in DATA_NAMES:
        return _DATA[name](cell, known)
    for record in (cell.target.adapter.record, cell.model.record):
        if name not in record.offers:
            reason = getattr(record, "withholds", {}).get(name)
            return reason or f"{record.kind} {record.name!r} does not offer it"
    return None


def _source_model(cell: PlannedCell, known: Known) -> str | None:
    if cell.source is None:
        return 'there is no [source] (add one with datasets = [...] or checkpoint = "...")'
    if cell.source.model and cell.source.model.record.adapter != cell.target.adapter.name:
        return (
            f"source model {cell.source.model.name!r} is for adapter {cell.source.model.record.adapter!r}, "
            f"the target uses {cell.target.adapter.name!r} (choose a source model for it)"
        )
    strange = [d.name for d in cell.source.datasets if d.record.adapter != cell.target.adapter.name]
    if strange:
        return f"source data {', '.join(strange)} is not for adapter {cell.target.adapter.name!r} (choose other data)"
    return None


def _source_data(cell: PlannedCell, known: Known) -> str | None:
    if cell.source is None:
        return "there is no [source] (add one with datasets = [...])"
    return None if cell.source.datasets else "[source] is a checkpoint only (add datasets = [...])"


def _source_labels(cell: PlannedCell, known: Known) -> str | None:
    if cell.source is not None and not cell.source.config.labels:
        return "[source] hides them (remove labels = false)"
    return _source_data(cell, known)


def _target_labels(cell: PlannedCell, known: Known) -> str | None:
    task = None if known.target is None else known.target.task
    if task is not None and cell.target.config.labels_per == "class" and (task.open or task.kind != "classification"):
        return f'target {cell.target.name!r} has no classes to count labels of (write labels_per = "target")'
    if cell.budget == 0:
        return "the label budget is 0 (raise target.label_budgets)"
    if known.target is not None and (known.target.train is None or not len(known.target.train)):
        return f"target {cell.target.name!r} has no labels (add labelled data)"
    return None


def _target_inputs(cell: PlannedCell, known: Known) -> str | None:
    if known.target is not None and known.target.unlabelled is None:
        return f"target {cell.target.name!r} lists no unlabelled queries (use a strategy that needs none)"
    return None


def _same_task(cell: PlannedCell, known: Known) -> str | None:
    if cell.source is None:
        return _source_model(cell, known)
    if not cell.source.config.labels:
        return "[source] learns without labels, so that its head is untrained (use a strategy that makes a new one)"
    if known.source_tasks == () and known.target is not None and not known.target.task.open:
        return "nobody says which classes the source model knows (use a strategy that trains on the target's labels)"
    for task in known.source_tasks or ():
        if known.target is not None and not task.same_as(known.target.task):
            return "source and target have other answers (use a strategy that trains on the target's labels)"
    return None


def _classes(cell: PlannedCell, known: Known) -> str | None:
    if known.target is not None and (known.target.task.open or known.target.task.kind == "ranking"):
        return f"the answers of target {cell.target.name!r} are open (use a strategy that needs no fixed classes)"
    return None


_DATA: dict[str, Callable[[PlannedCell, Known], str | None]] = {
    "source-model": _source_model,
    "source-labels": _source_labels,
    "source-inputs": _source_data,
    "target-labels": _target_labels,
    "target-inputs": _target_inputs,
    "same-task": _same_task,
    "classes": _classes,
    "teacher": _source_model,
}


def setting(needs: Sequence[str], source_labelled: bool) -> str:
    """Pan and Yang's setting, derived: inductive with target labels; transductive where labels of a source are used, be
    it by way of its model; unsupervised without any label.

    >>> setting(("target-labels",), True), setting(("source-model",), True), setting(("source-inputs",), True)
    ('inductive', 'transductive', 'unsupervised')
    """
    if "target-labels" in needs:
        return "inductive"
    used = {"source-labels", "source-model", "teacher"} & set(needs)
    return "transductive" if used and source_labelled else "unsupervised"


def strategies_of(plugins: Any) -> list[Any]:
    """All strategy offers, for the proposals of a refusal."""
    return plugins.all(TransferStrategy.kind)
