"""Budgets beyond the labels there are, and who answers where scratch is all there is."""

from __future__ import annotations

import pytest

import relxfer
from relxfer.predict import rows
from relxfer.predict.chosen import Wanted
from relxfer.report.markdown import markdown
from relxfer.report.terminal import render
from relxfer.report.wording import sentences
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


@pytest.fixture(scope="module")
def several(tmp_path_factory):
    return run(tmp_path_factory.mktemp("several"), ["scratch"], [12, 36, 48, 100, "all"])


def test_rows_of_the_same_work_are_shown_once(several, capsys):
    from relxfer.cli.console import out

    ids = {cell.budget: cell.id for cell in several.cells if cell.strategy == "scratch"}
    assert ids[36] == ids[48] == ids[100]
    assert len({ids[12], ids[36], ids["all"]}) == 3
    lines = [
        line.split(" | ")[0]
        for line in markdown(several).partition("## Calibration")[0].splitlines()
        if "scratch |" in line
    ]
    assert lines == ["| 12", "| 36", "| all"]
    out().print(render(several))
    heads = [line.strip() for line in capsys.readouterr().out.splitlines() if line.rstrip().endswith(" labels")]
    assert heads.count("36 labels") == 2  # what came out, and how
    assert "48 labels" not in heads
    assert any("a budget of 100 is more than the 36 items" in line for line in sentences(several))
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
    assert f"target t: a budget of {there.units:,} is all labels there are" in sentences(found)
    assert (
        len([line for line in markdown(found).partition("## Calibration")[0].splitlines() if "scratch |" in line]) == 1
    )


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
