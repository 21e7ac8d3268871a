"""What a cell is made of, for observers: plain values by dotted names."""

from __future__ import annotations

from dataclasses import replace

from relxfer.declare.resolve import load
from relxfer.execute.observing import parameters
from relxfer.plan.cells import PlannedCell
from relxfer.plugins.finder import Plugins

RAW = {
    "source": {"datasets": ["geo-world"], "training": {"steps": 7}},
    "target": {"dataset": "geo-us"},
    "training": {"steps": 9},
    "strategy": [{"use": "finetune", "training": {"lr": 0.25}}, {"stages": ["autoencoder", "finetune"]}],
}


def test_of_a_cell_and_of_a_source():
    made = load(RAW, Plugins.load(third_party=False))
    (source,), (target,), (one, staged, *_) = made.sources, made.targets, made.methods
    cell = PlannedCell(source, target, one, "all", 0)
    found = parameters.of_cell(cell, made.training(one), cell.model)
    assert found["strategy.use"] == "finetune"
    assert (found["training.steps"], found["training.lr"]) == (9, 0.25)
    assert (found["model.use"], found["dataset"]) == ("ultra", "geo-us")
    assert all(isinstance(value, str | int | float | None) for value in found.values())
    cell = PlannedCell(source, target, staged, "all", 0)
    assert parameters.of_cell(cell, made.training(staged), cell.model)["strategy.1.use"] == "finetune"
    assert "start" not in found
    assert (
        parameters.of_cell(replace(cell, method=replace(one, new=True)), made.training(one), cell.model)["start"]
        == "new"
    )
    assert parameters.of_source(source)["training.steps"] == 7
