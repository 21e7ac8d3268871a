"""`relxfer runs`: what lies in a folder of runs, and what of it is no longer needed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from relxfer import Results
from relxfer.cli import main
from relxfer.store import files


def test_the_list(runs, capsys, monkeypatch):
    monkeypatch.chdir(runs.parent)  # a path that is longer than the lines of a terminal is folded
    runs = Path("runs")
    shutil.copytree(runs / "one", runs / "two")
    (runs / "two" / "results.json").unlink()
    assert main(["runs", "list", str(runs)]) == 0
    one, two = [line.split() for line in capsys.readouterr().out.splitlines() if str(runs) in line]
    assert " ".join(one[2:]).startswith(("8 done", "10 done", "12 done"))
    assert two[2:4] == ["not", "finished"]
    assert main(["runs", "list", str(runs), "--json"]) == 0
    first, second = json.loads(capsys.readouterr().out)
    statuses = [cell.status for cell in Results.open(runs / "one").cells]
    assert first["cells"] == {status: statuses.count(status) for status in dict.fromkeys(statuses)}
    assert (first["finished"], second["finished"], second["cells"]) == (True, False, {})
    assert first["bytes"] > second["bytes"] > 0


def test_a_damaged_run_is_told_and_hides_no_other(runs, capsys, monkeypatch):
    monkeypatch.chdir(runs.parent)
    runs = Path("runs")
    files.write_json(runs / "bad" / "provenance.json", {"started": 3})
    assert main(["runs", "list", str(runs)]) == 0
    shown = capsys.readouterr()
    assert "no time in provenance.json" in " ".join(shown.err.split())
    assert str(runs / "one") in shown.out
    assert str(runs / "bad") not in shown.out


def test_cleaning_keeps_what_the_results_refer_to(runs, capsys):
    old = runs / "one" / "cells" / ("f" * 16)
    old.mkdir()
    before = Results.open(runs / "one")
    kept = set((runs / "one").rglob("*.safetensors"))
    assert main(["runs", "clean", str(runs)]) == 0
    assert f"{runs / 'one'}: 1 removed" in capsys.readouterr().out
    assert not old.exists()
    assert set((runs / "one").rglob("*.safetensors")) == kept
    assert Results.open(runs / "one") == before


def test_of_a_run_without_results_everything_is_kept(runs, capsys):
    (runs / "one" / "results.json").unlink()
    kept = sorted((runs / "one").rglob("*"))
    assert main(["runs", "clean", str(runs)]) == 0
    assert "0 removed" in capsys.readouterr().out
    assert {path for path in (runs / "one").rglob("*") if path.name != "lock"} >= {p for p in kept if p.name != "lock"}


def test_all_of_it(runs, capsys):
    assert main(["runs", "clean", "--all", str(runs)]) == 0
    assert not (runs / "one").exists()
