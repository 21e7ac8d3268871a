"""What a run would do."""

from __future__ import annotations

import math
import sys

import pytest

from relxfer.execute.forecast import forecast
from relxfer.testing import blobs, harness


def made(small, **changes):
    engine = small(**changes)
    return forecast(engine.experiment, harness.plugins_with([blobs]), small.folder / "none")


def test_cells_runs_and_steps_are_counted(small):
    found = made(small, strategy=["finetune", "zero-shot"])
    assert (found.cells, found.refused) == (8, ())
    tuned, direct = found.rows
    assert (tuned.source, tuned.target, tuned.strategy) == ("s", "t", "finetune")
    assert (tuned.cells, tuned.runs, tuned.steps, tuned.queries) == (4, 4, 4 * 2, 4 * 24)
    # without labels a budget decides nothing, and each seed has a source of its own
    assert (direct.cells, direct.runs, direct.steps, direct.queries) == (4, 2, 0, 2 * 24)
    assert [(stage.source, stage.runs, stage.steps) for stage in found.sources] == [("s", 2, 4)]


def test_a_shared_source_is_trained_once_and_its_model_run_once(small):
    found = made(small, strategy=["zero-shot", "finetune"], source=small.config["source"] | {"shared": True})
    assert (found.sources[0].runs, found.rows[0].runs) == (1, 1)


def test_a_plan_of_as_many_runs_as_are_run(small):
    """The count is that of the cells that a run starts."""
    changes = {"strategy": ["finetune", "zero-shot", "scratch"]}
    watch = harness.Observer()
    small.run(watch, **changes)
    found = made(small, **changes)
    assert watch.cells == sum(row.runs for row in found.rows) + sum(stage.runs for stage in found.sources)


def test_what_is_refused_is_told_once_and_has_no_row(small):
    target = {"name": "t", "dataset": "blobs-target", "label_budgets": [0, "all"]}
    found = made(small, target=target, strategy=["finetune"])
    assert len(found.refused) == 1
    assert "the label budget is 0" in found.refused[0]
    assert [row.cells for row in found.rows] == [2], "with all labels it can run"


def test_seconds_are_there_where_an_adapter_counts_operations(small, monkeypatch):
    assert made(small).seconds is None
    from relxfer.testing.blobs_net import BlobsAdapter

    monkeypatch.setattr(BlobsAdapter, "operations", lambda *of: (10.0, 1.0), raising=False)
    monkeypatch.setattr("relxfer.execute.forecast._operations_per_second", lambda: 2.0)
    found = made(small)
    (row,), (stage,) = found.rows, found.sources
    assert row.seconds == (row.steps * 10 + row.queries * 1) / 2
    assert stage.seconds == stage.steps * 10 / 2
    assert found.seconds == row.seconds + stage.seconds


def test_nothing_is_written(small):
    made(small)
    assert not (small.folder / "none").exists()


def test_as_json_it_has_its_total(small):
    card = made(small).card()
    assert card["seconds"] is None
    assert card["rows"][0]["runs"] == 4
    assert card["out"] == str(small.folder / "none")


@pytest.mark.parametrize(
    ("operations", "told"),
    [
        (lambda *of: (math.nan, 1.0), "got nan for a step and 1 for a query"),
        (lambda *of: 1 / 0, "ZeroDivisionError: division by zero"),
        (lambda *of: sys.exit("no"), "SystemExit: no"),
        (lambda *of: 7.0, "TypeError"),
        (lambda *of: None, "adapter 'blobs' counts no operations of model 'blobs-mlp'"),
    ],
)
def test_an_adapter_that_cannot_count_ends_no_forecast(small, monkeypatch, operations, told):
    from relxfer.testing.blobs_net import BlobsAdapter

    monkeypatch.setattr(BlobsAdapter, "operations", staticmethod(operations), raising=False)
    found = made(small)
    (row,), (stage,) = found.rows, found.sources
    assert (row.seconds, stage.seconds, found.seconds) == (None, None, None)
    assert told in row.note
    assert told in stage.note


def test_a_source_that_no_adapter_reads_is_told(small):
    found = made(small, source={"name": "s", "datasets": ["geo-us"], "model": "ultra"}, strategy=["scratch"])
    (stage,) = found.sources
    assert stage.seconds is None
    assert "which is knowledge-graph" in stage.note


def test_a_model_that_cannot_be_loaded_is_planned(small, monkeypatch):
    """A forecast builds no model."""
    from relxfer.testing import blobs_net

    def broken(*of):
        raise RuntimeError("no library")

    monkeypatch.setattr(blobs_net, "BlobsModel", broken)
    assert made(small).rows[0].cells == 4
