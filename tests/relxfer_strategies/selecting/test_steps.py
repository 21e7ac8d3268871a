"""The study of selection among steps without labels: its arithmetic, that it runs, and its table."""

from __future__ import annotations

import importlib
import json
import sys

import pytest

SMALL = """
[[group]]
name = "blocks"
content = "networks"
model = { use = "gcn", hidden = 8 }
source_training = { steps = 20, lr = 1e-2, optimizer = "adam", validations = 0 }
training = { steps = 8, validations = 0 }
learning_rates = [1e-2]
strategies = { mmd = { alignment_weight = [0.1, 1.0, 10.0] } }
[[group.source]]
name = "blocks"
dataset = { use = "blocks", nodes = 90, test_fraction = 0.2 }
[[group.source.target]]
name = "moved"
half = "development"
dataset = { use = "blocks", nodes = 90, seed = 1, shift = 2.0, test_fraction = 1.0 }
"""


@pytest.fixture
def study(root, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "benchmarks"))
    for name in ("label_free_tables", "label_free", "label_free_steps"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return importlib.import_module("label_free_steps")


def cell(last, source, shares, half="held-out", shift="s"):
    of = {"last-step": last, "source-val": source, "class-shares": shares}
    accuracy = {rule: {str(number): value for number, value in enumerate(values)} for rule, values in of.items()}
    return {"shift": shift, "half": half, "strategy": "mmd", "accuracy": accuracy}


def test_a_cell_counts_as_the_mean_of_its_candidates_in_points(study):
    made = [
        cell([0.5, 0.7], [0.5, 0.5], [0.6, 0.7]),
        cell([0.4, 0.4], [0.5, 0.5], [0.4, 0.4], "development", "t"),
    ]
    found = study.summary(made)
    of = found["rules"]["class-shares"]
    assert (of["all"]["cells"], of["all"]["mean"]) == (2, pytest.approx((65 + 40) / 2))
    assert of["all"]["difference"] == pytest.approx((5 + 0) / 2)
    assert of["all"]["low"] <= of["all"]["difference"] <= of["all"]["high"]
    assert (of["held-out"]["better"], of["development"]["better"]) == (1, 0)
    source = found["rules"]["source-val"]["all"]
    assert (source["better"], source["worse"], source["least"]) == (1, 1, pytest.approx(-10))
    assert found["class-shares - source-val"]["held-out"]["difference"] == pytest.approx(15)


def test_it_runs_on_embedded_networks_with_the_middle_value_of_every_option(study, monkeypatch, tmp_path):
    small, out = tmp_path / "small.toml", tmp_path / "found.json"
    small.write_text(SMALL, encoding="utf-8")
    monkeypatch.setattr(study.label_free, "SUITE", small)
    monkeypatch.setattr(sys, "argv", ["label_free_steps.py", str(tmp_path / "study"), "--json", str(out)])
    study.main()
    (only,) = json.loads(out.read_text(encoding="utf-8"))["cells"]
    assert {rule: list(of) for rule, of in only["accuracy"].items()} == {rule: ["mmd 1 0.01"] for rule in study.RULES}
    run = study.Results.open(tmp_path / "study" / "runs" / "blocks" / "class-shares")
    (row,) = [row for row in run.rows if row.strategy == "mmd 1 0.01"]
    assert row.selection == ("class-shares",)


def test_the_table_of_the_page_is_that_of_the_results(root, study):
    found = json.loads((root / "benchmarks" / "results" / "label_free_steps.json").read_text(encoding="utf-8"))
    page = (root / "docs" / "selection.md").read_text(encoding="utf-8").splitlines()
    again = json.loads(json.dumps(study.summary(found["cells"])))
    assert {key: found[key] for key in again} == again
    assert [line for line in study.lines(found) if line not in page] == []
