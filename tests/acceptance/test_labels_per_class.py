"""Label budgets of every class, from the configuration to the report."""

from __future__ import annotations

import relxfer
from relxfer.report.markdown import markdown
from relxfer.report.wording import of_data
from relxfer.testing import blobs

CONFIG = {
    "name": "per-class",
    "threads": 1,
    "device": "cpu",
    "target": {"dataset": "blobs-target", "label_budgets": [5, 1000, "all"], "labels_per": "class"},
    "training": {"steps": 2, "batch_size": 4},
    "strategy": ["scratch"],
    "report": {"baselines": False},
}


def test_a_run_counts_and_tells_labels_of_every_class(tmp_path):
    results = relxfer.run(CONFIG, out=tmp_path / "a", plugins=[blobs])
    cells = {cell.budget: cell for cell in results.cells}
    assert cells[5].label_count == 15
    assert cells[1000].id != cells[5].id
    assert "| **5 labels per class** |  |  |  |  |  |\n| ▸ scratch | " in markdown(results)
    told = " ".join(of_data(results))
    assert "a label budget is for each class, its validation labels included" in told
    assert "a budget of 1,000 is more than the" in told
    again = relxfer.run(str(tmp_path / "a" / "config.toml"), out=tmp_path / "a", plugins=[blobs])
    assert [cell.id for cell in again.cells] == [cell.id for cell in results.cells]


def test_other_labels_are_another_cell(tmp_path):
    per_target = {**CONFIG, "target": {**CONFIG["target"], "labels_per": "target", "label_budgets": [15, "all"]}}
    one = relxfer.run(CONFIG, out=tmp_path / "a", plugins=[blobs])
    other = relxfer.run(per_target, out=tmp_path / "b", plugins=[blobs])
    assert not {one.cells[0].id} & {cell.id for cell in other.cells}


def test_where_answers_are_open_what_needs_labels_is_refused(tmp_path):
    config = {
        **CONFIG,
        "target": {"dataset": "geo-us", "labels_per": "class", "label_budgets": [1, "all"]},
    }
    results = relxfer.run(config, out=tmp_path, plugins=[blobs])
    assert {cell.status for cell in results.cells} == {"refused"}
    assert "has no classes to count labels of (write labels_per" in results.cells[0].reason
