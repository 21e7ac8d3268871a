"""An experiment whose candidates are raced, with its data opened and its arms made."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from relxfer.choose import relatedness
from relxfer.choose.recommending import costs, plan
from relxfer.choose.recommending.arms import RATES, Arm, arms
from relxfer.choose.recommending.candidates import configured
from relxfer.choose.recommending.clock import Clock
from relxfer.choose.recommending.plan import Plan, Question
from relxfer.choose.recommending.proof import label_budgets
from relxfer.choose.recommending.racing import Race
from relxfer.choose.recommending.ranking import narrowed, ranked
from relxfer.choose.recommending.recommendation import NotTried, Spent
from relxfer.choose.recommending.rounds import SEEDS
from relxfer.choose.recommending.scores import Scores
from relxfer.choose.track_record import track_record
from relxfer.choose.tuning.rows import Rows
from relxfer.declare.experiment import Experiment, Source
from relxfer.errors import RelxferError, UsageError
from relxfer.execute.artefacts import Artefacts
from relxfer.execute.domains import Domains, label_count
from relxfer.execute.engine import Engine
from relxfer.execute.jobs.checks import checked_plan
from relxfer.judge.scoring import Scorer
from relxfer.plan.cells import PlannedCell
from relxfer.plugins.finder import Plugins
from relxfer.store.run_directory import Store


@dataclass(frozen=True)
class Opened:
    """An experiment with its data, and the arms of its plan.

    cells      its plan
    arms       all arms, those that are not tried for lack of time included
    not_tried  what cannot be tried
    """

    experiment: Experiment
    engine: Engine
    scores: Scores
    cells: Sequence[PlannedCell]
    arms: Sequence[Arm]
    not_tried: Sequence[NotTried]

    @classmethod
    def of(
        cls, made: Experiment, plugins: Plugins, folder: Path, shipped: bool, not_tried: Sequence[NotTried]
    ) -> Opened:
        artefacts = Artefacts(made, plugins)
        broken = dict(_unavailable(made, artefacts)) if shipped else {}
        made = replace(made, sources=tuple(source for source in made.sources if source.name not in broken))
        domains = Domains(made, plugins, Scorer(plugins), artefacts)
        engine = Engine(made, plugins, Store(folder), domains=domains)
        cells = checked_plan(engine)
        found, refused = arms(cells, made, Rows(made, plugins).varied, _seeds(made))
        lost = [NotTried(name, reason) for name, reason in broken.items()]
        _check(found, [*not_tried, *lost, *refused], made)
        scores = Scores.of(engine, next(arm for arm in found if arm.made.kind == "transfer").cells[0])
        return cls(made, engine, scores, cells, found, (*not_tried, *lost, *refused))

    def planned(self, written: Experiment, minutes: float, key: str, progress: Callable[[int, int], None]) -> Plan:
        """What is tried within the minutes.

        written  the experiment as the user wrote it, for the label budgets of its test
        """
        start, domains = time.perf_counter(), self.engine.domains
        late = self._not_worth_it()
        worth = replace(self.experiment, sources=tuple(s for s in self.experiment.sources if s.name not in late))
        found = costs.measured(worth, self.engine.plugins, domains, progress)
        target = self.experiment.targets[0]
        points = label_budgets(
            configured(written),
            configured(self.experiment)[-1],
            self._labels(),
            target.config.labels_per == "class" or written.targets[0].config.labels_per == "class",
        )
        reasons = {**found.broken, **late}
        able = [arm for arm in self.arms if arm.made.source not in reasons]
        seeds = len(self.experiment.config.planned_seeds)
        question = Question(key, self._ranked, able, RATES, seeds, points, minutes)
        return plan.planned(question, found, time.perf_counter() - start, reasons)

    def race(self, what: Plan, clock: Clock) -> Race:
        """The race of the arms that are planned: a row that meets no source is that of one that is tried."""
        cells = [cell for cell in self.cells if cell.source is None or cell.source.name in what.sources]
        varied = Rows(self.experiment, self.engine.plugins).varied
        able, _ = arms(cells, self.experiment, varied, _seeds(self.experiment), what.rates)

        def goes_on(number: int) -> bool:
            return what.goes_on(number, self.spent(race, clock))

        race = Race(list(map(self.scores.scored, able)), what.rounds, self.scores.of_trial, goes_on, self.written)
        return race

    def written(self, arm: Arm) -> bool:
        """Whether an arm is the first source with the first strategy at its own rate."""
        row = self.experiment.sources[0].name, self.experiment.methods[0].name, 1.0
        return (arm.made.source, arm.made.strategy, arm.made.factor) == row

    def spent(self, race: Race, clock: Clock) -> float:
        """Seconds of the rounds of a race: those that outcomes tell, or by the clock where that took longer."""
        return max(self._trained(race), clock.took(race.held))

    def _trained(self, race: Race) -> float:
        """Seconds of all pre-trainings and trainings of a race, as their outcomes tell."""
        trained = race.trained()
        stages: dict[tuple[str, int], Source] = {}
        for cell, _ in trained:
            if cell.source is not None and cell.source_seed is not None and cell.source.pretrained:
                stages[cell.source.name, cell.source_seed] = cell.source
        entries = [
            self.engine.store.source(self.engine.sources.fingerprint(source, seed)).outcome()
            for (_, seed), source in stages.items()
        ]
        return sum(each.get("seconds", 0.0) for each in (*(ended for _, ended in trained), *filter(None, entries)))

    def facts(self, what: Plan, spent: float, trainings: int) -> Mapping[str, object]:
        """What a recommendation says of the target, and of what it took."""
        target = self.experiment.targets[0]
        took = Spent(what.allowed, what.foreseen, what.measuring, spent, trainings)
        return {
            "target": target.name,
            "budget": target.config.label_budgets[0],
            "labels": self._labels(),
            "validation": self.scores.labels,
            "rule": self.scores.rule,
            "not_tried": (*self.not_tried, *what.not_tried),
            "spent": took,
        }

    def _labels(self) -> int:
        """Number of labels of the budget that is decided for."""
        return label_count(self.engine.domains.shown(_labelled(self.arms)).target)

    def _ranked(self) -> list[str]:
        """The sources, the one to keep longest first: those that need no pre-training, then the most related."""
        free = {source.name for source in self.experiment.sources if not source.pretrained}
        return sorted(ranked(self._measured), key=lambda name: name not in free)

    def _not_worth_it(self) -> dict[str, str]:
        """Sources that would be pre-trained and are not raced, with the reason."""
        content, known = self.experiment.targets[0].dataset.record.content, track_record()
        trained = [source.name for source in self.experiment.sources if source.pretrained]
        if content not in known.narrows or not trained:
            return {}
        kept, names = narrowed([pair for pair in self._measured if pair.source in trained], known)
        if not names:
            return {}
        reason = (
            f"in the worse half by {' and '.join(names)}; on past targets with such data, racing the better half of "
            "the sources lost less than racing all"
        )
        return {name: reason for name in trained if name not in kept}

    @cached_property
    def _measured(self) -> list[relatedness.Pair]:
        return relatedness.pairs(self.engine, (), self.experiment.targets[0].config.label_budgets[0])


def _seeds(experiment: Experiment) -> int:
    return min(SEEDS, len(experiment.config.planned_seeds))


def _unavailable(experiment: Experiment, artefacts: Artefacts) -> list[tuple[str, str]]:
    """Sources that ship and whose weights are not on this machine, with the reason."""
    found = []
    for source in experiment.sources:
        if source.given:
            try:
                artefacts.given(source)
            except RelxferError as error:
                found.append((source.name, str(error)))
    return found


def _labelled(found: Sequence[Arm]) -> PlannedCell:
    """A cell that is given the labels of the target; the first where none is."""
    cells = (arm.cells[0] for arm in found)
    return next((cell for cell in cells if "target-labels" in cell.method.needs), found[0].cells[0])


def _check(found: Sequence[Arm], not_tried: Sequence[NotTried], experiment: Experiment) -> None:
    """Raise `UsageError` where no arm transfers anything, or one that trains has no validation points."""
    if not any(arm.made.kind == "transfer" for arm in found):
        reasons = "; ".join(f"{each.what}: {each.reason}" for each in not_tried) or "there is no source"
        raise UsageError(f"expected a source and a strategy that fit the target, got none: {reasons}")
    for arm in found:
        method = arm.cells[0].method
        if method.seeded and not experiment.training(method).validations:
            raise UsageError(
                f"expected training.validations above 0, got 0 for {method.name}: arms are compared by their scores at "
                "validation points; set it to 1 or more"
            )
