"""Source choice: what measures see, how sources are pooled, gains of runs, and the verb."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from relxfer_kg.adapter import KGAdapter

from relxfer import Results
from relxfer.choose import relatedness
from relxfer.choose.correlation import Correlation
from relxfer.choose.relatedness import SIZE, Pair
from relxfer.cli import main
from relxfer.declare import resolve
from relxfer.errors import UnknownName, UsageError
from relxfer.execute.engine import Engine
from relxfer.execute.events import Events
from relxfer.judge.records import Gain, Verdict
from relxfer.plugins.finder import Plugins
from relxfer.report.relatedness import render_foretold
from relxfer.results.records import MetricSummary, Row, TargetSummary
from relxfer.store import files
from relxfer.store.run_directory import Store
from relxfer.testing import blobs, harness

SOURCES = {"source": [{"datasets": ["geo-world"]}, {"datasets": ["geo-us"]}], "target": {"dataset": "geo-us"}}


def measured(config, plugins=()):
    loaded = Plugins.load(third_party=False)
    for plugin in plugins:
        loaded.register(plugin, plugin.__name__)
    experiment = resolve.load(config, loaded)
    return relatedness.pairs(Engine(experiment, loaded, Store(Path()), Events()))


def own(facts, test):
    return {"use": "kg-files", "facts": facts.tolist(), "test": test.tolist()}


# ------------------------------------------------------------------ before training


def test_measures_see_no_test_split_and_no_target_label(monkeypatch):
    seen = []
    monkeypatch.setattr(KGAdapter, "relatedness", lambda self, *domains: seen.append(domains) or {})
    measured(SOURCES)
    for source, target in seen:
        assert source.train is not None
        assert (source.test, target.test, target.train, target.val) == (None,) * 4
    assert len(seen) == 2


def test_permuting_sealed_answers_changes_nothing():
    rng = np.random.default_rng(1)
    facts = np.array([(f"e{h}", f"r{r}", f"e{t}") for h, r, t in rng.integers(0, 9, (90, 3))], dtype=object)
    known, asked = facts[:70], facts[70:]
    wrong = asked.copy()
    wrong[:, 2] = rng.permutation(asked[:, 2])
    assert (wrong != asked).any()
    target = {"name": "t", "dataset": own(known, asked)}, {"name": "t", "dataset": own(known, wrong)}
    source = {"name": "s", "datasets": [own(known[:40], asked)]}, {"name": "s", "datasets": [own(known[:40], wrong)]}
    found = [measured({"source": s, "target": t}) for s, t in zip(source, target, strict=True)]
    assert found[0] == found[1]


def test_the_target_itself_is_the_most_related():
    world, same = measured(SOURCES)
    for name in ("meetings", "patterns", "degrees"):
        assert world.measures[name] < same.measures[name] == 0
    assert world.measures["frequencies"] == "no relation name is shared"
    assert same.measures["frequencies"] == 0
    assert world.measures[SIZE] > same.measures[SIZE] > 0
    assert world.counts["relations"] == 32
    assert "fully inductive" in world.note


def test_several_data_sets_are_a_mean_weighted_by_their_items():
    both = {"source": [*SOURCES["source"], {"datasets": ["geo-world", "geo-us"]}], "target": {"dataset": "geo-us"}}
    world, states, pooled = measured(both)
    items = 2 ** world.measures[SIZE], 2 ** states.measures[SIZE]
    assert pooled.measures[SIZE] == pytest.approx(np.log2(sum(items)))
    for name in ("meetings", "patterns", "degrees"):
        parts = [world.measures[name], states.measures[name]]
        assert pooled.measures[name] == pytest.approx(np.average(parts, weights=items))
    assert pooled.measures["frequencies"] == "no relation name is shared"
    assert pooled.counts["facts"] == world.counts["facts"] + states.counts["facts"]


def test_what_cannot_be_compared_says_why(tmp_path):
    (tmp_path / "some.safetensors").touch()
    sources = [{"checkpoint": str(tmp_path / "some.safetensors"), "model": "ultra"}, {"datasets": ["blobs-source"]}]
    file, points = measured({"source": sources, "target": {"dataset": "geo-us"}}, [blobs])
    assert (file.measures, points.measures) == ({}, {})
    assert "names no data" in file.note
    assert "adapter 'kg' reads knowledge-graph, and the data set 'blobs-source' is blobs.points" in points.note


def test_an_adapter_without_measures_still_has_the_size():
    (pair,) = measured({"source": {"datasets": ["blobs-source"]}, "target": {"dataset": "blobs-target"}}, [blobs])
    assert pair.measures == {SIZE: np.log2(36)}


def test_without_sources_there_is_nothing_to_rank():
    with pytest.raises(UsageError, match="expected sources to rank"):
        measured({"target": {"dataset": "digits"}})  # a graph of facts has one that comes along


# ------------------------------------------------------------------ models


ESTIMATORS = ("logme", "h-score", "knn", "leep", "nce")


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return harness.pretrained(tmp_path_factory.getbasetemp())


def of_model(checkpoint, target="blobs-target", plugins=(blobs,), budget="all", runs=(), **source):
    loaded = Plugins.load(third_party=False)
    for plugin in plugins:
        loaded.register(plugin, plugin.__name__)
    source = {"checkpoint": str(checkpoint), **source} if checkpoint else source
    experiment = resolve.load({"source": source, "target": {"dataset": target}}, loaded)
    (pair,) = relatedness.pairs(Engine(experiment, loaded, Store(Path()), Events()), runs, budget)
    return pair


def test_a_checkpoint_is_measured_by_what_it_makes_of_the_targets_labels(checkpoint):
    pair = of_model(checkpoint)
    assert set(pair.measures) == {*ESTIMATORS, "parameters"}
    assert all(np.isfinite(value) for value in pair.measures.values())
    assert 0 < pair.measures["knn"] <= 1
    assert -np.log(3) <= pair.measures["nce"] <= 0
    assert pair.measures["parameters"] == np.log2(24 + 16 + 72 + 27)
    assert pair.note == ""


def test_a_source_with_data_and_a_model_has_both_kinds(checkpoint):
    pair = of_model(checkpoint, datasets=["blobs-source"])
    assert set(pair.measures) == {*ESTIMATORS, "parameters", SIZE}


def test_models_are_measured_on_training_labels_alone(checkpoint):
    """Other test answers change nothing; fewer labels do; none is a reason."""
    whole = of_model(checkpoint).measures
    assert of_model(checkpoint, {"use": "blobs-target", "shuffle_test": 1}).measures == whole
    assert of_model(checkpoint, budget=12).measures["logme"] != whole["logme"]
    none = of_model(checkpoint, budget=0).measures
    assert {none[name] for name in ESTIMATORS} == {"there are no target labels"}
    assert none["parameters"] == whole["parameters"]


def test_models_that_a_run_has_pre_trained_are_taken_from_it(tmp_path):
    """One for each seed; the measures are their means."""
    config = {
        "seeds": 2,
        "device": "cpu",
        "threads": 1,
        "source": {"datasets": ["blobs-source"], "training": {"steps": 10}},
        "target": {"dataset": "blobs-target"},
        "strategy": {"use": "zero-shot"},
        "report": {"baselines": False},
    }
    run = harness.run(config, tmp_path, [blobs])
    each = [of_model(path).measures for path in tmp_path.glob("sources/*/model.safetensors")]
    assert len(each) == 2
    pair = of_model(None, datasets=["blobs-source"], runs=[run])
    for name in ESTIMATORS:
        assert pair.measures[name] == pytest.approx(np.mean([measures[name] for measures in each]))
    assert of_model(None, datasets=["blobs-source"]).measures == {SIZE: np.log2(36)}


def test_without_features_or_fixed_classes_a_model_has_no_measures(checkpoint):
    assert of_model(checkpoint, {"use": "blobs-target", "open": True}).measures == {}


# ------------------------------------------------------------------ after training


def row(source, target, gain, strategy="finetune", role="candidate", budget="all", baseline="scratch", metric="mrr"):
    return Row(
        source=source, target=target, strategy=strategy, role=role, budget=budget, labels_per="target",
        setting="inductive", metric=metric, runs=1, planned=1, deterministic=False,
        gain=Gain(gain, gain - 1, gain + 1, 6, 9, baseline=baseline, verdict=Verdict.INCONCLUSIVE),
    )  # fmt: skip


def results(*rows):
    target = TargetSummary(
        task="ranking", metrics=(MetricSummary(name="mrr"),), labels_per="target", self_supervised=True
    )
    return Results(Path("runs/x"), "x", (), rows, targets={row.target: target for row in rows})


def test_gains_are_of_the_first_strategy_that_is_no_baseline():
    run = results(
        row("a", "t", 0.5, "zero-shot", "direct"), row("a", "t", 0.1), row("a", "t", 0.3, budget=10),
        row("a", "t", 0.2, "other"), row("b", "t", -0.1),
    )  # fmt: skip
    found = relatedness.gains([run])
    assert (found.strategy, found.baseline, found.metric) == ("finetune", "scratch", "mrr")
    assert found.by_pair == {("a", "t"): 0.1, ("b", "t"): -0.1}
    assert relatedness.gains([run], "zero-shot").by_pair == {("a", "t"): 0.5}
    assert relatedness.gains([run], budget=10).by_pair == {("a", "t"): 0.3}


def test_pairs_of_several_runs_are_pooled_and_count_once():
    found = relatedness.gains([results(row("a", "t", 0.1), row("b", "t", 0.4)), results(row("a", "t", 0.3))])
    assert found.by_pair == {("a", "t"): pytest.approx(0.2), ("b", "t"): 0.4}


def test_gains_that_cannot_be_pooled():
    one = results(row("a", "t", 0.1))
    with pytest.raises(UnknownName, match="did you mean 'finetune'"):
        relatedness.gains([one], "fintune")
    with pytest.raises(UsageError, match="got none"):
        relatedness.gains([one], budget=7)
    with pytest.raises(UsageError, match="accuracy over scratch and mrr over scratch"):
        relatedness.gains([one, results(row("a", "t", 0.1, metric="accuracy"))])
    with pytest.raises(UsageError, match="mrr over direct and mrr over scratch"):
        relatedness.gains([one, results(row("b", "t", 0.1, baseline="direct"))])
    with pytest.raises(UsageError, match="no baseline, got zero-shot"):
        relatedness.gains([results(row("a", "t", 0.5, "zero-shot", "direct"))])


def test_correlations_take_the_pairs_that_have_measure_and_gain():
    of = [Pair(s, t, {"close": i, "rare": "does not apply" if i else 1.0, SIZE: -i})
          for t in "xy" for i, s in enumerate("abcd")]  # fmt: skip
    gained = {(pair.source, pair.target): pair.measures["close"] + 10.0 * (pair.target == "y") for pair in of[:-1]}
    found = relatedness.correlations(of, gained)
    assert found["close"]["within"].rho == 1
    assert found["close"]["within"].pairs == 7
    assert found["close"]["overall"].rho < 0.9
    assert found[SIZE]["within"].rho == -1
    assert found["rare"]["overall"].startswith("too few pairs: 2")


def test_too_few_sources_for_any_p_are_said():
    found = [Pair(s, t, {SIZE: float(i)}) for t in "xy" for i, s in enumerate("abc")]
    gained = relatedness.Gains("finetune", "scratch", "mrr", {(p.source, p.target): p.measures[SIZE] for p in found})
    assert isinstance(relatedness.correlations(found, gained.by_pair)[SIZE]["within"], Correlation)
    lines = [str(part) for part in render_foretold(found, gained, "all").renderables]
    assert any("no ρ of size can reach p ≤ .05, with 6 orders of the sources" in line for line in lines)


# ------------------------------------------------------------------ the verb


def test_the_verb_takes_names(capsys):
    assert main(["rank-sources", "--target", "geo-us", "--sources", "geo-world", "geo-us", "--json"]) == 0
    (target,) = json.loads(capsys.readouterr().out)["targets"]
    assert target["target"] == "geo-us"
    world, same = target["candidates"]
    assert (world["source"], same["source"]) == ("geo-world", "geo-us")
    assert same["measures"]["patterns"] == {"value": 0.0, "rank": 1}
    assert world["measures"]["patterns"]["rank"] == 2
    assert world["measures"]["frequencies"] == {"reason": "no relation name is shared"}


def test_the_verb_takes_a_file_and_runs(tmp_path, capsys):
    path = tmp_path / "sources.toml"
    path.write_text(
        '[[source]]\ndatasets = ["geo-world"]\n[[source]]\ndatasets = ["geo-us"]\n'
        '[[target]]\ndataset = "geo-us"\n[[target]]\ndataset = "geo-world"\n'
    )
    run = tmp_path / "run"
    run.mkdir()
    (run / "provenance.json").write_text("{}")
    found = results(row("geo-world", "geo-us", 0.1), row("geo-us", "geo-world", 0.3))
    files.write_json(run / "results.json", found.card())
    assert main(["rank-sources", str(path), "--run", str(run)]) == 0
    shown = capsys.readouterr().out
    assert "sources for geo-us" in shown
    assert "gain of finetune over scratch (MRR, all labels): 2 of 4 pairs have one" in shown
    assert "size: too few pairs: 2, at least 6 are needed" in shown
    assert main(["rank-sources", str(path), "--run", str(run), "--json"]) == 0
    foretold = json.loads(capsys.readouterr().out)["foretold"]
    assert foretold["gains"][0] == {"source": "geo-world", "target": "geo-us", "gain": 0.1}
    assert "too few pairs" in foretold["correlations"]["size"]["within"]["reason"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "got neither"),
        (["--target", "geo-us"], "got target"),
        (["a.toml", "--target", "geo-us"], "got file and target"),
        (["a.toml"], "there is no such file"),
        (["--target", "geo-us", "--sources", "geo-word"], "did you mean 'geo-world'"),
    ],
)
def test_wrong_use_of_the_verb(arguments, message, capsys):
    assert main(["rank-sources", *arguments]) == 2
    shown = capsys.readouterr().err
    assert message in shown.replace("\n", " ")
    assert "Traceback" not in shown


def test_a_budget_is_a_number_or_all(capsys):
    with pytest.raises(SystemExit) as caught:
        main(["rank-sources", "a.toml", "--budget", "many"])
    assert caught.value.code == 2
    assert "expected a number of labels, or all" in capsys.readouterr().err
