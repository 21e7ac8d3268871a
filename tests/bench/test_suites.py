"""Suites: what their files say, what `relxfer bench` runs, and what it sets beside published values."""

from __future__ import annotations

import json
import sys
import textwrap
import types
from pathlib import Path

import pytest

from relxfer.bench import references, suites
from relxfer.bench.references import References
from relxfer.cli import bench, main
from relxfer.contract import records
from relxfer.contract.hooks import hookimpl
from relxfer.contract.records import Dataset
from relxfer.errors import ConfigError, PluginError, UnknownName, UsageError
from relxfer.plugins.finder import Plugins
from relxfer.store import files
from relxfer.testing import blobs, harness

TOY = """
[suite]
summary = "points"
strategy = "zero-shot"
metrics = ["accuracy"]
published = ["rival"]
checkpoint = true
item = "points"
groups = { turned = ["blobs-target", "more blobs"], unknown = ["no answers known"] }
[source]
name = "checkpoint"
[[target]]
dataset = "blobs-target"
[[target]]
name = "more blobs"
dataset = { use = "blobs-target", train = 48 }
[[target]]
name = "no answers known"
dataset = "blobs-source"
[[strategy]]
use = "zero-shot"
[report]
baselines = false
"""

SHIPPED = references.load()


def known(digest: str | None = None) -> References:
    """Published values of two models; `ours` has this digest."""
    value = {"metrics": {"accuracy": 0.5}, "protocol": "plain", "source": "paper"}
    return References.model_validate(
        {
            "sources": {"paper": {"citation": "A paper", "url": "https://example.org"}},
            "protocols": {"plain": {"summary": "the usual one"}},
            "models": {
                "rival": {"name": "Rival", "source": "paper"},
                "ours": {"name": "Ours", "seen": ["blobs-source", "parent"], "seen_all": True, "digest": digest,
                         "source": "paper"},
            },
            "values": [
                {"model": "rival", "target": "blobs-target", "items": 24} | value,
                {"model": "rival", "target": "more blobs", "items": 24} | value,
                {"model": "ours", "target": "blobs-target", "items": 24} | value | {"metrics": {"accuracy": 0.75}},
            ],
            "averages": [{"model": "rival", "group": "turned", "graphs": 7} | value],
            "overlaps": [
                {"parent": "parent", "kind": "facts", "targets": {"more blobs": 0.25}, "source": "paper"},
                {"parent": "parent", "kind": "origin", "targets": {"blobs-target": None}, "source": "paper"},
            ],
        }
    )  # fmt: skip


@pytest.fixture
def suite(tmp_path):
    path = tmp_path / "toy.toml"
    path.write_text(TOY)
    return path


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    return harness.pretrained(tmp_path_factory.getbasetemp())


@pytest.fixture
def run(suite, tmp_path, monkeypatch, capsys):
    """`relxfer bench` on the toy suite, with the blobs installed and these references; the code and what it printed."""

    def call(*arguments: object, references_: References | None = None) -> tuple[int, str, str]:
        monkeypatch.setattr(references, "load", lambda: references_ or known())
        monkeypatch.setattr(bench, "plugins", lambda files: harness.plugins_with([blobs]))
        monkeypatch.chdir(tmp_path)
        code = main(["bench", str(suite), *map(str, arguments)])
        shown = capsys.readouterr()
        return code, shown.out, shown.err.replace("\n", " ")

    return call


# ------------------------------------------------------------------ shipped suites


@pytest.mark.parametrize("name", suites.names())
def test_a_shipped_suite_resolves_wherever_its_data_has_cards(name, tmp_path):
    loaded = Plugins.load(third_party=False)
    suite = suites.load(name, SHIPPED)
    absent = set(suite.targets) - set(loaded.names(Dataset.kind))
    if absent:
        pytest.skip(f"no cards for {', '.join(sorted(absent))}")
    file = tmp_path / "weights.safetensors"
    file.write_bytes(b"")
    needed = file if suite.options.checkpoint else None
    experiment = suite.with_checkpoint(needed, SHIPPED).resolve(loaded)
    assert [target.name for target in experiment.targets] == suite.targets


@pytest.mark.parametrize("name", suites.names())
def test_a_group_of_a_shipped_suite_names_targets_once(name):
    groups = suites.load(name, SHIPPED).options.groups.values()
    named = [target for members in groups for target in members]
    assert len(named) == len(set(named))


def test_published_values_stand_for_targets_of_the_suites():
    told = {target for name in suites.names() for target in suites.load(name, SHIPPED).targets}
    others = {value.target for value in SHIPPED.values} - told
    assert all(target.startswith("fb-") for target in others)  # the InGram graphs of FB15k-237 have no card


def test_the_list(capsys):
    assert main(["bench", "list"]) == 0
    assert "kg_zero_shot" in capsys.readouterr().out
    assert main(["bench", "list", "--json"]) == 0
    found = {suite["name"]: suite for suite in json.loads(capsys.readouterr().out)}
    assert found["kg_zero_shot"]["checkpoint"]
    assert "nell_v1_ind" in found["kg_zero_shot"]["published"]
    assert not found["kg_transfer"]["checkpoint"]


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("[suite]", "[swite]"), "suite: this table is needed"),
        (('summary = "points"\n', ""), "suite.summary: this key is needed"),
        (('item = "points"', 'itam = "points"'), "did you mean 'item'?"),
        (('["rival"]', '["rivel"]'), "did you mean 'rival'?"),
        (('"more blobs"]', '"more blob"]'), "did you mean 'more blobs'?"),
        (("[source]", "[[source]]"), "expected one table [source]"),
    ],
)
def test_a_suite_that_does_not_hold_together(change, message, suite):
    suite.write_text(TOY.replace(*change))
    with pytest.raises(ConfigError) as caught:
        suites.load(str(suite), known())
    assert message in str(caught.value)
    assert str(suite) in str(caught.value)


def test_the_compared_row_must_exist(suite, checkpoint):
    suite.write_text(TOY.replace('strategy = "zero-shot"', 'strategy = "zero-shots"'))
    loaded = suites.load(str(suite), known()).with_checkpoint(checkpoint, known())
    with pytest.raises(ConfigError, match=r"suite.strategy: .*did you mean 'zero-shot'"):
        loaded.resolve(harness.plugins_with([blobs]))


def test_unknown_names_say_what_exists(suite):
    with pytest.raises(UnknownName, match="did you mean 'kg_zero_shot'"):
        suites.load("kg_zero_shots", SHIPPED)
    with pytest.raises(UnknownName, match="did you mean 'more blobs'"):
        suites.load(str(suite), known()).only(["more blob"])


def test_without_a_checkpoint_the_ways_to_one_are_named():
    with pytest.raises(UsageError) as caught:
        suites.load("kg_zero_shot", SHIPPED).with_checkpoint(None, SHIPPED)
    assert "https://github.com/DeepGraphLearning/ULTRA/raw/427966ad" in str(caught.value)
    assert "sources/ID/model.safetensors" in str(caught.value)
    with pytest.raises(UsageError, match="trains its own source"):
        suites.load("kg_transfer", SHIPPED).with_checkpoint(Path(__file__), SHIPPED)


def test_usage_errors_of_the_verb_are_2(run, checkpoint, tmp_path):
    assert run()[0] == 2
    assert run("--checkpoint", tmp_path / "none.pth")[0] == 2
    code, _, complaint = run("--checkpoint", checkpoint, "--only", "more", "blob")
    assert code == 2
    assert "no target of suite toy is called 'more'" in complaint


# ------------------------------------------------------------------ ours beside theirs


def test_ours_stand_beside_theirs_where_the_test_is_the_same(run, checkpoint, tmp_path):
    code, shown, _ = run("--checkpoint", checkpoint, "--json")
    assert code == 0
    card = json.loads(shown)
    assert Path(card["folder"]) == Path("runs/bench-toy")
    first, second, third = card["targets"]
    beside = first["published"][0]
    assert first["metrics"]["accuracy"]["low"] <= first["metrics"]["accuracy"]["estimate"]
    assert beside["difference"]["accuracy"] == pytest.approx(first["metrics"]["accuracy"]["estimate"] - 0.5)
    assert (first["items"], second["items"]) == (24, 32)
    assert second["published"][0]["difference"] == {}
    assert "another test" in second["published"][0]["note"]
    assert third["published"] == []
    assert [(a["group"], a["targets"], a["of"]) for a in card["averages"]] == [("turned", ["blobs-target"], 2)]
    assert [average["graphs"] for average in card["field"]] == [7]
    assert list(card["sources"]) == ["paper"]


def test_a_checkpoint_is_known_by_its_content_and_never_by_its_name(run, checkpoint, tmp_path):
    renamed = tmp_path / "ours.safetensors"
    renamed.write_bytes(checkpoint.read_bytes())
    unknown = json.loads(run("--checkpoint", renamed, "--json")[1])
    assert "its training data is unknown, and so is contamination" in unknown["seen"]["checkpoint"]
    assert {line["seen"]["mark"] for line in unknown["targets"]} == {"unknown"}
    digest = files.arrays_digest(files.read_arrays(checkpoint)[0])
    card = json.loads(run("--checkpoint", renamed, "--json", references_=known(digest))[1])
    assert "Ours, pre-trained on blobs-source, parent" in card["seen"]["checkpoint"]
    assert [line["seen"]["mark"] for line in card["targets"]] == ["same origin", "25 %", "none known"]
    assert [published["name"] for published in card["targets"][0]["published"]] == ["Ours", "Rival"]


def test_the_table_says_whose_values_these_are(run, checkpoint):
    code, shown, progress = run("--checkpoint", checkpoint, "--only", "blobs-target")
    assert code == 0
    assert "done checkpoint → blobs-target zero-shot" in progress
    assert "Rival [1]" in shown
    assert "[1] A paper, https://example.org" in shown
    assert "protocol: the usual one" in shown
    assert "more blobs" not in shown
    assert "realistic" not in shown  # no ranks here


def test_the_same_command_goes_on_where_it_stopped(run, checkpoint):
    run("--checkpoint", checkpoint, "--only", "blobs-target")
    progress = run("--checkpoint", checkpoint)[2]
    assert "blobs-target zero-shot" not in progress
    assert "more blobs zero-shot" in progress


def test_a_suite_of_several_strategies_shows_the_report_too(run, checkpoint, suite):
    suite.write_text(TOY + '[training]\nsteps = 2\n[[strategy]]\nuse = "finetune"\n')
    code, shown, _ = run("--checkpoint", checkpoint, "--only", "blobs-target", "--seeds", "2", "-q")
    assert code == 0
    assert "finetune" in shown
    assert shown.index("Use: ") < shown.index("Rival [1]")


def test_a_checkpoint_of_other_shapes_is_told_before_anything_runs(run, checkpoint, tmp_path):
    broken = tmp_path / "broken.safetensors"
    arrays, card = files.read_arrays(checkpoint)
    files.write_arrays(broken, {name: array[..., :1] if array.ndim else array for name, array in arrays.items()}, card)
    code, shown, complaint = run("--checkpoint", broken, "--only", "blobs-target", "--json")
    assert code == 1
    told = json.loads(shown)["error"]["message"]
    assert told.startswith("expected a checkpoint with the parameters of this ModuleDict")
    assert told.split(" (")[0] in complaint


def test_a_cell_that_failed_is_shown_and_is_1(run, checkpoint, monkeypatch):
    def predict(self, examples):
        raise RuntimeError("no scores today")

    monkeypatch.setattr("relxfer.testing.blobs_net.BlobsLearner.predict", predict)
    code, shown, _ = run("--checkpoint", checkpoint, "--only", "blobs-target", "--json")
    assert code == 1
    assert json.loads(shown)["targets"][0]["reason"].startswith("failed: ")


def test_a_metric_that_the_task_does_not_have(run, checkpoint, suite):
    suite.write_text(TOY.replace('["accuracy"]', '["accurracy"]'))
    code, _, complaint = run("--checkpoint", checkpoint, "-q")
    assert code == 2
    assert "did you mean 'accuracy'" in complaint


RANKED = """
[suite]
summary = "a ring of facts"
strategy = "relation-frequency"
metrics = ["mrr"]
published = ["a"]
item = "facts"
queries_per_item = 2
[target]
name = "ring"
dataset = {{ use = "kg-files", facts = "ring.tsv", test = "asked.tsv" }}
[report]
rank_rule = "{rule}"
"""


def test_differences_are_taken_under_the_rule_of_the_source(tmp_path, monkeypatch, capsys):
    """Constant scores: the rules differ as much as they can. Paths in a suite are relative to its file."""
    (tmp_path / "ring.tsv").write_text("".join(f"e{i}\tnext\te{(i + 1) % 8}\n" for i in range(8)))
    (tmp_path / "asked.tsv").write_text("e0\tnext\te4\ne1\tnext\te5\n")
    value = {"model": "a", "target": "ring", "metrics": {"mrr": 0.1}, "items": 2, "protocol": "p", "source": "s"}
    found = References.model_validate(
        {"sources": {"s": {"citation": "A", "url": "https://example.org"}},
         "models": {"a": {"name": "A", "source": "s"}},
         "protocols": {"p": {"summary": "plain", "rank_rule": "plain"}}, "values": [value]}
    )  # fmt: skip
    monkeypatch.setattr(references, "load", lambda: found)
    suite, shown = tmp_path / "ring.toml", {}
    for rule in ("realistic", "plain"):
        suite.write_text(textwrap.dedent(RANKED.format(rule=rule)))
        changes = ("--set", "training.steps=0", "--set", 'target.model={ use = "ultra", dim = 4 }')
        assert main(["bench", str(suite), "--out", str(tmp_path / "run"), "--json", *changes]) == 0
        shown[rule] = json.loads(capsys.readouterr().out)["targets"][0]
    assert shown["realistic"]["metrics"]["mrr"]["estimate"] > shown["plain"]["metrics"]["mrr"]["estimate"]
    assert shown["realistic"]["published"] == shown["plain"]["published"]
    assert shown["plain"]["published"][0]["ours"]["mrr"] == pytest.approx(shown["plain"]["metrics"]["mrr"]["estimate"])
    assert shown["plain"]["realistic"]["mrr"] == pytest.approx(shown["realistic"]["metrics"]["mrr"]["estimate"])
    assert shown["plain"]["items"] == 2


# ---------------------------------------------------------------- suites of plugins


class Offering:
    """A plugin with a suite in a file beside others."""

    __name__ = "offering"

    def __init__(self, name: str, load: str, **more):
        self.record = records.Suite(name=name, load=load, summary="of a plugin", **more)

    @hookimpl
    def relxfer_suites(self):
        return [self.record]


@pytest.fixture
def offered(suite, monkeypatch):
    """A function that returns plugins, one of which offers a suite with this name and this path."""

    def offer(name: str, path: object, **more) -> Plugins:
        module = types.ModuleType("a_plugin_with_suites")
        module.PATH = path
        monkeypatch.setitem(sys.modules, module.__name__, module)
        return harness.plugins_with([blobs, Offering(name, f"{module.__name__}:PATH", **more)])

    return offer


def test_a_plugin_offers_a_suite(suite, offered):
    plugins = offered(suite.stem, suite)
    assert suite.stem in suites.names(plugins)
    assert suite.stem not in suites.names()
    loaded = suites.load(suite.stem, known(), plugins=plugins)
    assert (loaded.name, loaded.path) == (suite.stem, suite)
    assert loaded.targets == ["blobs-target", "more blobs", "no answers known"]


@pytest.mark.parametrize("path", ["suite.toml", None, Path("/nowhere/toy.toml")])
def test_a_suite_whose_file_is_not_there_is_told(offered, path):
    with pytest.raises(PluginError, match=r"as the pathlib.Path of a file toy-suite.toml"):
        suites.load("toy-suite", known(), plugins=offered("toy-suite", path))


def test_a_plugin_takes_no_name_by_accident(suite, offered, tmp_path):
    path = tmp_path / "kg_transfer.toml"
    path.write_text(suite.read_text())
    with pytest.raises(PluginError, match="choose another name, or set replaces='kg_transfer'"):
        suites.load("kg_transfer", known(), plugins=offered("kg_transfer", path))
    replaced = suites.load("kg_transfer", known(), plugins=offered("kg_transfer", path, replaces="kg_transfer"))
    assert replaced.path == path


def test_a_suite_that_nobody_offers(offered, suite):
    with pytest.raises(UnknownName, match="no suite is called 'toys'"):
        suites.load("toys", known(), plugins=offered(suite.stem, suite))
