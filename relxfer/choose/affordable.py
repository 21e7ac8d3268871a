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

#: Seconds of computation that a first run may take: of ten minutes, what `init` and `predict` leave, less a third
#: since a forecast may be wrong.
LIMIT = 360.0
#: The fewest seeds for which verdicts are given, the fewest label budgets, and the fewest steps that are proposed.
SEEDS, BUDGETS, STEPS = (6, 4, 3), 2, 50
#: The strategy that trains nothing.
_UNCHANGED = "zero-shot"


@dataclass(frozen=True)
class Affordable:
    """The configuration that was chosen, and why.

    tables   its tables
    whole    the tables of the best configuration
    limit    seconds of computation that it was to take, as in `Forecast`
    seconds  that it will take; None if they are not known
    needed   seconds that the best configuration would take
    more     whether it would take even more
    unknown  why the seconds are not known
    lacking  why it cannot be run at all; empty if it can
    """

    tables: Table
    whole: Table
    limit: float
    seconds: float | None = None
    needed: float | None = None
    more: bool = False
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

    Where none does, the last one with fewer steps, and then without what is trained, whatever it takes. Where the cost
    cannot be measured, the first one.

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
    whole = drafts[0]
    best: Forecast | None = None
    for draft in drafts:
        with Forecaster.opened(_experiment(draft, folder, plugins), plugins, data) as forecaster:

            def foreseen(tables: Table, forecaster: Forecaster = forecaster) -> Forecast:
                return forecaster.of(_experiment(tables, folder, plugins), folder / "none", progress, limit)

            variants = [*_cheaper(draft), *(_least(draft) if draft is drafts[-1] else ())]
            tables, found = _first_within(variants, foreseen, limit)
            if missing := _unmeasured(found):
                return Affordable(whole, whole, limit, unknown=missing)
            best = best or foreseen(next(_cheaper(whole)))  # with all that is measured by now
        seconds = found.seconds or 0.0
        if seconds <= limit:
            break
    assert best is not None, "there is a draft"
    return Affordable(tables, whole, limit, seconds, best.seconds or 0.0, best.more)


def with_known_budgets(draft: Table, folder: Path, plugins: Plugins) -> Table:
    """The configuration without label budgets that the target has not enough labels for; nothing is measured."""
    experiment = _experiment(draft, folder, plugins)
    return _with_budgets(draft, Domains(experiment, plugins, Scorer(plugins), Artefacts(experiment, plugins)))


def _first_within(
    variants: Sequence[Table], foreseen: Callable[[Table], Forecast], limit: float
) -> tuple[Table, Forecast]:
    """The first tables that take at most `limit` seconds, or whose cost is not known; else the last."""
    for tables in variants:
        found = foreseen(tables)
        if _unmeasured(found) or (found.seconds or 0.0) <= limit:
            break
    return tables, found


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


def _least(draft: Table) -> Iterator[Table]:
    """With fewer steps, then the source unchanged alone, where it can be."""
    yield from _shorter(draft)
    unchanged = [method for method in draft["strategy"] if method["use"] == _UNCHANGED]
    if unchanged and 0 in draft["target"]["label_budgets"]:
        yield {**draft, "strategy": unchanged, "target": {**draft["target"], "label_budgets": [0]}}


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
