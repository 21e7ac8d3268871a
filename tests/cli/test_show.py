"""`relxfer show`: one cell, by the beginning of its id."""

from __future__ import annotations

import json

import pytest

from relxfer import Results
from relxfer.cli import main
from relxfer.testing import blobs, harness
from tests.cli.conftest import CONFIG


def test_a_cell_as_text_and_as_json(trained, capsys):
    cell = Results.open(trained).cells[0]
    assert main(["show", cell.id, "--run", str(trained)]) == 0
    text = capsys.readouterr().out
    assert f"id: {cell.id}" in text
    assert "fit-0" in text
    assert main(["show", cell.id, "--run", str(trained), "--json"]) == 0
    card = json.loads(capsys.readouterr().out)
    assert (card["id"], card["metrics"], card["run"]) == (cell.id, cell.metrics, str(trained))
    assert card["trace"][0]["step"] == 0


def test_without_a_run_all_in_runs_are_searched(runs, monkeypatch, capsys):
    monkeypatch.chdir(runs.parent)
    cell = Results.open(runs / "one").cells[0]
    assert main(["show", cell.id]) == 0
    assert "run: runs/one" in capsys.readouterr().out


def test_an_id_that_fits_none(trained, capsys):
    assert main(["show", "zz", "--run", str(trained)]) == 2
    assert "which fits 0" in " ".join(capsys.readouterr().err.split())


def test_a_failed_cell_with_its_traceback(tmp_path, capsys):
    def loss(self, batch, scores=None):
        return {}["loss of today"]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("relxfer.testing.blobs_net.BlobsLearner.loss", loss)
        changes = {"strategy": [{"use": "finetune"}, {"use": "scratch"}], "training": {"steps": 2}, "seeds": 1}
        results = harness.run(CONFIG | changes, tmp_path / "run", [blobs])
    run = str(tmp_path / "run")
    scratch = next(cell for cell in results.cells if cell.strategy == "scratch")
    assert main(["show", run, scratch.id]) == 0
    shown = capsys.readouterr().out
    assert "reason: KeyError: 'loss of today' (tests/cli/test_show.py:" in shown
    assert 'return {}["loss of today"]' in shown, "the line of the traceback"
    assert main(["show", run, "finetune"]) == 0, "its source stage failed, so that it has no id"
    shown = capsys.readouterr().out
    assert "reason: its source stage failed: KeyError" in shown
    assert 'return {}["loss of today"]' in shown
