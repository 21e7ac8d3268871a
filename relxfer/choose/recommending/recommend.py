"""From a configuration to a recommendation, and to the experiment that tests it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from relxfer.choose.recommending.candidates import candidates, shortened
from relxfer.choose.recommending.clock import Clock
from relxfer.choose.recommending.deciding import decided
from relxfer.choose.recommending.opened import Opened
from relxfer.choose.recommending.plan import Plan
from relxfer.choose.recommending.proof import proof
from relxfer.choose.recommending.racing import Race
from relxfer.choose.recommending.recommendation import Recommendation
from relxfer.declare.experiment import Experiment
from relxfer.declare.saved import resolved_toml
from relxfer.execute.runner import search
from relxfer.plan.cells import PlannedCell
from relxfer.plugins.finder import Plugins
from relxfer.results.records import Budget
from relxfer.store import files

#: How long a recommendation may take, if nothing else is said.
MINUTES = 10.0


@dataclass(frozen=True)
class Asked:
    """What is asked for.

    minutes     of one worker, for everything: pre-training, the race and the test
    budget      label budget to decide for; None: the largest of the configuration
    strategies  rows of the configuration or strategies by name; none: the rows of the configuration
    """

    minutes: float = MINUTES
    budget: Budget | None = None
    strategies: tuple[str, ...] = ()


def recommend(
    experiment: Experiment,
    plugins: Plugins,
    folder: Path,
    asked: Asked = Asked(),
    listeners: tuple[Callable[..., None], ...] = (),
    fresh: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Experiment, Recommendation]:
    """Race every source with every strategy at a few learning rates by trials, which cannot open a test.

    Args:
        experiment: the experiment, whose sources are the candidates; where it names none, those that ship and fit.
        plugins: loaded plugins.
        folder: the run directory, where the run of the experiment that is returned finds the models of the race.
        asked: how long it may take, and for what.
        listeners: called with every event as `listener(event, **values)`.
        fresh: delete earlier results first.
        progress: called with how many sources the forecast has measured, and of how many.

    Returns:
        The experiment of the honest test (the chosen row, scratch and the source unchanged), and the recommendation.

    Raises:
        UsageError: there is no source, strategy or validator, or nothing fits into the minutes.
        Others as `relxfer.execute.runner.run`.
    """
    made, not_tried = candidates(experiment, plugins, asked.budget, asked.strategies)
    opened = Opened.of(made, plugins, folder, not experiment.config.source, not_tried)
    key = files.fingerprint([resolved_toml(opened.experiment), float(asked.minutes)])
    what = None if fresh else Plan.read(folder, key)
    what = what or opened.planned(experiment, asked.minutes, key, progress)
    if what.shorter > 1:
        short = shortened(opened.experiment, plugins, what.shorter)
        opened = Opened.of(short, plugins, folder, not experiment.config.source, not_tried)
    only = replace(opened.experiment, sources=tuple(s for s in opened.experiment.sources if s.name in what.sources))
    clock = Clock(folder)
    race = opened.race(what, clock)

    def scheduling(cells: list[PlannedCell]) -> Race:
        what.write(folder)
        return race

    search(only, plugins, folder, scheduling, listeners, fresh)
    spent = opened.spent(race, clock)
    recommendation = decided(race, opened.written, opened.facts(what, spent, len(race.trained())))
    recommendation.write(folder)
    return proof(only, recommendation, what.largest_test(race.held, spent), plugins), recommendation
