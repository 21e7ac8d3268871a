"""Every cell of an experiment: source x target x strategy x label budget x seed, each possible or refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from relxfer.contract.records import TransferStrategy
from relxfer.declare.resolve import Experiment, Method, Source, Target
from relxfer.plan.cells import PlannedCell
from relxfer.plan.refusals import Facts, refuse
from relxfer.plugins.finder import Plugins

#: What loaded data tells of a pair.
FactsOf: TypeAlias = Callable[[Source | None, Target], Facts]


def cells(experiment: Experiment, facts_of: FactsOf, offers: Sequence[TransferStrategy] = ()) -> Iterator[PlannedCell]:
    """Every cell of the experiment. `offers` are the strategies to propose where one is refused."""
    for source, target, facts in pairs(experiment, facts_of):
        for method in experiment.methods:
            if _of_another(method, target, facts):
                continue
            for budget in target.config.label_budgets:
                cell = PlannedCell(source, target, method, budget, 0)
                refusal = refuse(cell, facts, offers)
                for seed in experiment.config.seeds:
                    yield PlannedCell(source, target, method, budget, seed, refusal)


def pairs(experiment: Experiment, facts_of: FactsOf) -> Iterator[tuple[Source | None, Target, Facts]]:
    """Every source with every target; where a target has others, without one that is trained on its own data alone."""
    for source in experiment.sources or (None,):
        for target in experiment.targets:
            facts = facts_of(source, target)
            if source is None or not (_own(source, target, facts) and _others(experiment, target, facts_of)):
                yield source, target, facts


def _others(experiment: Experiment, target: Target, facts_of: FactsOf) -> bool:
    """Whether the target has a source that is not its own data."""
    return any(not _own(source, target, facts_of(source, target)) for source in experiment.sources)


def _of_another(method: Method, target: Target, facts: Facts) -> bool:
    """Whether a prior is that of another target, or of another kind of task."""
    if method.role != "prior-only" or method.model is None:
        return False
    tasks = method.model.record.tasks
    kind = facts.target.task.kind if facts.target else None
    return method.model not in target.priors or bool(tasks and kind and kind not in tasks)


def _own(source: Source, target: Target, facts: Facts) -> bool:
    """By name and options, or by the inputs themselves, which another split leaves alone."""
    same = [data.card() for data in source.datasets] == [target.dataset.card()] or facts.same_inputs
    return source.pretrained and not source.stages and same


def strategies_of(plugins: Plugins) -> list[TransferStrategy]:
    """All strategies that are offered, for the proposals of a refusal."""
    records = (offer.record for offer in plugins.all(TransferStrategy.kind))
    return [record for record in records if isinstance(record, TransferStrategy)]
