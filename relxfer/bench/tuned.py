"""The variant of a suite whose options `relxfer tune` chooses, and how the options of a run were chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from relxfer.bench.suites import Suite, SuiteOptions
from relxfer.contract.plain import Table
from relxfer.contract.records import Validator
from relxfer.declare.schema import StrategyConfig
from relxfer.plugins.finder import Plugins
from relxfer.results import budgets
from relxfer.results.results import Results


def variant(suite: Suite, trials: int | None = None) -> Suite:
    """The suite for `relxfer tune`, at the largest label budget of each target, which alone is compared.

    With `tuned_by`, this validator judges models before the first step and after the last. Options of rows that were
    chosen on target labels are left out, so that the search begins with the default ones; model and training stay.

    trials  of each row; None: as the suite says
    """
    tables: dict[str, Any] = {**suite.tables, "target": [_largest(table) for table in _listed(suite.tables["target"])]}
    if suite.options.tuned_by:
        tables["validator"] = suite.options.tuned_by
        tables["training"] = {**tables.get("training", {}), "validations": 1}
    if suite.options.chosen_on_target_labels:
        tables["strategy"] = [_without_options(row) for row in _listed(tables.get("strategy", []))]
    if trials is not None:
        tables["tune"] = {**tables.get("tune", {}), "trials": trials}
    return replace(suite, tables=tables, options=suite.options.model_copy(update={"chosen_on_target_labels": False}))


def told(options: SuiteOptions, results: Results, plugins: Plugins) -> str:
    """How the options of the rows were chosen; empty where the suite does not say it.

    options  of the suite
    results  of the suite or of its variant
    """
    choices = [row.choice for row in results.rows if row.choice]
    if not choices:
        return "options chosen on target labels" if options.chosen_on_target_labels else ""
    rules = sorted({choice.selected_by for choice in choices})
    labelled = any(_sees_labels(rule, plugins) for rule in rules)
    labels = "on validation labels of the target" if labelled else "without target labels"
    return f"options chosen by {', '.join(rules)} {labels}, among {max(c.trials for c in choices)} trials"


def _sees_labels(rule: str, plugins: Plugins) -> bool:
    records = [offer.record for offer in plugins.all(Validator.kind) if offer.record.name == rule]
    return any("target-labels" in record.needs for record in records if isinstance(record, Validator))


def _listed(tables: Any) -> Sequence[Any]:
    return tables if isinstance(tables, list) else [tables]


def _largest(target: Table) -> Table:
    written = target.get("label_budgets", ["all"])
    return {**target, "label_budgets": [max(_listed(written), key=budgets.size)]}


def _without_options(row: Any) -> Any:
    """A row with the keys of every row only: its strategy, or each of its stages, has its default options."""
    if not isinstance(row, Mapping):
        return row
    stages = {"stages": [_without_options(stage) for stage in row["stages"]]} if "stages" in row else {}
    return {key: row[key] for key in row if key in StrategyConfig.model_fields} | stages
