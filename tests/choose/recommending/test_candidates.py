"""The experiment that is raced."""

from __future__ import annotations

import pytest

from relxfer.choose.recommending.candidates import candidates, configured, shortened
from relxfer.errors import ConfigError, UsageError

from .conftest import CONFIG


def rows(experiment):
    return [method.name for method in experiment.methods if method.role == "candidate"]


def test_the_largest_budget_decides_or_the_one_that_is_named(experiment, plugins):
    many = experiment(target={**CONFIG["target"], "label_budgets": [12, "all", 24]})
    assert configured(many) == [12, 24, "all"]
    assert candidates(many, plugins)[0].targets[0].config.label_budgets == ("all",)
    assert candidates(many, plugins, 12)[0].targets[0].config.label_budgets == (12,)
    assert candidates(many, plugins, 7)[0].targets[0].config.label_budgets == (7,)


def test_labels_per_class_stay_where_they_count(experiment, plugins):
    made = experiment(target={"dataset": "blobs-target", "label_budgets": [5, "all"], "labels_per": "class"})
    assert candidates(made, plugins, 5)[0].targets[0].config.labels_per == "class"
    assert candidates(made, plugins)[0].targets[0].config.labels_per == "target"


def test_rows_of_the_configuration_keep_their_options_and_others_have_the_default_ones(experiment, plugins):
    made = experiment(strategy=[{"use": "finetune", "name": "gentle", "lr_factor": 0.5}, {"use": "l2-sp"}])
    assert rows(candidates(made, plugins)[0]) == ["gentle", "l2-sp"]
    named = candidates(made, plugins, strategies=["feature-extraction", "gentle"])[0]
    assert rows(named) == ["feature-extraction", "gentle"]
    assert named.methods[1].stages[0].options.lr_factor == 0.5


def test_scratch_and_the_source_unchanged_are_there_even_where_the_report_has_none(experiment, plugins):
    made = candidates(experiment(report={"baselines": False}), plugins)[0]
    assert {"scratch", "direct"} <= {method.role for method in made.methods}


def test_marks_of_rows_and_what_was_tuned_are_left_out(experiment, plugins):
    row = {"use": "finetune", "question": True, "tuned": [
        {"target": "blobs-target", "source": "other", "budget": 24, "changes": {"training.lr": 9.0}, "trials": 1,
         "selected_by": "x"}]}  # fmt: skip
    made = candidates(experiment(strategy=[row]), plugins)[0]
    assert not made.methods[0].question
    assert not made.methods[0].tuned


def test_without_strategies_it_says_how_to_name_some(experiment, plugins):
    with pytest.raises(UsageError, match=r"expected strategies to try, got none.*--strategies finetune"):
        candidates(experiment(strategy=["scratch"]), plugins)


def test_an_unknown_strategy_is_told(experiment, plugins):
    with pytest.raises(ConfigError, match="fintune"):
        candidates(experiment(), plugins, strategies=["fintune"])


def test_several_targets_are_told(experiment, plugins):
    two = [{**CONFIG["target"], "name": name} for name in ("one", "two")]
    with pytest.raises(UsageError, match=r"expected one target, got 2 \(one, two\)"):
        candidates(experiment(target=two), plugins)


def test_where_no_source_is_named_all_that_ship_and_fit_are_taken(experiment, plugins):
    network = experiment(source=[], target={"dataset": "geo-us-borders", "label_budgets": [20]})
    made, refused = candidates(network, plugins)
    found = {source.name for source in made.sources}
    assert {"geo-world-borders", "karate-club"} <= found
    assert "geo-us-borders" not in found
    assert all(source.config.shared for source in made.sources if source.datasets)
    assert not {each.what for each in refused} & found


def test_published_weights_of_the_model_are_sources_too(experiment, plugins):
    graph = experiment(source=[], target={"dataset": "geo-us", "label_budgets": [40]})
    made, _ = candidates(graph, plugins)
    assert [source.config.weights for source in made.sources if source.given] == ["kg-base"]  # others are downloads
    assert "geo-world" in {source.name for source in made.sources}


def test_where_nothing_ships_it_says_what_to_add(experiment, plugins, monkeypatch):
    made = experiment(source=[])
    monkeypatch.setattr(type(plugins), "all", lambda self, kind: [])
    with pytest.raises(UsageError, match=r"expected a source, got none.*add \[\[source\]\]"):
        candidates(made, plugins)


def test_what_is_shortened_has_fewer_steps_and_some_at_least(experiment, plugins):
    rows = [{"use": "finetune", "training": {"steps": 30}}, {"use": "finetune", "name": "own", "training": {"lr": 0.1}}]
    made = experiment(training={"steps": 100, "validations": 3}, strategy=rows)
    short = shortened(made, plugins, 4)
    assert [source.config.training.steps for source in short.sources] == [20, 20]
    assert [source.pretraining_seeds((3, 4)) for source in short.sources] == [(3,), (3,)], "one pre-training each"
    steps = {method.name: short.training(method).steps for method in short.methods}
    assert (steps["finetune"], steps["own"], steps["scratch"]) == (20, 25, 25)
    assert short.training(short.methods[1]).lr == 0.1
    assert short.config.training.validations == 3
