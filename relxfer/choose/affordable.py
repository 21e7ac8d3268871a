"""Choosing seeds, label budgets, strategies and steps so that a first run fits the machine, by measuring its models."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from relxfer.contract.plain import Table
from relxfer.declare.experiment import Experiment
from relxfer.declare.resolve import experiment_of
from relxfer.errors import DataError, Incompatible
from relxfer.execute.artefacts import Artefacts
from relxfer.execute.domains import Domains, label_count
from relxfer.execute.forecast import Forecast, Forecaster
from relxfer.judge.scoring import Scorer
from relxfer.plugins.finder import Plugins

#: Seconds of computation that a first run may take.
LIMIT = 600.0
#: The fewest seeds for which verdicts are given, the fewest label budgets, and the fewest steps that are proposed.
SEEDS, BUDGETS, STEPS = (6, 4, 3), 2, 50


@dataclass(frozen=True)
class Affordable:
    """The configuration that was chosen, and why.

    tables   its tables
    whole    the tables of the best configuration
    limit    seconds of computation that it was to take, as in `Forecast`
    seconds  that it will take; None if they are not known
    needed   seconds that the best configuration would take
    unknown  why the seconds are not known
    lacking  why it cannot be run at all; empty if it can
    """

    tables: Table
    whole: Table
    limit: float
    seconds: float | None = None
    needed: float | None = None
    unknown: str = ""
    lacking: str = ""


def affordable(
    drafts: Sequence[Table],
    folder: Path,
    plugins: Plugins,
    progress: Callable[[int, int], None] = lambda done, total: None,
    limit: float = LIMIT,
) -> Affordable:
    """The first of some configurations that takes at most `limit` seconds, with fewer seeds and budgets if need be.

    Where none does, the last one with fewer steps, whatever it takes. Where the cost cannot be measured, the first one.

    Args:
        drafts: tables of configurations of the same data, the best first and the cheapest last.
        folder: to which paths in them are relative.
        plugins: loaded plugins.
        progress: called with the number of measured rows and of all of them.
        limit: seconds of computation, as in `Forecast`.
    """
    whole = drafts[0]
    try:
        experiment = _experiment(whole, folder, plugins)
        data = Domains(experiment, plugins, Scorer(plugins), Artefacts(experiment, plugins))
        drafts = [_with_budgets(draft, data) for draft in drafts]
    except (DataError, Incompatible) as error:
        return Affordable(whole, whole, limit, lacking=str(error))
    whole, needed = drafts[0], None
    for draft in drafts:
        with Forecaster.opened(_experiment(draft, folder, plugins), plugins, data) as forecaster:
            for tables in (*_cheaper(draft), *(_shorter(draft) if draft is drafts[-1] else ())):
                foreseen = forecaster.of(_experiment(tables, folder, plugins), folder / "none", progress)
                if missing := _unmeasured(foreseen):
                    return Affordable(whole, whole, limit, unknown=missing)
                seconds = foreseen.seconds or 0.0
                needed = seconds if needed is None else needed
                chosen = Affordable(tables, whole, limit, seconds, needed)
                if seconds <= limit:
                    return chosen
    return chosen


def _experiment(tables: Table, folder: Path, plugins: Plugins) -> Experiment:
    return experiment_of(tables, "(configuration)", folder, plugins)


def _with_budgets(draft: Table, data: Domains) -> Table:
    """The configuration without label budgets that the target has not enough labels for."""
    target = data.target(data.experiment.targets[0]).domain
    count, budgets = label_count(target), draft["target"]["label_budgets"]
    kept = [budget for budget in budgets if budget == "all" or budget < max(count, 1)]
    return {**draft, "target": {**draft["target"], "label_budgets": kept or budgets}}


def _cheaper(draft: Table) -> Iterator[Table]:
    """The configuration with fewer and fewer seeds, then with the fewest labels and all of them only."""
    for seeds in SEEDS:
        yield {**draft, "seeds": seeds}
    labelled = [budget for budget in draft["target"]["label_budgets"] if budget]
    if len(labelled) > BUDGETS:
        none = [budget for budget in draft["target"]["label_budgets"] if not budget]
        budgets = [*none, labelled[0], labelled[-1]]
        yield {**draft, "seeds": SEEDS[-1], "target": {**draft["target"], "label_budgets": budgets}}


def _shorter(draft: Table) -> Iterator[Table]:
    """The cheapest of these, with half the steps again and again."""
    *_, cheapest = _cheaper(draft)
    steps = cheapest["training"]["steps"]
    while steps > STEPS:
        steps = max(STEPS, steps // 2)
        yield {**cheapest, "training": {**cheapest["training"], "steps": steps}}


def _unmeasured(foreseen: Forecast) -> str:
    """Why the cost of a row or source is not known; empty if all are."""
    rows = [(row.strategy, row.note) for row in foreseen.rows if row.seconds is None]
    stages = [(f"source {stage.source}", stage.note) for stage in foreseen.sources if stage.seconds is None]
    return next((f"{name}: {note}" for name, note in [*stages, *rows]), "")
