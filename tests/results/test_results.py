"""What users ask of results: one row, what failed, the rule of ranks."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from relxfer import Results, UnknownName
from relxfer.results.records import CellResult, MetricSummary, Row, TargetSummary
from relxfer.store.run_directory import SCHEMA


def row(strategy, budget="all", source="a", target="t"):
    return Row(source=source, target=target, strategy=strategy, role="candidate", budget=budget, labels_per="target",
               setting="inductive", metric="mrr", runs=0, planned=1, deterministic=False)  # fmt: skip


def cell(status):
    return CellResult(source="a", target="t", strategy="s", role="candidate", budget="all", seed=0, status=status,
                      setting="inductive", labels=True, labels_per="target", seeded=True)  # fmt: skip


def results(*rows, cells=(), **more):
    return Results(Path("runs/x"), "x", tuple(cells), rows, **more)


def test_the_row_of_a_strategy():
    run = results(row("one"), row("one", 10), row("two"), row("two", source="b"), row("two", source="b", target="u"))
    assert run.row("one") is run.rows[0]
    assert run.row("one", 10) is run.rows[1]
    assert run.row("two", source="b", target="t") is run.rows[3]
    assert run.row("two", target="u") is run.rows[4]
    few = results(row("one", 5), row("one", 100), row("one", 50))
    assert few.row("one").budget == 100, "the largest, where no budget is given"
    with pytest.raises(KeyError, match=r"expected one row of 'none' at budget all, got 0"):
        few.row("none")
    with pytest.raises(KeyError, match=r"expected one row of 'two' at budget all from b, got 2"):
        run.row("two", source="b")
    with pytest.raises(KeyError, match=r"expected one row of 'one' at budget 11, got 0"):
        run.row("one", 11)


def test_what_failed_is_not_what_was_refused():
    run = results(cells=[cell("done"), cell("failed"), cell("refused")])
    assert run.failed == [run.cells[1]]


def target(task, *metrics, **more):
    return TargetSummary(
        task=task, metrics=tuple(MetricSummary(name=name) for name in metrics), labels_per="target",
        self_supervised=False, **more,
    )  # fmt: skip


def test_the_rule_of_ranks_is_told_where_something_is_ranked():
    targets = {"t": target("classification", "accuracy"), "u": target("ranking", "mrr", ranks_by="plain")}
    assert results(targets=targets).ranks_by == "plain"
    assert results(targets={"t": targets["t"]}).ranks_by is None


def test_each_target_has_the_metrics_of_its_task():
    run = results(targets={"t": target("classification", "accuracy", "auc"), "u": target("regression", "rmse")})
    assert run.metric == "accuracy"
    assert run.metric_of("u").name == "rmse"
    assert run.metric_of("t", "auc").name == "auc"
    with pytest.raises(UnknownName, match="no metric of this task is called 'rmse'"):
        run.metric_of("t", "rmse")
    run.require_metric("rmse")
    with pytest.raises(UnknownName, match="no metric of these tasks is called 'mrr'"):
        run.require_metric("mrr")


def test_results_are_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        row("one").strategy = "two"


def test_as_json_they_say_their_schema():
    card = results(row("one")).card()
    assert (card["schema"], card["folder"]) == (SCHEMA, "runs/x")
    assert card["rows"][0]["strategy"] == "one"
