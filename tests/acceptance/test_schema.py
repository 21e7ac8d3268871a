"""Runs that were written by other releases of relxfer."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import relxfer
from relxfer.cli import main
from relxfer.errors import ArtefactError
from relxfer.store import files
from relxfer.store.run_directory import SCHEMA
from relxfer.testing import harness


@pytest.mark.parametrize("name", ["provenance.json", "results.json"])
@pytest.mark.parametrize("verb", ["report", "predict", "compare", "list"])
def test_a_run_of_a_newer_relxfer_is_told(whole, tmp_path, capsys, verb, name):
    run = Path(shutil.copytree(whole, tmp_path / "runs" / "newer"))
    card = files.read_json(run / name)
    assert card["schema"] == SCHEMA
    files.write_json(run / name, card | {"schema": SCHEMA + 1})
    code = main({
        "report": ["report", str(run)],
        "predict": ["predict", str(run), "--all", "--out", str(tmp_path / "all.tsv")],
        "compare": ["compare", str(run), str(whole)],
        "list": ["runs", "list", str(tmp_path / "runs")],
    }[verb])  # fmt: skip
    words = " ".join(capsys.readouterr().err.split())
    assert f"got {SCHEMA + 1} in {run / name}: it was written by a newer relxfer; upgrade relxfer" in words
    assert code == (0 if verb == "list" else 1)


def test_a_run_of_a_newer_relxfer_is_not_resumed(small, whole, tmp_path):
    run = Path(shutil.copytree(whole, tmp_path / "newer"))
    files.write_json(run / "provenance.json", files.read_json(run / "provenance.json") | {"schema": SCHEMA + 1})
    before = {path: path.stat().st_mtime_ns for path in run.rglob("*")}
    with pytest.raises(ArtefactError, match=f"a run of schema {SCHEMA} at most, got {SCHEMA + 1} in"):
        small.run(run)
    assert {path: path.stat().st_mtime_ns for path in run.rglob("*")} == before


@pytest.mark.parametrize("schema", [{}, {"schema": 1}, {"schema": 2}])
def test_results_of_an_older_relxfer_are_told_and_written_again(small, whole, tmp_path, capsys, schema):
    """Its cells are as good as they were: nothing is trained."""
    run = Path(shutil.copytree(whole, tmp_path / "old"))
    for name in ("provenance.json", "results.json"):
        card = files.read_json(run / name)
        del card["schema"]
        files.write_json(run / name, card | schema)
    for verb in (["report", str(run)], ["compare", str(run), str(whole)], ["show", "0", "--run", str(run)]):
        assert main(verb) == 1
        words = " ".join(capsys.readouterr().err.split())
        assert f"got {schema.get('schema', 1)} in {run / 'results.json'}: it was written by an older relxfer" in words
        assert f"`relxfer run {run}/config.toml --out {run}` writes it again" in words
    observer = harness.Observer()
    small.run(run, observer)
    assert observer.cells == 0
    assert relxfer.Results.open(run).rows == relxfer.Results.open(whole).rows
