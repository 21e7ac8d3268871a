"""A row with training options of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relxfer.report import verdicts
from relxfer.testing import blobs, harness

CONFIG = {
    "threads": 1,
    "device": "cpu",
    "source": {"datasets": ["blobs-source"], "training": {"steps": 2}},
    "target": {"dataset": "blobs-target", "label_budgets": [12]},
    "training": {"steps": 3, "batch_size": 4, "validations": 1},
    "strategy": [
        {"use": "finetune"},
        {"use": "finetune", "name": "longer", "training": {"steps": 6, "lr": 0.01}},
        {"use": "zero-shot"},
    ],
}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return harness.run(CONFIG, tmp_path_factory.mktemp("own") / "run", [blobs])


def cell(results, name):
    return next(cell for cell in results.cells if cell.strategy == name)


def last(results, name):
    return results.store.cell(cell(results, name).id).points()[-1].step


def test_it_trains_with_them_and_the_others_do_not(results):
    assert {name: last(results, name) for name in ("finetune", "longer", "scratch")} == {
        "finetune": 3, "longer": 6, "scratch": 3,
    }  # fmt: skip
    assert cell(results, "longer").sha != cell(results, "finetune").sha


def test_the_report_says_in_what_it_differs_from_scratch(results):
    told = [line for line in verdicts.sentences(results) if "scratch" in line]
    assert told == [
        "scratch: the same model, trained on the target alone with the same labels and validator",
        "longer was trained with other options than scratch: steps 6, scratch 3; lr 0.01, scratch 0.0005",
    ]
    assert results.row("longer").training == {"steps": 6, "lr": 0.01}
    assert results.row("zero-shot").training == {}, "it does not train"
    same = replace(results, rows=tuple(row for row in results.rows if row.strategy != "longer"))
    assert not any("other options" in line for line in verdicts.sentences(same))


@pytest.mark.parametrize(("change", "same"), [({"steps": 3}, True), ({"lr": 0.5}, False), ({"steps": 4}, False)])
def test_the_fingerprint_holds_what_acts(results, tmp_path, change, same):
    one = {"use": "finetune", "training": change}
    config = {**CONFIG, "strategy": [one], "report": {"baselines": False}}
    if change.keys() == {"steps"}:
        config["training"] = {key: value for key, value in CONFIG["training"].items() if key != "steps"}
    found = harness.run(config, tmp_path / "run", [blobs])
    assert (cell(found, "finetune").id == cell(results, "finetune").id) == same
