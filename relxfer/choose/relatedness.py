"""Source choice: how related every candidate source is to a target, and how well that predicts gains."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from relxfer.choose import correlation, estimators
from relxfer.choose.correlation import Correlation
from relxfer.contract.data import Domain
from relxfer.contract.learners import Adapter
from relxfer.declare import reading
from relxfer.declare.experiment import Source, Target
from relxfer.errors import UnknownName, UsageError
from relxfer.execute.artefacts import Artefact
from relxfer.execute.engine import Engine
from relxfer.plan.views import source_view, target_view
from relxfer.results.records import Row
from relxfer.results.results import Results
from relxfer.train import memory

#: A measure for all adapters: log2 of the number of labelled units that the source can be trained on.
SIZE = "size"
#: (source, target) -> the gain of a strategy
GainsByPair = Mapping[tuple[str, str], float]


@dataclass(frozen=True)
class Pair:
    """A candidate source for a target.

    measures  measure -> its value, higher is more related; or the reason why it has none
    counts    what the source consists of, by name
    note      what the target shares with the source, or why the two cannot be compared
    content   the kind of data of the target, as the records of data sets call it
    """

    source: str
    target: str
    measures: Mapping[str, float | str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    note: str = ""
    content: str = ""


@dataclass(frozen=True)
class Gains:
    """The gains of a strategy over its baseline.

    metric   the metric of the gains
    by_pair  for each pair of source and target, the mean over the runs that have it
    """

    strategy: str
    baseline: str
    metric: str
    by_pair: GainsByPair


# ---------------------------------------------------------------- before training


def pairs(engine: Engine, runs: Sequence[Results] = (), budget: int | str = "all") -> list[Pair]:
    """Measure every candidate source for every target. Data is loaded, but nothing is trained.

    No measure uses a test split. Data is compared without labels of the target. Models that exist, because they are
    given or were pre-trained in one of the runs, are measured on the target's training labels.

    runs    finished runs that may have trained the source models
    budget  label budget of the target: a number of units, or `"all"`

    Raises:
        UsageError: the experiment has no sources.
    """
    experiment = engine.experiment
    if not experiment.sources:
        raise UsageError("expected sources to rank, got none; add [[source]] tables with datasets = [...]")
    return [
        _pair(engine, source, target, runs, budget) for target in experiment.targets for source in experiment.sources
    ]


def ranks(column: Sequence[float | str]) -> list[int | None]:
    """The rank of each value, 1 for the highest; equal values share the better rank, and reasons have none.

    >>> ranks([-0.5, -0.1, "does not apply", -0.5])
    [2, 1, None, 2]
    """
    values = [value for value in column if not isinstance(value, str)]
    return [None if isinstance(value, str) else 1 + sum(other > value for other in values) for value in column]


def _pair(engine: Engine, source: Source, target: Target, runs: Sequence[Results], budget: int | str) -> Pair:
    by_models, by_data = _compare_models(engine, source, target, runs, budget), _compare_data(engine, source, target)
    note = "" if by_models and not source.datasets else by_data.note
    content = target.dataset.record.content
    return replace(by_data, measures={**by_models, **by_data.measures}, note=note, content=content)


def _models(engine: Engine, source: Source, runs: Sequence[Results]) -> list[Artefact]:
    """The models of the source that exist: the given one, or those that runs pre-trained, one for each seed."""
    if not source.pretrained:
        return [engine.artefacts.given(source)]
    made = [(run, run.sources[source.name]) for run in runs if source.name in run.sources]
    paths = [run.store.source(stage.id).model for run, summary in made for stage in summary.stages]
    return [engine.artefacts.read(path, source.model) for path in paths if path.exists()]


def _compare_models(
    engine: Engine, source: Source, target: Target, runs: Sequence[Results], budget: int | str
) -> dict[str, float | str]:
    """Means of measures over the models; empty if they have no features, or the target has no fixed classes."""
    whole, adapter = engine.domains.target(target, source).domain, target.adapter
    task = whole.task
    if not task.classes or task.open:
        return {}
    seed, per = engine.experiment.config.planned_seeds[0], target.config.labels_per
    shown = target_view(whole, ("target-labels",), budget, seed, per)
    with memory.held(adapter.record.large_blocks):
        measured = [
            estimators.measures(engine.attach.unbound(model, adapter), _classes(engine, model), shown.train)  # type: ignore[arg-type]
            for model in _models(engine, source, runs)
            if not reading.unfit(model.model.record, adapter.record, target.dataset.record)
            and "features" in model.model.record.offers
        ]
    return _means(measured, [1] * len(measured))


def _classes(engine: Engine, model: Artefact) -> bool:
    """Whether the head of a model was trained for classes."""
    return any(engine.scorer.task(task.kind).classes and not task.open for task in model.tasks)


def _compare_data(engine: Engine, source: Source, target: Target) -> Pair:
    if not source.datasets:
        return Pair(source.name, target.name, note="a checkpoint names no data to compare (add datasets = [...])")
    unread = [reading.unread(target.adapter.record, each.record, "choose other data") for each in source.datasets]
    if wrong := next(filter(None, unread), None):
        return Pair(source.name, target.name, note=wrong)
    adapter = target.adapter.build()
    domains = [
        source_view(domain, ("source-labels", "source-inputs")) for domain in engine.domains.sources(source, target)
    ]
    shown = target_view(engine.domains.target(target, source).domain, ("target-inputs",), "all", 0)
    counted = [adapter.counts(domain) for domain in domains] if hasattr(adapter, "counts") else []
    note = adapter.relate(domains, shown) if hasattr(adapter, "relate") else ""
    return Pair(source.name, target.name, _measures(adapter, domains, shown), _sum(counted), note)


def _measures(adapter: Adapter, domains: Sequence[Domain], target: Domain) -> dict[str, float | str]:
    """The measures of the adapter, and the size of the source.

    For several data sets, the mean is weighted by their labelled units, because pre-training draws them in proportion.
    """
    sizes = [0 if domain.train is None else len(np.unique(domain.train.unit_ids())) for domain in domains]
    measured = [adapter.relatedness(domain, target) for domain in domains] if hasattr(adapter, "relatedness") else []
    return _means(measured, sizes) | {SIZE: math.log2(sum(sizes)) if sum(sizes) else "no labelled items"}


def _means(measured: Sequence[Mapping[str, float | str]], weights: Sequence[int]) -> dict[str, float | str]:
    names = dict.fromkeys(name for values in measured for name in values)
    return {
        name: _pooled([values.get(name, "not measured on all its data sets") for values in measured], weights)
        for name in names
    }


def _pooled(values: Sequence[float | str], weights: Sequence[int]) -> float | str:
    reasons = dict.fromkeys(value for value in values if isinstance(value, str))
    if reasons:
        return "; ".join(reasons)
    return float(np.average(values, weights=weights if sum(weights) else None))  # type: ignore[arg-type]


def _sum(counted: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """Counts summed over data sets; what several of them contain counts several times."""
    names = dict.fromkeys(name for counts in counted for name in counts)
    return {name: sum(counts.get(name, 0) for counts in counted) for name in names}


# ---------------------------------------------------------------- after training


def gains(runs: Sequence[Results], strategy: str | None = None, budget: int | str = "all") -> Gains:
    """The gains of a strategy in finished runs.

    strategy  its name; None: the first strategy that is not a baseline
    budget    label budget: a number of units, or `"all"`

    Raises:
        UnknownName: no run has this strategy.
        UsageError: there are no gains at this budget, or they differ in metric or baseline.
    """
    rows = [(row.metric, row) for results in runs for row in results.rows if row.source]
    chosen = _strategy([row for _, row in rows], strategy)
    gained = [
        (metric, row.source, row.target, row.gain)
        for metric, row in rows
        if row.source and row.gain and (row.strategy, row.budget) == (chosen, budget)
    ]
    kinds = {(metric, gain.baseline) for metric, _, _, gain in gained}
    if len(kinds) != 1:
        got = " and ".join(f"{metric} over {baseline}" for metric, baseline in sorted(kinds)) or "none"
        raise UsageError(
            f"expected gains of {chosen!r} at budget {budget} in one metric over one baseline, got {got}; "
            "choose another --strategy or --budget, or fewer runs"
        )
    by_pair: dict[tuple[str, str], list[float]] = {}
    for _, source, target, gain in gained:
        by_pair.setdefault((source, target), []).append(gain.estimate)
    [(metric, baseline)] = kinds
    return Gains(chosen, baseline, metric, {pair: float(np.mean(values)) for pair, values in by_pair.items()})


def _strategy(rows: Sequence[Row], named: str | None) -> str:
    """The named strategy, or the first that is not a baseline."""
    names = dict.fromkeys(row.strategy for row in rows if row.role in ("candidate", "direct"))
    chosen = named or next((row.strategy for row in rows if row.role == "candidate"), None)
    if chosen is None:
        raise UsageError(f"expected runs with a strategy that is no baseline, got {', '.join(names) or 'none'}")
    if chosen not in names:
        raise UnknownName("strategy of these runs", chosen, names)
    return chosen


def correlations(measured: Sequence[Pair], gained: GainsByPair) -> dict[str, dict[str, Correlation | str]]:
    """For every measure, its rank correlation with the gains `overall` and `within` targets, or why there is none.

    Pairs without a gain are left out, as are those without a value of the measure.
    """
    with_gain = [pair for pair in measured if (pair.source, pair.target) in gained]
    return {
        name: _correlation(name, [p for p in with_gain if not isinstance(p.measures.get(name, ""), str)], gained)
        for name in dict.fromkeys(name for pair in measured for name in pair.measures)
    }


def _correlation(name: str, pairs: Sequence[Pair], gained: GainsByPair) -> dict[str, Correlation | str]:
    values: list[Any] = [pair.measures[name] for pair in pairs]
    gain = [gained[pair.source, pair.target] for pair in pairs]
    names = [pair.source for pair in pairs], [pair.target for pair in pairs]
    return {
        "overall": correlation.overall(values, gain),
        "within": correlation.within_targets(values, gain, *names),
    }
