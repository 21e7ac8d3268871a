"""Source choice: how related every candidate source is to a target, and whether that foretells the gain."""

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
from relxfer.declare.resolve import Source, Target
from relxfer.errors import UnknownName, UsageError
from relxfer.execute.artefacts import Artefact
from relxfer.execute.engine import Engine
from relxfer.plan.views import source_view, target_view
from relxfer.results.records import Row
from relxfer.results.results import Results
from relxfer.train import memory

#: The measure that stands beside those of an adapter: log2 of the labelled items that the source can be trained on.
SIZE = "size"
#: (source, target) -> what a strategy gained
GainsByPair = Mapping[tuple[str, str], float]


@dataclass(frozen=True)
class Pair:
    """A candidate source beside a target.

    measures  measure -> value, higher is more related; or the reason why there is none
    counts    what the source consists of
    note      what the target shares with the source, or why the two cannot be compared
    """

    source: str
    target: str
    measures: Mapping[str, float | str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True)
class Gains:
    """What a strategy gained over its baseline, by pair; the mean over the runs that have the pair."""

    strategy: str
    baseline: str
    metric: str
    by_pair: GainsByPair


# ---------------------------------------------------------------- before training


def pairs(engine: Engine, runs: Sequence[Results] = (), budget: int | str = "all") -> list[Pair]:
    """Every candidate source beside every target; loads the data, and trains nothing.

    What is measured has no test split. Data is compared without labels of the target; models that exist (given, or
    pre-trained in one of the `runs`) are measured on its training labels, cut to the budget. `UsageError` where there
    is no candidate.
    """
    experiment = engine.experiment
    if not experiment.sources:
        raise UsageError("expected sources to rank, got none; add [[source]] tables with datasets = [...]")
    return [
        _pair(engine, source, target, runs, budget) for target in experiment.targets for source in experiment.sources
    ]


def ranks(column: Sequence[float | str]) -> list[int | None]:
    """1 for the most related; equal values share the better rank, and a reason has none.

    >>> ranks([-0.5, -0.1, "does not apply", -0.5])
    [2, 1, None, 2]
    """
    values = [value for value in column if not isinstance(value, str)]
    return [None if isinstance(value, str) else 1 + sum(other > value for other in values) for value in column]


def _pair(engine: Engine, source: Source, target: Target, runs: Sequence[Results], budget: int | str) -> Pair:
    of_models, of_data = _of_models(engine, source, target, runs, budget), _of_data(engine, source, target)
    note = "" if of_models and not source.datasets else of_data.note
    return replace(of_data, measures={**of_models, **of_data.measures}, note=note)


def _models(engine: Engine, source: Source, runs: Sequence[Results]) -> list[Artefact]:
    """The source's models, as far as they exist: the given one, or those that runs pre-trained, one for each seed."""
    if not source.pretrained:
        return [engine.artefacts.given(source)]
    made = [(run, run.sources[source.name]) for run in runs if source.name in run.sources]
    paths = [run.store.source(stage.id).model for run, summary in made for stage in summary.stages]
    return [engine.artefacts.read(path, source.model) for path in paths if path.exists()]


def _of_models(
    engine: Engine, source: Source, target: Target, runs: Sequence[Results], budget: int | str
) -> dict[str, float | str]:
    """Means over the source's models; nothing where they have no features, or the target no fixed classes."""
    whole, adapter = engine.domains.target(target).domain, target.adapter
    task = whole.task
    if task.kind != "classification" or task.open:
        return {}
    seed, per = engine.experiment.config.seeds[0], target.config.labels_per
    shown = target_view(whole, ("target-labels",), budget, seed, per)
    with memory.held(adapter.record.large_blocks):
        found = [
            estimators.measures(engine.attach.unbound(model, adapter), model.tasks, shown.train)  # type: ignore[arg-type]
            for model in _models(engine, source, runs)
            if model.model.record.adapter == adapter.name and "features" in model.model.record.offers
        ]
    return _means(found, [1] * len(found))


def _of_data(engine: Engine, source: Source, target: Target) -> Pair:
    if not source.datasets:
        return Pair(source.name, target.name, note="a checkpoint names no data to compare (add datasets = [...])")
    if strange := [d.name for d in source.datasets if d.record.adapter != target.adapter.name]:
        note = f"{', '.join(strange)} is not for adapter {target.adapter.name!r} (choose other data)"
        return Pair(source.name, target.name, note=note)
    adapter = target.adapter.build()
    parts = [source_view(domain, ("source-labels", "source-inputs")) for domain in engine.domains.sources(source)]
    shown = target_view(engine.domains.target(target).domain, ("target-inputs",), "all", 0)
    counted = [adapter.counts(part) for part in parts] if hasattr(adapter, "counts") else []
    note = adapter.relate(parts, shown) if hasattr(adapter, "relate") else ""
    return Pair(source.name, target.name, _measures(adapter, parts, shown), _sum(counted), note)


def _measures(adapter: Adapter, parts: Sequence[Domain], target: Domain) -> dict[str, float | str]:
    """The adapter's, and the size. A source of several data sets has the mean of theirs, weighted by their labelled
    items: in this proportion they take turns in pre-training."""
    sizes = [0 if part.train is None else len(np.unique(part.train.unit_ids())) for part in parts]
    found = [adapter.relatedness(part, target) for part in parts] if hasattr(adapter, "relatedness") else []
    return _means(found, sizes) | {SIZE: math.log2(sum(sizes)) if sum(sizes) else "no labelled items"}


def _means(found: Sequence[Mapping[str, float | str]], weights: Sequence[int]) -> dict[str, float | str]:
    names = dict.fromkeys(name for measured in found for name in measured)
    return {
        name: _pooled([measured.get(name, "not measured on all its data sets") for measured in found], weights)
        for name in names
    }


def _pooled(values: Sequence[float | str], weights: Sequence[int]) -> float | str:
    reasons = dict.fromkeys(value for value in values if isinstance(value, str))
    if reasons:
        return "; ".join(reasons)
    return float(np.average(values, weights=weights if sum(weights) else None))  # type: ignore[arg-type]


def _sum(counted: Sequence[Mapping[str, int]]) -> dict[str, int]:
    """Of several data sets, each by itself: what they share is counted for each."""
    names = dict.fromkeys(name for counts in counted for name in counts)
    return {name: sum(counts.get(name, 0) for counts in counted) for name in names}


# ---------------------------------------------------------------- after training


def gains(runs: Sequence[Results], strategy: str | None = None, budget: int | str = "all") -> Gains:
    """The gains of a strategy at a label budget, in finished runs; by default of the first that is no baseline.

    `UnknownName` where no run has the strategy; `UsageError` where it gained over nothing at this budget, or where
    metric or baseline differ.
    """
    rows = [(results.metric, row) for results in runs for row in results.rows if row.source]
    chosen = _strategy([row for _, row in rows], strategy)
    found = [
        (metric, row.source, row.target, row.gain)
        for metric, row in rows
        if row.source and row.gain and (row.strategy, row.budget) == (chosen, budget)
    ]
    kinds = {(metric, gain.baseline) for metric, _, _, gain in found}
    if len(kinds) != 1:
        told = " and ".join(f"{metric} over {baseline}" for metric, baseline in sorted(kinds)) or "none"
        raise UsageError(
            f"expected gains of {chosen!r} at budget {budget} in one metric over one baseline, got {told}; "
            "choose another --strategy or --budget, or fewer runs"
        )
    by_pair: dict[tuple[str, str], list[float]] = {}
    for _, source, target, gain in found:
        by_pair.setdefault((source, target), []).append(gain.estimate)
    [(metric, baseline)] = kinds
    return Gains(chosen, baseline, metric, {pair: float(np.mean(values)) for pair, values in by_pair.items()})


def _strategy(rows: Sequence[Row], named: str | None) -> str:
    """The one that was named, or the first that is no baseline."""
    names = dict.fromkeys(row.strategy for row in rows if row.role in ("strategy", "direct"))
    chosen = named or next((row.strategy for row in rows if row.role == "strategy"), None)
    if chosen is None:
        raise UsageError(f"expected runs with a strategy that is no baseline, got {', '.join(names) or 'none'}")
    if chosen not in names:
        raise UnknownName("strategy of these runs", chosen, names)
    return chosen


def correlations(measured: Sequence[Pair], gained: GainsByPair) -> dict[str, dict[str, Correlation | str]]:
    """For every measure its rank correlation with the gain, `overall` and `within` targets, or why there is none."""
    known = [pair for pair in measured if (pair.source, pair.target) in gained]
    return {
        name: _correlation(name, [p for p in known if not isinstance(p.measures.get(name, ""), str)], gained)
        for name in dict.fromkeys(name for pair in measured for name in pair.measures)
    }


def _correlation(name: str, of: Sequence[Pair], gained: GainsByPair) -> dict[str, Correlation | str]:
    values: list[Any] = [pair.measures[name] for pair in of]
    gain = [gained[pair.source, pair.target] for pair in of]
    places = [pair.source for pair in of], [pair.target for pair in of]
    return {
        "overall": correlation.overall(values, gain),
        "within": correlation.within_targets(values, gain, *places),
    }
