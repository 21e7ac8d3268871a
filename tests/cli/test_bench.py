"""`relxfer bench`: the list of suites, and a suite that is run."""

from __future__ import annotations

import json

from relxfer.bench import references
from relxfer.bench.references import References
from relxfer.cli import bench, main
from relxfer.testing import blobs, harness

SUITE = """
[suite]
summary = "points"
strategy = "finetune"
metrics = ["accuracy"]
item = "points"
[source]
datasets = ["blobs-source"]
training = { steps = 1 }
[[target]]
dataset = "blobs-target"
[[target]]
name = "more"
dataset = { use = "blobs-target", train = 48 }
[training]
steps = 1
validations = 0
[[strategy]]
use = "finetune"
[report]
baselines = false
"""


def test_the_list(capsys):
    assert main(["bench", "list"]) == 0
    assert "kg_zero_shot" in capsys.readouterr().out
    assert main(["bench", "list", "--json"]) == 0
    found = {suite["name"]: suite for suite in json.loads(capsys.readouterr().out)}
    assert found["kg_zero_shot"].keys() == {"name", "summary", "checkpoint", "targets", "published"}


def test_a_suite_is_run_and_stands_in_a_table(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(references, "load", lambda: References())
    monkeypatch.setattr(bench, "plugins", lambda files: harness.plugins_with([blobs]))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "toy.toml").write_text(SUITE)
    assert main(["bench", "toy.toml", "--only", "more", "-q"]) == 0
    shown = capsys.readouterr().out
    assert "toy: finetune, in runs/bench-toy" in shown
    assert "source blobs-source: pre-trained here on blobs-source" in shown
    assert main(["bench", "toy.toml", "--json"]) == 0
    card = json.loads(capsys.readouterr().out)
    assert [(line["target"], line["items"], line["published"]) for line in card["targets"]] == [
        ("blobs-target", 24, []), ("more", 32, []),
    ]  # fmt: skip


TUNED = (
    SUITE.replace('item = "points"', 'item = "points"\nchosen_on_target_labels = true\ntuned_by = "class-shares"')
    .replace(
        'validations = 0\n[[strategy]]\nuse = "finetune"',
        'validations = 0\n[[strategy]]\nuse = "mmd"\nalignment_weight = 7.0\n[[strategy]]\nuse = "zero-shot"',
    )
    .replace('strategy = "finetune"', 'strategy = "mmd"')
)


def test_a_suite_is_tuned_beside_the_options_as_written(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(references, "load", lambda: References())
    monkeypatch.setattr(bench, "plugins", lambda files: harness.plugins_with([blobs]))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "toy.toml").write_text(TUNED)
    command = ["bench", "toy.toml", "--only", "more", "--tune", "--trials", "2", "-q"]
    assert main(command) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "toy: mmd, options chosen on target labels, in runs/bench-toy" in shown
    assert "toy: mmd, options chosen by class-shares without target labels, among 2 trials, in" in shown
    assert main([*command, "--json"]) == 0
    cards = json.loads(capsys.readouterr().out)
    assert cards["written"]["chosen"] == "options chosen on target labels"
    assert cards["tuned"]["folder"].endswith("bench-toy-tuned")
    tried = json.loads((tmp_path / "runs/bench-toy-tuned/tuning.json").read_text())
    assert tried["choices"][0]["trials"][0]["options"]["alignment_weight"] == 1.0, "the default, not that of the suite"


def test_trials_without_a_search_are_refused(capsys):
    assert main(["bench", "list", "--trials", "3"]) == 2
    assert "expected --tune beside --trials" in capsys.readouterr().err
