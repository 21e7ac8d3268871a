"""The variant of a suite whose options are tuned: what it leaves out, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from relxfer.bench import references, suites, tuned
from relxfer.bench.suites import Suite, SuiteOptions
from relxfer.declare.tuning import Choice
from relxfer.plugins.finder import Plugins

PLUGINS = Plugins.load(third_party=False)
OPTIONS = SuiteOptions(summary="s", strategy="mmd", chosen_on_target_labels=True, tuned_by="class-shares")
TABLES = {
    "validator": "last-step",
    "target": [{"dataset": "a", "label_budgets": [0, 10]}, {"dataset": "b"}, {"dataset": "c", "label_budgets": "all"}],
    "training": {"steps": 5, "validations": 4},
    "strategy": ["zero-shot", {"use": "mmd", "name": "own", "alignment_weight": 5.0, "training": {"steps": 9}}],
    "tune": {"seeds": 2},
}
SUITE = Suite(Path("toy.toml"), OPTIONS, TABLES)


def test_options_of_rows_that_were_chosen_on_target_labels_are_forgotten():
    made = tuned.variant(SUITE).tables
    assert made["strategy"] == ["zero-shot", {"use": "mmd", "name": "own", "training": {"steps": 9}}]
    assert (
        tuned.variant(replace(SUITE, options=OPTIONS.model_copy(update={"chosen_on_target_labels": False}))).tables[
            "strategy"
        ]
        == TABLES["strategy"]
    )
    staged = {"stages": ["dgi", {"use": "mmd", "alignment_weight": 5.0}]}
    made = tuned.variant(replace(SUITE, tables={**TABLES, "strategy": [staged]}))
    assert made.tables["strategy"] == [{"stages": ["dgi", {"use": "mmd"}]}]
    assert tuned.told(made.options, results(None), PLUGINS) == "", "where no trial came to its end"
    assert TABLES["strategy"][1]["alignment_weight"] == 5.0, "the suite itself stays as it is"


def test_a_rule_without_labels_judges_models_at_their_ends():
    made = tuned.variant(SUITE, trials=3).tables
    assert (made["validator"], made["training"]) == ("class-shares", {"steps": 5, "validations": 1})
    assert made["tune"] == {"seeds": 2, "trials": 3}
    as_written = replace(SUITE, options=OPTIONS.model_copy(update={"tuned_by": None}))
    made = tuned.variant(as_written).tables
    assert (made["validator"], made["training"], made["tune"]) == ("last-step", TABLES["training"], {"seeds": 2})


def test_only_the_largest_budget_is_tuned():
    assert [table["label_budgets"] for table in tuned.variant(SUITE).tables["target"]] == [[10], ["all"], ["all"]]


def results(*choices):
    return SimpleNamespace(rows=[SimpleNamespace(choice=choice) for choice in choices])


@pytest.mark.parametrize(
    ("choices", "told"),
    [
        ((None,), "options chosen on target labels"),
        ((None, Choice({}, 8, "class-shares")), "options chosen by class-shares without target labels, among 8 trials"),
        (
            (Choice({}, 4, "target-val"),),
            "options chosen by target-val on validation labels of the target, among 4 trials",
        ),
    ],
)
def test_how_options_were_chosen(choices, told):
    assert tuned.told(OPTIONS, results(*choices), PLUGINS) == told


def test_nothing_is_said_of_a_suite_that_does_not_say_it():
    assert tuned.told(SuiteOptions(summary="s", strategy="mmd"), results(None), PLUGINS) == ""


@pytest.mark.parametrize("name", [n for n in suites.names() if suites.load(n, references.load()).options.tuned_by])
def test_suites_that_ship_are_tuned_without_target_labels(name):
    suite = suites.load(name, references.load())
    experiment = tuned.variant(suite, 2).resolve(PLUGINS)
    assert all("target-labels" not in rule.record.needs for rule in experiment.validators)
    assert all(experiment.training(method).validations == 1 for method in experiment.methods if method.seeded)
