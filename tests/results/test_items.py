"""Tables of the values of single test items."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from relxfer import Results, UnknownName, UsageError
from relxfer.results.records import CellResult, MetricSummary, Row, TargetSummary
from relxfer.store import files


def row(strategy, budget="all", source="a", target="t"):
    return Row(source=source, target=target, strategy=strategy, role="candidate", budget=budget, labels_per="target",
               setting="inductive", metric="mrr", runs=0, planned=1, deterministic=False)  # fmt: skip


def cell(status):
    return CellResult(source="a", target="t", strategy="s", role="candidate", budget="all", seed=0, status=status,
                      setting="inductive", labels=True, labels_per="target", seeded=True)  # fmt: skip


def results(*rows, cells=(), **more):
    return Results(Path("runs/x"), "x", tuple(cells), rows, **more)


def target(task, *metrics, **more):
    return TargetSummary(
        task=task, metrics=tuple(MetricSummary(name=name) for name in metrics), labels_per="target",
        self_supervised=False, **more,
    )  # fmt: skip


def stored(folder):
    """Six queries of four items in two groups, under two seeds; the last item has no name of its own."""
    run = results(row("one"), cells=[done(0), done(1)], targets={"t": target("regression", "rmse", "mae", "spearman")})
    run = dataclasses.replace(run, folder=folder)
    answers = np.arange(6.0)
    for number, wrong in enumerate(([0, 0, 0, 0, 1, 3], [1, 1, 1, 1, 1, 1])):
        arrays = {
            "scores": (answers + wrong)[:, None], "answers": answers, "units": np.array([7, 7, 3, 4, 5, 5]),
            "groups": np.array([1, 1, 1, 2, 2, 2]), "tag camera": np.array([0, 0, 1, 1, 0, 1]),
        }  # fmt: skip
        card = {"kind": "regression", "tags": {"camera": ["far", "near"]}, "items": {"7": "seven", "3": "three"}}
        files.write_arrays(run.store.evaluation(f"{number:016x}"), arrays, card)
    return run


def done(seed):
    return dataclasses.replace(cell("done"), strategy="one", seed=seed, n=6, evaluation=f"{seed:016x}")


def test_each_item_has_its_name_group_tags_and_values(tmp_path):
    frame = stored(tmp_path).items("one", metric="mae")
    assert frame.to_dict("list") == {
        "item": ["seven", "three", "4", "5", "5"],  # an item whose queries differ in a tag has two lines
        "group": [1, 1, 2, 2, 2],
        "tag: camera": ["far", "near", "near", "far", "near"],
        "seed 0": [0.0, 0.0, 0.0, 1.0, 3.0],
        "seed 1": [1.0] * 5,
    }


def test_every_pre_training_with_every_seed_has_a_column(tmp_path):
    run = stored(tmp_path)
    made = [dataclasses.replace(c, source_seed=source) for c in run.cells for source in (3, 4)]
    frame = dataclasses.replace(run, cells=tuple(made)).items("one", metric="mae")
    assert [*frame.columns[3:]] == [f"seed {seed}, source seed {source}" for seed in (0, 1) for source in (3, 4)]


def test_without_a_budget_the_largest_that_was_run_is_meant(tmp_path):
    run = stored(tmp_path)
    rows, cells = (tuple(dataclasses.replace(one, budget=10) for one in of) for of in (run.rows, run.cells))
    frame = dataclasses.replace(run, rows=rows, cells=cells).items("one", metric="mae")
    assert frame["seed 1"].tolist() == [1.0] * 5


def test_a_table_by_tag_is_one_line(tmp_path):
    by_camera = stored(tmp_path).items("one", metric="mae").groupby("tag: camera")["seed 0"].mean()
    assert by_camera.to_dict() == {"far": 0.5, "near": 1.0}


def test_items_of_a_metric_that_is_no_mean_have_value_and_influence(tmp_path):
    frame = stored(tmp_path).items("one")
    assert frame["seed 1"].tolist() == [1.0] * 5
    squares = np.array([0, 0, 0, 0, 1, 9.0])
    rmse = np.sqrt(squares.mean())
    assert frame["seed 0"].iloc[-1] == pytest.approx(rmse + (9 - squares.mean()) / (2 * rmse))


def test_without_a_budget_they_are_those_of_the_largest(tmp_path):
    run = stored(tmp_path)
    rows = [dataclasses.replace(one, budget=budget) for one in run.rows for budget in (4, 20)]
    cells = [dataclasses.replace(one, budget=20) for one in run.cells]
    cells += [dataclasses.replace(one, budget=4, status="failed") for one in run.cells]
    run = dataclasses.replace(run, rows=tuple(rows), cells=tuple(cells))
    assert len(run.items("one")) == len(run.items("one", 20)) > 0
    with pytest.raises(UsageError, match="expected a finished run of 'one'"):
        run.items("one", 4)


def test_where_there_are_no_items_it_is_said(tmp_path):
    run = stored(tmp_path)
    with pytest.raises(UnknownName, match="no metric of this task is called 'accuracy'"):
        run.items("one", metric="accuracy")
    with_one = dataclasses.replace(run, targets={"t": target("regression", "of-a-plugin")})
    with pytest.raises(UsageError, match="expected a plugin that offers the metric 'of-a-plugin', got none; load it"):
        with_one.items("one")
    failed = dataclasses.replace(run, cells=tuple(dataclasses.replace(c, status="failed") for c in run.cells))
    with pytest.raises(UsageError, match="expected a finished run of 'one' with a test, got none"):
        failed.items("one")
    files.write_arrays(
        run.store.evaluation(f"{0:016x}"),
        {"scores": np.ones((3, 1)), "answers": np.arange(3.0), "units": np.arange(3)},
        {"kind": "regression", "tags": {}},
    )
    with pytest.raises(UsageError, match="spearman for each item, got none: all predictions are equal; name another"):
        run.items("one", metric="spearman")
