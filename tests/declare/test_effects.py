"""Options without effect: all named at once, with the key, what keeps them from acting, and what to do."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import Any

import pytest

from relxfer.declare import effects, resolve
from relxfer.declare.experiment import Experiment
from relxfer.errors import ConfigError
from relxfer.plugins.finder import Plugins

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = Plugins.load(third_party=False)
GOOD: dict[str, Any] = {
    "source": {"datasets": ["geo-world"]},
    "target": {"dataset": "geo-us"},
    "strategy": [{"use": "finetune"}],
}
#: Strategies that draw nothing and train nothing.
STILL: dict[str, Any] = {"strategy": [{"use": "zero-shot"}], "report": {"baselines": False}}
BLOCKS: dict[str, Any] = {"source": {"datasets": ["blocks"]}, "target": {"dataset": "blocks"}}
OWN_MODEL: dict[str, Any] = {
    "source": {"datasets": ["geo-world"], "model": "ultra"},
    "target": {"dataset": "geo-us", "model": {"use": "ultra", "dim": 32}},
}


def load(changes: dict[str, Any]) -> Experiment:
    return resolve.load(copy.deepcopy(GOOD) | changes, PLUGINS)


def problems(changes: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(ConfigError) as caught:
        load(changes)
    return {problem.key: problem.message for problem in caught.value.problems}


def test_ten_options_without_effect_are_named_in_one_pass(tmp_path):
    (tmp_path / "facts.tsv").write_text("a\tr\tb\n")
    found = problems({
        "training": {"momentum": 0.9, "validations": 0, "patience": 3},
        "validator": "target-val",
        "report": {"metric": "accuracy", "rank_rule": "plain", "oracle": True},
        "source": {"datasets": ["geo-world"], "training": {"steps": 0, "lr": 0.1}},
        "target": {
            "dataset": {
                "use": "kg-files", "facts": [["a", "r", "b"]], "test": [["b", "r", "a"]],
                "columns": [2, 1, 0], "test_fraction": 0.2,
            },
            "adapter": {"use": "kg", "left_out_fraction": 0.5},
            "labels_per": "class",
        },
    })  # fmt: skip
    assert found == {
        "training.momentum": 'without effect with optimizer = "adamw"; remove it, or set optimizer = "sgd"',
        "training.patience": "without effect with validations = 0; remove it, or set validations above 0",
        "validator": "without effect with training.validations = 0; remove it, or set training.validations above 0",
        "report.oracle": "without effect with training.validations = 0; remove it, or set training.validations above 0",
        "report.rank_rule": 'without effect with metric = "accuracy"; remove it, or choose a metric of a ranking',
        "source[0].training.lr": "without effect with steps = 0; remove it, or set steps above 0",
        "target[0].labels_per": 'without effect with label_budgets = ["all"]; remove it, or add a number above 0 to '
        "label_budgets",
        "target[0].dataset.columns": "without effect with facts as rows; remove it, and give each row as "
        "[head, relation, tail]",
        "target[0].dataset.test_fraction": 'without effect with test = [["b", "r", "a"]]; remove it, or remove test',
        "target[0].adapter.left_out_fraction": "without effect where part_entities is unset; remove it, or set "
        "part_entities",
    }


def test_they_are_named_beside_other_mistakes():
    found = problems({"training": {"momentum": 0.9}, "strategy": [{"use": "finetun"}], "treads": 2})
    assert found.keys() == {"training.momentum", "strategy[0].use", "treads"}
    found = problems({"training": {"momentum": 0.9}, "strategy": [{"use": "finetune"}] * 2})
    assert found.keys() == {"training.momentum", "strategy"}, "also those that only a valid configuration shows"


CASES: dict[str, tuple[dict[str, Any], set[str]]] = {
    "momentum beside adam": ({"training": {"optimizer": "adam", "momentum": 0.5}}, {"training.momentum"}),
    "its default is written": ({"training": {"momentum": 0.0}}, {"training.momentum"}),
    "no steps": (
        {"training": {"steps": 0, "checkpoint_seconds": 1, "validations": 3, "batches_per_step": 2, "epochs": 1}},
        {f"training.{key}" for key in ("checkpoint_seconds", "validations", "batches_per_step", "epochs")},
    ),
    "nothing trains": (
        STILL | {"training": {"steps": 10, "lr": 0.1, "batch_size": 4}},
        {"training.steps", "training.lr"},
    ),
    "nothing is selected": (STILL | {"validator": "target-val"}, {"validator"}),
    "a rule of no label of the target, but nothing is selected": (
        {"validator": {"use": "im", "max_queries": 5}, "training": {"validations": 0}},
        {"validator[0].max_queries"},
    ),
    "the oracle of nothing": (
        STILL | {"report": {"baselines": False, "oracle": True}},
        {"report.oracle"},
    ),
    "an architecture that nobody attaches": (
        STILL | OWN_MODEL,
        {"target[0].model"},
    ),
    "a baseline of itself": (
        {"strategy": [{"use": "finetune", "baseline": True}], "report": {"baselines": False},
         **BLOCKS},
        {"strategy[0].baseline"},
    ),
    "what pre-trains beside a file": (
        {"source": {"checkpoint": "@", "model": "ultra", "shared": True, "labels": True, "training": {"steps": 5}}},
        {"source[0].shared", "source[0].labels", "source[0].training"},
    ),
    "a cell of no run": ({"source": {"datasets": ["geo-world"], "cell": "3f"}}, {"source[0].cell"}),
    "budgets of what has no label": (
        {"target": {"dataset": "digits", "task": "clustering", "label_budgets": [5], "labels_per": "class"},
         "source": {"datasets": ["digits"]}},
        {"target[0].label_budgets", "target[0].labels_per"},
    ),
    "a start of what starts from no source model": (
        {"strategy": [{"use": "scratch", "start": "new"}, {"use": "finetune", "start": "source"}]},
        {"strategy[0].start"},
    ),
    "training of a row that does not train": (
        {"strategy": ["finetune", {"use": "zero-shot", "training": {"steps": 5, "batch_size": 4}}]},
        {"strategy[1].training.steps"},
    ),
    "momentum of a row that has none": (
        {"training": {"optimizer": "sgd"},
         "strategy": [{"use": "finetune", "training": {"optimizer": "adam", "momentum": 0.9}}, "linear"]},
        {"strategy[0].training.momentum"},
    ),
    "steps that every row replaces": (
        {"training": {"steps": 7, "batch_size": 4}, "report": {"baselines": False},
         "strategy": [{"use": "finetune", "training": {"steps": 5, "batch_size": 2}}, "zero-shot"]},
        {"training.steps"},
    ),
    "a validator that no row calls": (
        {"validator": "target-val", "report": {"baselines": False},
         "strategy": [{"use": "finetune", "training": {"validations": 0}}, "zero-shot"]},
        {"validator"},
    ),
    "a validator of a row that does not train": (
        {"strategy": ["finetune", {"use": "zero-shot", "validator": "target-val"}]},
        {"strategy[1].validator"},
    ),
    "options of a validator that its row never calls": (
        {"strategy": [{"use": "finetune", "training": {"validations": 0},
                       "validator": ["last-step", {"use": "im", "max_queries": 5}]}, "linear"]},
        {"strategy[0].validator[1].max_queries"},
    ),
    "a validator beside rows that have their own": (
        {"validator": "target-val", "report": {"baselines": False},
         "strategy": [{"use": "finetune", "validator": "last-step"}, {"use": "linear", "validator": "last-step"}]},
        {"validator"},
    ),
    "links beside nodes alone": (
        BLOCKS | {"target": {"dataset": "blocks", "adapter": {"use": "networks", "counts": True,
                                                               "kept_link_fraction": 0.5}}},
        {"target[0].adapter.counts", "target[0].adapter.kept_link_fraction"},
    ),
    "degrees that no feature has": (
        BLOCKS | {"target": {"dataset": "blocks", "adapter": {"use": "networks", "degrees": 9}}},
        {"target[0].adapter.degrees"},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "keys"), CASES.values(), ids=CASES.keys())
def test_each_is_refused(changes, keys, tmp_path):
    if "@" in str(changes):
        (tmp_path / "model.pth").write_bytes(b"")
        changes = copy.deepcopy(changes)
        changes["source"]["checkpoint"] = str(tmp_path / "model.pth")
    found = problems(changes)
    assert found.keys() == keys
    assert all(message.startswith("without effect ") and "remove it" in message for message in found.values())


ACTING: dict[str, dict[str, Any]] = {
    "momentum of sgd": {"training": {"optimizer": "sgd", "momentum": 0.9}},
    "momentum of a row, with the optimiser of all": {
        "training": {"optimizer": "sgd"},
        "strategy": [{"use": "finetune", "training": {"momentum": 0.9}}],
    },
    "a validator that one row calls": {
        "validator": "target-val",
        "training": {"validations": 0},
        "strategy": [{"use": "finetune", "training": {"validations": 3}}],
    },
    "a validator that a row without its own calls": {
        "validator": "target-val",
        "strategy": [{"use": "finetune", "validator": "last-step"}, "linear"],
    },
    "a rule that keeps no labels back": {"validator": "last-step", "training": {"validations": 0}},
    "batches of what does not train": STILL | {"training": {"batch_size": 4}},
    "the architecture of a source that names none": STILL | {"target": {"dataset": "geo-us", "model": "ultra"}},
    "an architecture of scratch": OWN_MODEL,
    "the architecture of the source, said of the target too": STILL
    | {"source": {"datasets": ["geo-world"], "model": "ultra"}, "target": {"dataset": "geo-us", "model": "ultra"}},
    "a baseline of another row": {"strategy": [{"use": "finetune", "baseline": True}, {"use": "scratch"}]},
    "counts of a source's links": BLOCKS
    | {
        "source": {"datasets": [{"use": "blocks", "task": "links"}]},
        "target": {"dataset": "blocks", "adapter": {"use": "networks", "counts": True}},
    },
}


@pytest.mark.parametrize("changes", ACTING.values(), ids=ACTING.keys())
def test_what_acts_is_taken(changes):
    assert load(changes).methods


def shipped() -> list[Path]:
    found = [*ROOT.glob("examples/*.toml"), *ROOT.glob("benchmarks/suites/*.toml")]
    return [path for path in sorted(found) if not tomllib.loads(path.read_text()).get("suite", {}).get("checkpoint")]


@pytest.mark.parametrize("path", shipped(), ids=lambda path: path.stem)
def test_nothing_that_ships_has_options_without_effect(path):
    assert not effects.problems(resolve.load(path, PLUGINS))
