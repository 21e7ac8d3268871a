"""One cell in full, found by the beginning of its id."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relxfer import UsageError
from relxfer.report import cell
from relxfer.store import files


@pytest.fixture
def run(sample, tmp_path, monkeypatch):
    """A run directory with these results in `runs/`, and the trace of one cell."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "runs" / "x"
    logged = {"diagnostics": {"disc_acc": 0.43210001}, "texts": {"kind": "deep"}}
    sample = replace(sample, cells=(replace(sample.cells[0], **logged), *sample.cells[1:]))
    done, again = sample.cells[0], replace(sample.cells[0], budget="all", target="uk")
    files.write_json(folder / "provenance.json", {})
    files.write_json(folder / "results.json", replace(sample, cells=(done, again, *sample.cells[1:])).card())
    (trace := folder / "cells" / done.id / "trace.jsonl").parent.mkdir(parents=True)
    for step, loss in enumerate((float("nan"), 2.0, 1.0)):
        files.append_line(trace, {"phase": "fit-0", "step": step, "values": {"loss": loss}})
    return folder


def test_a_cell_is_shown_with_its_trace(run, shown):
    found = cell.find("0000000000000001", None)
    text = shown(cell.render(found))
    assert "id: 0000000000000001" in text
    assert "reason" not in text, "what is not there is not told"
    assert "loss not finite" in text
    assert "  disc_acc: 0.4321\n" in text
    assert "  kind: deep\n" in text
    assert "█▁" in text


def test_as_json_it_says_whom_it_serves(run):
    card = cell.find("0000000000000001", [run]).card()
    assert (card["run"], card["id"], card["metrics"]) == (str(run), "0000000000000001", {"mrr": 0.4})
    assert [(one["target"], one["budget"]) for one in card["serves"]] == [("us", 10), ("uk", "all")]
    assert card["trace"][0] == {"phase": "fit-0", "step": 0, "values": {"loss": None}}


@pytest.mark.parametrize(("prefix", "count"), [("", 0), ("000000000000000", 2), ("e", 0)])
def test_a_beginning_that_fits_none_or_several(run, prefix, count):
    with pytest.raises(UsageError, match=f"which fits {count}"):
        cell.find(prefix, [run])


def test_runs_that_cannot_be_read_hide_no_other(run):
    files.write_json(run.parent / "old" / "provenance.json", {})
    files.write_json(run.parent / "old" / "results.json", {"cells": []})
    assert cell.find("f", None).cell.reason == "no memory"
