"""The configuration that a run keeps: it says all that acts, nothing that does not, and reads back as itself."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from relxfer.declare import resolve
from relxfer.declare.saved import resolved_toml
from relxfer.plugins.finder import Plugins

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = Plugins.load(third_party=False)
FILES = [
    path
    for path in sorted([*ROOT.glob("examples/*.toml"), *ROOT.glob("benchmarks/suites/*.toml")])
    if not tomllib.loads(path.read_text()).get("suite", {}).get("checkpoint")
]


def saved(raw: Any) -> dict[str, Any]:
    text = resolved_toml(resolve.load(raw, PLUGINS))
    again = resolved_toml(resolve.experiment_of(tomllib.loads(text), "config.toml", Path("nowhere"), PLUGINS))
    assert again == text, "what was saved is saved again as it is"
    return tomllib.loads(text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_what_ships_is_saved_and_read_again(path):
    assert saved(path)["target"]


def test_every_option_that_acts_is_written():
    made = saved({"source": {"datasets": ["geo-world"]}, "target": {"dataset": "geo-us"}, "strategy": ["finetune"]})
    assert made["training"]["lr"] == 0.0005
    assert made["source"][0]["model"]["dim"] == 64
    assert made["target"][0]["dataset"] == {
        "use": "geo-us", "valid_fraction": 0.1, "test_fraction": 0.1, "split_seed": 0,
    }  # fmt: skip
    assert {row["use"] for row in made["strategy"]} == {"finetune", "zero-shot", "scratch"}
    assert made["validator"] == {"use": "auto"}


def test_how_many_seeds_at_most_is_written_as_it_was():
    made = saved({"target": {"dataset": "geo-us"}, "seeds": {"max": 20, "stop": "decided"}})
    assert made["seeds"] == {"max": 20, "stop": "decided"}


def test_the_training_of_a_row_is_written_as_it_was_and_no_more():
    own = {"use": "finetune", "training": {"steps": 800, "lr": 0.01}}
    base = {"source": {"datasets": ["geo-world"]}, "target": {"dataset": "geo-us"}, "training": {"batch_size": 4}}
    made = saved({**base, "strategy": [own]})
    rows = {row["use"]: row.get("training") for row in made["strategy"]}
    assert rows == {"finetune": {"steps": 800, "lr": 0.01}, "zero-shot": None, "scratch": None}
    assert (made["training"]["steps"], made["training"]["batch_size"]) == (400, 4)


def test_new_weights_are_written_and_those_of_the_source_are_the_default():
    rows = ["mmd", {"use": "mmd", "name": "joint", "start": "new"}]
    made = saved({"source": {"datasets": ["digits"]}, "target": {"dataset": "digits-photo"}, "strategy": rows})
    assert {row["name"]: row.get("start") for row in made["strategy"]} == {
        "mmd": None, "joint": "new", "zero-shot": None, "scratch": None,
    }  # fmt: skip


def test_nothing_is_written_that_could_do_nothing():
    made = saved({
        "source": {"datasets": ["blocks"], "model": "gcn"},
        "target": {"dataset": "blocks", "adapter": {"use": "networks", "features": ["given"]}},
        "strategy": ["zero-shot"],
        "report": {"baselines": False},
    })  # fmt: skip
    assert made["training"] == {"batch_size": 16}
    assert "oracle" not in made["report"]
    (source,), (target,) = made["source"], made["target"]
    assert not {"momentum", "cell"} & (source.keys() | source["training"].keys())
    assert not {"model", "labels_per"} & target.keys()
    assert not {"degree_direction", "degrees", "counts", "kept_link_fraction"} & target["adapter"].keys()


def test_of_a_source_in_a_file_stands_what_the_user_said(tmp_path):
    (tmp_path / "model.pth").write_bytes(b"")
    source = {"checkpoint": str(tmp_path / "model.pth"), "model": {"use": "ultra", "dim": 32}}
    made = saved({"source": source, "target": {"dataset": "geo-us"}, "strategy": ["finetune"]})
    assert made["source"] == [{
        "name": "model", "model": {"use": "ultra", "dim": 32}, "datasets": [], "continued": False,
        "checkpoint": str((tmp_path / "model.pth").resolve()),
    }]  # fmt: skip
    assert "model" not in made["target"][0], "scratch has the architecture of the file"


def test_rows_inside_are_written_as_rows(tmp_path):
    facts = [["a", "r", "b"], ["b", "r", "c"], ["c", "r", "a"]]
    made = saved({"target": {"dataset": {"use": "kg-files", "facts": facts}}, "strategy": ["finetune"]})
    dataset = made["target"][0]["dataset"]
    assert dataset["facts"] == facts
    assert not {"columns", "header"} & dataset.keys()


def test_a_baseline_and_stages_are_rows(tmp_path):
    rows = [{"use": "finetune", "baseline": True}, {"stages": ["feature-extraction", "finetune"], "name": "two"}]
    made = saved({"target": {"dataset": "geo-us"}, "strategy": rows})
    first, second = made["strategy"][:2]
    assert first["baseline"] is True
    assert [stage["use"] for stage in second["stages"]] == ["feature-extraction", "finetune"]


@pytest.mark.parametrize("own", [None, {"use": "lenet", "width": 3}])
def test_scratch_keeps_the_architecture_that_it_has_from_its_source(own):
    """The default of the target, written out, would take its place."""
    target = {"dataset": "digits-photo"} | ({"model": own} if own else {})
    source = {"datasets": ["digits"], "model": {"use": "lenet", "width": 2}}
    made = saved({"source": source, "target": target, "strategy": ["finetune"]})
    assert made["source"][0]["model"]["width"] == 2
    assert made["target"][0].get("model", {}).get("width") == (3 if own else None)


def test_rules_are_written_as_they_were_in_a_list_and_for_a_row():
    base = {"source": {"datasets": ["geo-world"]}, "target": {"dataset": "geo-us"}}
    rows = [
        {"use": "finetune", "validator": "last-step"},
        {"use": "linear", "validator": [{"use": "target-val", "max_queries": 9}, "source-val"]},
        {"use": "bss", "validator": "auto"},
    ]
    made = saved({**base, "strategy": rows, "validator": ["source-val", "target-val"]})
    assert [each["use"] for each in made["validator"]] == ["source-val", "target-val"]
    rules = {row["use"]: row.get("validator") for row in made["strategy"]}
    assert rules["finetune"] == {"use": "last-step"}
    assert rules["linear"] == [{"use": "target-val", "max_queries": 9}, {"use": "source-val", "max_queries": 512}]
    assert (rules["bss"], rules["scratch"]) == ({"use": "auto"}, None)
