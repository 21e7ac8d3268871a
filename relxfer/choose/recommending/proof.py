"""The experiment of the honest test: what was chosen, and everything that it is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from relxfer.choose.recommending.arms import LR
from relxfer.choose.recommending.candidates import unmarked, with_budgets
from relxfer.choose.recommending.plan import HonestTest
from relxfer.choose.recommending.recommendation import Raced, Recommendation
from relxfer.choose.tuning.rows import Rows
from relxfer.contract.plain import Table
from relxfer.declare import saved
from relxfer.declare.experiment import Experiment
from relxfer.declare.resolve import experiment_of
from relxfer.plugins.finder import Plugins
from relxfer.results import budgets
from relxfer.results.records import Budget

#: Parts of all labels at which the test is made, where the configuration names no two budgets.
_PARTS = (4, 2)
#: Fewer labels than this are no point of a curve.
_LEAST = 4


def proof(experiment: Experiment, made: Recommendation, tested: HonestTest, plugins: Plugins) -> Experiment:
    """The chosen row and scratch with their rates, and the source unchanged, at every label budget of the test."""
    arm, rows = made.arms[made.tested], {method.name: method for method in experiment.methods}
    scratch = _scratch(made, rows[arm.strategy].scratch)
    names = {arm.strategy, rows[arm.strategy].scratch}
    names |= {method.name for method in experiment.methods if method.role == "direct"}
    chosen = tuple(source for source in experiment.sources if source.name == arm.source)
    tables = saved.tables(replace(experiment, sources=chosen))  # without options that acted on other sources alone
    seeds = experiment.config.planned_seeds[: tested.seeds]
    only = {
        **tables,
        "seeds": list(seeds) if len(seeds) < len(experiment.config.planned_seeds) else tables["seeds"],
        "target": [with_budgets(tables["target"][0], tested.budgets)],
        "strategy": [unmarked(row) for row in tables["strategy"] if row["name"] in names],
    }
    base = replace(experiment_of(only, experiment.where, Path(), plugins), observers=experiment.observers)
    rates = {each.strategy: _choices(each, arm.source, made, tested) for each in (arm, scratch) if each and each.lr}
    return Rows(base, plugins).tuned(rates)


def _scratch(made: Recommendation, name: str) -> Raced | None:
    """The best arm of the row of scratch that has the same architecture; None if none of them was trained."""
    number = made.best("scratch", strategy=name)
    return None if number is None else made.arms[number]


def _choices(arm: Raced, source: str | None, made: Recommendation, tested: HonestTest) -> list[Table]:
    """The rate of an arm at every label budget, with the number of arms that it was chosen among."""
    trials = sum(each.kind == arm.kind for each in made.arms)
    place = {"source": source, "target": made.target}
    how = {"changes": {LR: arm.lr}, "trials": trials, "selected_by": made.rule}
    return [{**place, "budget": budget, **how} for budget in tested.budgets]


def label_budgets(configured: Sequence[Budget], asked: Budget, labels: int, per_class: bool) -> list[Budget]:
    """Those of the test, ascending: the configured ones up to `asked`, or else a quarter, half and all of its labels.

    labels     how many labels `asked` is
    per_class  whether a budget counts labels of each class, so that "all" has no number to take a part of

    >>> label_budgets([10, "all"], "all", 126, False), label_budgets(["all"], "all", 126, False)
    ([10, 'all'], [31, 63, 'all'])
    """
    smaller = [budget for budget in configured if budget and budgets.size(budget) < budgets.size(asked)]
    known = [budget for budget in smaller if budget == "all" or asked != "all" or budget < labels]
    if known or (per_class and asked == "all"):
        return [*known, asked]
    whole = labels if asked == "all" else int(asked)
    return [*(whole // part for part in _PARTS if whole // part >= _LEAST), asked]
