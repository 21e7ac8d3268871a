"""Runs that were written by other releases of relxfer."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import relxfer
from relxfer.cli import main
from relxfer.errors import ArtefactError
from relxfer.store import files


@pytest.mark.parametrize("name", ["provenance.json", "results.json"])
@pytest.mark.parametrize("verb", ["report", "predict", "compare", "list"])
def test_a_run_of_a_newer_relxfer_is_told(whole, tmp_path, capsys, verb, name):
    run = Path(shutil.copytree(whole, tmp_path / "runs" / "newer"))
    card = files.read_json(run / name)
    assert card["schema"] == 1
    files.write_json(run / name, card | {"schema": 2})
    code = main({
        "report": ["report", str(run)],
        "predict": ["predict", str(run), "--all", "--out", str(tmp_path / "all.tsv")],
        "compare": ["compare", str(run), str(whole)],
        "list": ["runs", "list", str(tmp_path / "runs")],
    }[verb])  # fmt: skip
    words = " ".join(capsys.readouterr().err.split())
    assert f"got 2 in {run / name}: it was written by a newer relxfer; upgrade relxfer" in words
    assert code == (0 if verb == "list" else 1)


def test_a_run_of_a_newer_relxfer_is_not_resumed(small, whole, tmp_path):
    run = Path(shutil.copytree(whole, tmp_path / "newer"))
    files.write_json(run / "provenance.json", files.read_json(run / "provenance.json") | {"schema": 2})
    before = {path: path.stat().st_mtime_ns for path in run.rglob("*")}
    with pytest.raises(ArtefactError, match="a run of schema 1 at most, got 2 in"):
        small.run(run)
    assert {path: path.stat().st_mtime_ns for path in run.rglob("*")} == before


def test_a_run_of_the_first_relxfer_is_read(whole, tmp_path):
    run = Path(shutil.copytree(whole, tmp_path / "old"))
    for name in ("provenance.json", "results.json"):
        card = files.read_json(run / name)
        del card["schema"]
        files.write_json(run / name, card | ({"version": 1} if name == "results.json" else {}))
    assert relxfer.Results.open(run).rows
