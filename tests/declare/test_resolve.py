"""Names and options of a configuration looked up among the offers of plugins."""

from __future__ import annotations

import pytest

from relxfer.declare import resolve
from relxfer.errors import ConfigError
from relxfer.plugins.finder import Plugins


def test_good_config_is_resolved(plugins, tmp_path, good):
    (tmp_path / "run.toml").write_text(good)
    experiment = resolve.load(tmp_path / "run.toml", plugins)
    assert experiment.config.seeds == (0, 1, 2)
    assert experiment.targets[0].config.label_budgets == (0, 10, "all")
    assert [m.name for m in experiment.methods if m.role == "candidate"] == ["finetune"]
    assert {m.role for m in experiment.methods} == {"candidate", "direct", "scratch", "prior"}
    assert experiment.methods[0].stages[0].options.last_parts == 2


def test_a_plan_that_nobody_can_run(good, problems):
    (found,) = problems(good, "seeds=10000")
    assert found.startswith("expected at most 100,000 cells, got 150,000: ")


def test_relative_paths_are_those_of_the_file(plugins, tmp_path):
    folder = tmp_path / "deep"
    folder.mkdir()
    (folder / "weights.pth").write_bytes(b"")
    text = "[source]\ncheckpoint = 'weights.pth'\n[target]\ndataset = 'geo-us'"
    (folder / "run.toml").write_text(text)
    experiment = resolve.load(folder / "run.toml", plugins)
    assert experiment.config.source[0].checkpoint == (folder / "weights.pth").resolve()


def test_what_an_offer_brings_along(plugins):
    experiment = resolve.load({"target": {"dataset": "geo-us"}}, plugins)
    (target,), (source,) = experiment.targets, experiment.sources
    assert (target.adapter.name, target.model.name) == ("kg", "ultra")
    assert (source.config.weights, source.given, source.pretrained) == ("kg-base", True, False)
    assert {prior.name for prior in target.priors} == {"relation-frequency", "reverse-lookup"}


def test_a_named_task_brings_its_own_model_with_its_weights_and_priors(plugins):
    experiment = resolve.load({"target": {"dataset": "geo-us", "task": "relation-prediction"}}, plugins)
    (target,) = experiment.targets
    assert (target.model.name, experiment.sources[0].config.weights) == ("trix", "kg-relations")
    assert {prior.name for prior in target.priors} == {"frequent-relations", "pair-lookup"}
    named = {"target": {"dataset": "geo-us", "task": "relation-prediction", "model": "ultra"}}
    assert resolve.load(named, plugins).targets[0].model.name == "ultra"
    usual = resolve.load({"target": {"dataset": "geo-us", "task": "ranking"}}, plugins)
    assert {prior.name for prior in usual.targets[0].priors} == {"relation-frequency", "reverse-lookup"}
    assert usual.sources[0].config.weights == "kg-base"


def test_stages_are_one_row(plugins):
    stages = ["feature-extraction", {"use": "finetune", "name": "x"}]
    found = problems_of({"target": {"dataset": "geo-us"}, "strategy": [{"stages": stages}]}, plugins)
    assert [problem.partition(":")[0] for problem in found] == ["strategy[0].stages[1].name"]
    experiment = resolve.load(
        {"target": {"dataset": "geo-us"}, "strategy": [{"stages": ["feature-extraction", "finetune"]}]}, plugins
    )
    assert experiment.methods[0].name == "feature-extraction > finetune"


@pytest.mark.parametrize("key", ["baseline", "model", "stages"])
def test_a_stage_has_no_keys_of_a_row(plugins, key):
    stages = [{"use": "feature-extraction", key: "ultra"}, "finetune"]
    (found,) = problems_of({"target": {"dataset": "geo-us"}, "strategy": [{"stages": stages}]}, plugins)
    assert found.startswith(f'strategy[0].stages[0].{key}: unknown key with use = "feature-extraction"')


def problems_of(raw: dict, plugins: Plugins) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        resolve.load(raw, plugins)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"strategy": [{"use": "dgi"}]}, "strategy[0].use: 'dgi' is a stage that leaves the head untrained"),
        ({"strategy": [{"stages": ["finetune", "dgi"]}]}, "strategy[0].stages: 'dgi' cannot come last"),
        ({"source": {"model": "ultra", "weights": "kg-bass"}}, "did you mean 'kg-base'"),
        ({"source": [{"datasets": ["geo-us"]}] * 2}, "source: two are called 'geo-us'"),
        *(
            ({"strategy": [{"use": use, "start": "new"}]}, f"strategy[0].start: {use!r} does not train on labels of")
            for use in ("finetune", "prior-matching", "zero-shot")
        ),
        (
            {"target": {"dataset": "geo-us", "adapter": "images"}},
            "target[0].adapter: adapter 'images' reads pictures, and the data set 'geo-us' is knowledge-graph",
        ),
        (
            {"target": {"dataset": "geo-us", "model": "lenet"}},
            "target[0].model: model 'lenet' reads pictures, and the data set 'geo-us' is knowledge-graph",
        ),
    ],
)
def test_what_only_the_offers_show(plugins, changes, told):
    raw = {"target": {"dataset": "geo-us"}} | changes
    assert any(told in problem for problem in problems_of(raw, plugins))


def test_a_table_of_a_suite_is_for_bench_alone(plugins):
    assert resolve.load({"target": {"dataset": "geo-us"}, "suite": {"summary": 3}}, plugins).methods
