"""What pre-training a source and training a row costs, measured on a few steps of each."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from relxfer.choose.recommending.arms import Arm
from relxfer.choose.recommending.rounds import STAY, Round
from relxfer.declare.experiment import Experiment, Source
from relxfer.execute.domains import Domains
from relxfer.execute.forecast import Forecaster
from relxfer.plugins.finder import Plugins


@dataclass(frozen=True)
class Costs:
    """Estimated seconds.

    pretraining  source -> one pre-training; 0 of one that is given
    repeated     source -> how many pre-trainings it has at most, as one for each seed
    training     (source, strategy) -> one training with its scores; source None: of a row that meets none
    broken       source -> why it cannot be pre-trained
    """

    pretraining: Mapping[str, float] = field(default_factory=dict)
    repeated: Mapping[str, int] = field(default_factory=dict)
    training: Mapping[tuple[str | None, str], float] = field(default_factory=dict)
    broken: Mapping[str, str] = field(default_factory=dict)

    def shorter(self, times: int) -> Costs:
        """With so many times fewer steps, and one pre-training of each source; 1: as it is."""
        if times == 1:
            return self
        pretraining = {name: seconds / times for name, seconds in self.pretraining.items()}
        training = {row: seconds / times for row, seconds in self.training.items()}
        repeated = {name: min(1, count) for name, count in self.repeated.items()}
        return replace(self, pretraining=pretraining, repeated=repeated, training=training)

    def of(self, arm: Arm) -> float:
        """One training of an arm."""
        return self.training.get((arm.made.source, arm.made.strategy), 0.0)

    def sources(self, names: Sequence[str], before: int, after: int) -> float:
        """Pre-training sources for the seeds that come after some."""
        return sum(self.pretraining.get(name, 0.0) * self._more(name, before, after) for name in names)

    def raced(self, arms: Sequence[Arm], rounds: Sequence[Round]) -> list[Round]:
        """The rounds with what they cost at most: later ones may have the dearest arms."""
        names = list(dict.fromkeys(arm.made.source for arm in arms if arm.made.source))
        dear = sorted(names, key=lambda name: -self.pretraining.get(name, 0.0))
        each = sorted((self.of(arm) for arm in arms), reverse=True)
        made: list[Round] = []
        for number, of in enumerate(rounds):
            before = rounds[number - 1].seeds if number else 0
            count = min(len(arms), of.arms + STAY * bool(number))
            seconds = (of.seeds - before) * sum(each[:count]) + self.sources(dear[:count], before, of.seeds)
            made.append(replace(of, seconds=seconds))
        return made

    def tested(self, arms: Sequence[Arm], budgets: int, seeds: int, raced: int) -> float:
        """The honest test of one arm and scratch, of which some seeds were raced with the largest budget.

        Their evaluation is not free: it is taken as a tenth of a training.
        """
        each = sorted((self.of(arm) for arm in arms if arm.made.kind == "transfer"), reverse=True)[:1]
        each += sorted((self.of(arm) for arm in arms if arm.made.kind != "transfer"), reverse=True)[:1]
        dearest = max(self.pretraining, key=lambda name: self.pretraining[name], default="")
        trainings = max(0, budgets * seeds - raced) + 0.1 * seeds
        return sum(each) * trainings + self.sources([dearest], raced, seeds)

    def _more(self, name: str, before: int, after: int) -> int:
        most = self.repeated.get(name, 0)
        return min(after, most) - min(before, most)


def measured(
    experiment: Experiment,
    plugins: Plugins,
    domains: Domains,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Costs:
    """Measure one pre-training of every source, and one training of every row with one source of each architecture.

    What a row costs depends on its architecture and on the target; the source only says where it starts.
    """
    costs: dict[tuple[str | None, str], float] = {}
    stages: dict[str, float] = {}
    broken: dict[str, str] = {}
    by_model: dict[str, dict[str, float]] = {}
    seeds = experiment.config.planned_seeds
    with Forecaster.opened(experiment, plugins, domains) as forecaster:
        for number, source in enumerate(experiment.sources):
            progress(number, len(experiment.sources))
            known = by_model.get(_model(source))
            only = replace(experiment, sources=(source,), methods=() if known is not None else experiment.methods)
            found = forecaster.of(only, Path("none"))
            for stage in found.sources:
                stages[source.name] = (stage.seconds or 0.0) / max(1, stage.runs)
                if stage.seconds is None:
                    broken[source.name] = stage.note
            if known is None:
                known = {row.strategy: (row.seconds or 0.0) / max(1, row.runs) for row in found.rows}
                by_model[_model(source)] = known
            costs |= {(source.name, strategy): seconds for strategy, seconds in known.items()}
            for strategy, seconds in known.items():
                costs[None, strategy] = max(seconds, costs.get((None, strategy), -math.inf))
    repeated = {source.name: len(source.pretraining_seeds(seeds)) for source in experiment.sources}
    return Costs(stages, repeated, costs, broken)


def _model(source: Source) -> str:
    made: Any = source.model.card() if source.model else None
    return str(made)
