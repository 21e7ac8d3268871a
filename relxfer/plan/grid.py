"""The grid of cells: source x target x strategy x label budget x seeds, each of which can run or is refused."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

from relxfer.contract.records import TransferStrategy
from relxfer.declare import reading
from relxfer.declare.experiment import Experiment, Method, Source, Target
from relxfer.plan.cells import PlannedCell
from relxfer.plan.refusals import Facts, refuse, refuse_selection
from relxfer.plugins.finder import Plugins

#: Returns the facts about a source and a target that follow from their loaded data.
FactsOf: TypeAlias = Callable[[Source | None, Target], Facts]


def cells(experiment: Experiment, facts_of: FactsOf, offers: Sequence[TransferStrategy] = ()) -> Iterator[PlannedCell]:
    """Every cell of the experiment.

    facts_of  facts about a source and a target
    offers    strategies that the message of a refusal may propose
    """
    for source, target, facts in pairs(experiment, facts_of):
        for method in experiment.methods:
            if _is_unrelated_prior(method, target, facts):
                continue
            for budget in target.config.label_budgets:
                there = method.at(source.name if source else None, target.name, budget)
                cell = PlannedCell(source, target, there, budget, 0)
                selecting = next(iter(experiment.validators_of(there)), None)
                refusal = refuse(cell, facts, offers) or refuse_selection(selecting, cell, facts)
                if refusal and method.role == "prior":  # one that learns from labels, where there are none
                    continue
                for source_seed, seed in _seeds(cell, experiment.config.planned_seeds):
                    yield replace(cell, seed=seed, refusal=refusal, source_seed=source_seed)


def _seeds(cell: PlannedCell, seeds: Sequence[int]) -> Iterator[tuple[int | None, int]]:
    """The seeds of source and target of every cell of a row: crossed if the source has seeds of its own."""
    source = cell.source if cell.needs_source else None
    if source is None or not source.pretrained:
        yield from ((None, seed) for seed in seeds)
    elif source.config.shared or source.config.seeds:
        yield from itertools.product(source.pretraining_seeds(seeds), seeds)
    else:
        yield from zip(seeds, seeds, strict=True)


def pairs(experiment: Experiment, facts_of: FactsOf) -> Iterator[tuple[Source | None, Target, Facts]]:
    """Every source with every target.

    A source that is trained on nothing but the data of the target is left out if the target has other sources.
    """
    for source in experiment.sources or (None,):
        for target in experiment.targets:
            facts = facts_of(source, target)
            if source is None or not (_is_own(source, target, facts) and _has_others(experiment, target, facts_of)):
                yield source, target, facts


def _has_others(experiment: Experiment, target: Target, facts_of: FactsOf) -> bool:
    """Whether the target has a source with other data than its own."""
    return any(not _is_own(source, target, facts_of(source, target)) for source in experiment.sources)


def _is_unrelated_prior(method: Method, target: Target, facts: Facts) -> bool:
    """Whether the method is a prior for another target, or for another kind of task."""
    if method.role != "prior" or method.model is None:
        return False
    kind = facts.target.task.kind if facts.target else None
    return method.model not in target.priors or bool(kind and not reading.predicts(method.model.record, kind))


def _is_own(source: Source, target: Target, facts: Facts) -> bool:
    """Whether a source is trained on the target's data only: on its data set, or on the same inputs split otherwise."""
    same = [data.card() for data in source.datasets] == [target.dataset.card()] or facts.same_inputs
    return source.pretrained and not source.stages and same


def strategies_of(plugins: Plugins) -> list[TransferStrategy]:
    """All strategies of the installed plugins."""
    records = (offer.record for offer in plugins.all(TransferStrategy.kind))
    return [record for record in records if isinstance(record, TransferStrategy)]
