"""Budgets beyond the labels there are, and who answers where scratch is all there is."""

from __future__ import annotations

import re

import pytest

import relxfer
from relxfer.predict import rows
from relxfer.predict.chosen import Wanted
from relxfer.report.markdown import markdown
from relxfer.report.terminal import render
from relxfer.report.wording import of_data
from relxfer.testing import blobs


def run(folder, strategies, budgets, **more):
    config = {
        "threads": 1,
        "device": "cpu",
        "target": {"dataset": "blobs-target", "label_budgets": budgets},
        "training": {"steps": 2, "batch_size": 4},
        "strategy": strategies,
        **more,
    }
    return relxfer.run(config, out=folder, plugins=[blobs])


def outcome(results):
    """The table of results in Markdown."""
    return markdown(results).partition("## Results")[2].partition("<details>")[0]


@pytest.fixture(scope="module")
def several(tmp_path_factory):
    return run(tmp_path_factory.mktemp("several"), ["scratch"], [12, 36, 48, 100, "all"])


def test_rows_of_the_same_work_are_shown_once(several, capsys):
    from relxfer.cli.console import out

    ids = {cell.budget: cell.id for cell in several.cells if cell.strategy == "scratch"}
    assert ids[36] == ids[48] == ids[100]
    assert len({ids[12], ids[36], ids["all"]}) == 3
    table = outcome(several)
    assert re.findall(r"^\| \*\*(.+?) labels?\*\*", table, re.M) == ["12", "36", "all"]
    assert table.count("scratch |") == 3
    out().print(render(several))
    shown = capsys.readouterr().out
    assert re.findall(r"^ *(\d+|all)\b.* scratch ", shown, re.M) == ["12", "36", "all"]
    assert any("a budget of 100 is more than the 36 items" in line for line in of_data(several))
    assert several.row("scratch", 100).metrics == several.row("scratch", 36).metrics  # asked for by name, it is there


def test_a_budget_of_just_the_labels_there_are_is_told(tmp_path):
    facts = [[f"e{i}", "r", f"e{(i * step + 1) % 12}"] for i in range(12) for step in (1, 2)]
    dataset = {"use": "kg-files", "facts": facts, "valid_fraction": 0}
    there = run(tmp_path / "a", ["scratch"], [4], target={"dataset": dataset}).targets["kg-files"].counts["train"]
    target = {"dataset": dataset, "label_budgets": [there.units, "all"], "name": "t"}
    found = run(
        tmp_path / "b",
        ["scratch"],
        [],
        target=target,
        validator="last-step",
        report={"baselines": False},
    )
    assert f"target t: a budget of {there.units:,} is all labels there are" in of_data(found)
    assert outcome(found).count("scratch |") == 1


def rows_of(results):
    """The lines of the tables of rows, without what is said of calibration."""
    return markdown(results).partition("## Calibration")[0].splitlines()


def answering(results):
    """A cell of the row that answers where rows cannot be compared."""
    return rows.without_data(results, Wanted()).cells[0]


def test_what_is_run_is_what_is_listed(tmp_path, capsys):
    from relxfer.cli.console import out

    source = {"datasets": ["blobs-source"], "training": {"steps": 2, "batch_size": 4}}
    found = run(tmp_path / "r", ["finetune"], [24, 6], source=source)
    assert list(dict.fromkeys(cell.budget for cell in found.cells)) == [6, 24]
    assert found.row("finetune").budget == 24
    assert answering(found).budget == 24, "the most labels answer"
    (curves,) = found.curves
    assert curves.scratch.labels == (6, 24)
    assert curves.level == found.row("scratch").metrics["accuracy"]
    tuned = next(curve for curve in curves.strategies if curve.strategy == "finetune")
    assert [point.multiple is not None for point in tuned.points] == [True, True]
    out().print(render(found))
    shown = capsys.readouterr().out
    assert "24 labels" in shown
    assert "all labels" not in shown


def test_scratch_answers_where_it_is_all_there_is(several):
    assert {cell.status for cell in several.cells if cell.role == "direct"} == {"refused"}
    found = answering(several)
    assert (found.strategy, found.budget) == ("scratch", "all")
