"""From a configuration to the experiment of a race: its sources, or those that ship, its strategies, one budget."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from relxfer.choose.recommending.recommendation import NotTried
from relxfer.contract.plain import Table
from relxfer.contract.records import Dataset
from relxfer.declare import saved
from relxfer.declare.experiment import Experiment
from relxfer.declare.resolve import experiment_of
from relxfer.declare.starter import TRAINING
from relxfer.errors import ConfigError, UsageError
from relxfer.plugins.finder import Plugins
from relxfer.results import budgets
from relxfer.results.records import Budget

#: Training is made no shorter than that.
_STEPS = 20
#: Marks of a row that say what a report asks; a race and its test ask about the chosen row.
_MARKS = ("baseline", "question", "tuned")


def candidates(
    experiment: Experiment, plugins: Plugins, budget: Budget | None = None, strategies: Sequence[str] = ()
) -> tuple[Experiment, list[NotTried]]:
    """The experiment whose arms are raced, and sources that ship and cannot be used.

    budget      the label budget to decide for; None: the largest of the configuration
    strategies  names of rows of the configuration, or of strategies; none: the rows of the configuration

    Raises:
        UsageError: there is no source, no strategy, or no single target.
        ConfigError: a strategy is unknown.
    """
    if len(experiment.targets) > 1:
        named = ", ".join(target.name for target in experiment.targets)
        raise UsageError(f"expected one target, got {len(experiment.targets)} ({named}); keep one in the configuration")
    tables: dict[str, Any] = dict(saved.tables(experiment))
    refused: list[NotTried] = []
    if not experiment.config.source:
        tables["source"], refused = _shipped(experiment, plugins)
    if not tables["source"]:
        raise UsageError(
            "expected a source, got none: no published weights and no embedded data set fit "
            f"{experiment.targets[0].name}; add [[source]] tables with datasets, a checkpoint or a run"
        )
    asked = budget if budget is not None else configured(experiment)[-1]
    made = {
        **tables,
        "strategy": _rows(tables["strategy"], experiment, strategies),
        "target": [with_budgets(tables["target"][0], [asked])],
        "report": {**tables["report"], "baselines": True},
    }
    made.pop("tune", None)
    return _made(made, experiment, plugins), refused


def shortened(experiment: Experiment, plugins: Plugins, times: int) -> Experiment:
    """The experiment with so many times fewer steps of pre-training and of training, but no fewer than `_STEPS`, and
    with one pre-training of each source in place of one for each seed."""
    tables: dict[str, Any] = dict(saved.tables(experiment))
    tables["training"] = _fewer({**tables["training"], "steps": experiment.config.training.steps}, times)
    for key in ("source", "strategy"):
        tables[key] = [
            {**table, "training": _fewer(table["training"], times)} if "training" in table else table
            for table in tables[key]
        ]
    pairs = zip(tables["source"], experiment.sources, strict=True)
    tables["source"] = [_once(table) if source.pretrained else table for table, source in pairs]
    return _made(tables, experiment, plugins)


def _once(source: Table) -> Table:
    """The table of a source with one pre-training for all seeds."""
    return {key: value for key, value in source.items() if key != "seeds"} | {"shared": True}


def _fewer(training: Table, times: int) -> Table:
    steps = training.get("steps", 0)
    return {**training, "steps": max(min(steps, _STEPS), math.ceil(steps / times))} if steps else training


def configured(experiment: Experiment) -> list[Budget]:
    """The label budgets of the target, ascending."""
    written = experiment.targets[0].config.label_budgets
    return sorted((cast("Budget", budget) for budget in written), key=budgets.size)


def with_budgets(target: Table, asked: Sequence[Budget]) -> Table:
    """The table of a target with other label budgets; `labels_per` counts only where a number is among them."""
    made = {**target, "label_budgets": list(asked)}
    if not any(budget != "all" and budget for budget in asked):
        made.pop("labels_per", None)
    return made


def unmarked(row: Table) -> Table:
    """The table of a row without what the user asks of it in a report."""
    return {key: value for key, value in row.items() if key not in _MARKS}


def _made(tables: Table, experiment: Experiment, plugins: Plugins) -> Experiment:
    return replace(experiment_of(tables, experiment.where, Path(), plugins), observers=experiment.observers)


def _rows(tables: Sequence[Table], experiment: Experiment, names: Sequence[str]) -> list[Table]:
    """The rows that are wanted, beside those that they are compared with."""
    roles = {method.name: method.role for method in experiment.methods}
    rows = {row["name"]: unmarked(row) for row in tables}
    own = [row for name, row in rows.items() if roles[name] == "candidate"]
    others = [row for name, row in rows.items() if roles[name] != "candidate"]
    wanted = [rows.get(name, {"use": name}) for name in dict.fromkeys(names)] if names else own
    if not wanted:
        raise UsageError(
            "expected strategies to try, got none; add [[strategy]] tables, or name some, as in --strategies finetune "
            "feature-extraction (docs/which_strategy.md says which are for what)"
        )
    return [*wanted, *(row for row in others if row not in wanted)]


def _shipped(experiment: Experiment, plugins: Plugins) -> tuple[list[Table], list[NotTried]]:
    """Sources that come with plugins and fit: weights of the model, and embedded data of the same content.

    Of weights, those that the adapter has as its source, if there are some: they need no download.
    """
    target = experiment.targets[0]
    own, model, adapter = target.dataset, target.model.record, target.adapter.record
    near = (adapter.weights[model.name],) if model.name in adapter.weights else model.weights
    found: list[Table] = [{"model": {"use": model.name}, "weights": weights} for weights in near]
    data = (offer.record for offer in plugins.all(Dataset.kind))
    found += [
        {"datasets": [record.name], "shared": True, "training": dict(TRAINING)}
        for record in data
        if isinstance(record, Dataset)
        and record.content == own.record.content
        and not record.files
        and record.name != own.name
    ]
    fitting: list[Table] = []
    refused: list[NotTried] = []
    for table in found:
        try:
            _made({**saved.tables(experiment), "source": [table]}, experiment, plugins)
            fitting.append(table)
        except ConfigError as error:
            refused.append(NotTried(_name(table), error.problems[0].message))
    return fitting, refused


def _name(source: Table) -> str:
    named: Any = source.get("datasets") or [f"{source['model']['use']} {source['weights']}"]
    return "+".join(named)
