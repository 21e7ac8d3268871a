"""The log of a run: who is heard in it, what a line is, and that it never stops a run."""

from __future__ import annotations

import os
import re
import warnings

import pytest

from relxfer.execute.jobs.log import Log, warnings_told
from relxfer.testing import blobs, harness

CELL = {"source": "a\x1b[2J", "target": "b\tc", "strategy": "finetune", "seed": 3}
CONFIG = {
    "name": "toy",
    "threads": 1,
    "target": {"dataset": "blobs-target"},
    "source": {"datasets": ["blobs-source"], "training": {"steps": 1}},
    "training": {"steps": 2, "validations": 1},
    "strategy": [{"use": "finetune"}],
    "report": {"baselines": False},
}


def lines(folder):
    return [line.split("\t") for line in (folder / "run.log").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("executor", ["serial", {"use": "processes", "jobs": 1}])
def test_every_process_is_heard(tmp_path, executor):
    run = harness.run({**CONFIG, "executor": executor}, tmp_path / "run", [blobs])
    rows = lines(run.folder)
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}", row[0]) for row in rows)
    told = [(row[1], row[2], row[3]) for row in rows]
    cell = "blobs-source → blobs-target finetune, budget all, seed 0"
    assert told[0] == ("INFO", "run_opened", "-")
    assert ["run_started", "-", "at most 1 cell, 1 of them still to run"] in [row[2:] for row in rows]
    assert ("INFO", "cell_started", "blobs-source pre-train, seed 0") in told
    assert told.count(("DEBUG", "epoch_finished", cell)) >= 2
    assert rows[-2][1:4] == ["INFO", "cell_finished", cell]
    assert rows[-2][4].startswith("done in ")
    assert rows[-1][2:] == ["run_finished", "-", "1 done"]


def test_the_command_is_logged_without_secrets(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.argv", ["relxfer", "run", "--set", "observer.uri=http://me:secret@host"])
    with Log(tmp_path):
        pass
    assert lines(tmp_path)[0][4].endswith("relxfer run --set observer.uri=***")


def test_a_later_run_appends(tmp_path):
    harness.run(CONFIG, tmp_path / "run", [blobs])
    rows = lines(tmp_path / "run")
    harness.run(CONFIG, tmp_path / "run", [blobs])
    again = lines(tmp_path / "run")
    assert again[: len(rows)] == rows
    assert [row[2] for row in again[len(rows) :]] == ["run_opened", "run_started", "run_finished"]


def test_a_line_is_one_line_whatever_the_names(tmp_path):
    with Log(tmp_path) as log:
        log("cell_started", cell=CELL)
        log("cell_finished", cell=CELL, outcome={"status": "failed", "reason": "two\nlines"})
        log("step", cell=CELL, step=1)
    assert [row[1:] for row in lines(tmp_path)][1:] == [
        ["INFO", "cell_started", r"a\x1b[2J → b\tc finetune, seed 3", "started"],
        ["ERROR", "cell_finished", r"a\x1b[2J → b\tc finetune, seed 3", r"failed: two\nlines"],
    ]


def test_warnings_are_told_and_still_shown(tmp_path):
    with pytest.warns(RuntimeWarning, match="two cores"), Log(tmp_path) as log, warnings_told(log):
        warnings.warn("threads = 9 on two cores", RuntimeWarning, stacklevel=1)
    assert lines(tmp_path)[1][1:] == ["WARNING", "warning", "-", "threads = 9 on two cores"]


def test_a_run_that_is_broken_off_says_why(tmp_path):
    with pytest.raises(KeyboardInterrupt), Log(tmp_path):
        raise KeyboardInterrupt
    assert lines(tmp_path)[1][1:3] == ["ERROR", "run_stopped"]


def test_a_log_that_cannot_be_written_stops_nothing(tmp_path, capsys):
    (tmp_path / "run.log").mkdir()
    with Log(tmp_path) as log:
        log("cell_started", cell=CELL)
    assert os.listdir(tmp_path / "run.log") == []
    assert capsys.readouterr().err == ""


def test_it_is_cut_where_it_is_long(tmp_path, monkeypatch):
    monkeypatch.setattr("relxfer.execute.jobs.log._MOST", 300)
    with Log(tmp_path) as log:
        for _ in range(9):
            log("cell_started", cell=CELL)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run.log", "run.log.1"]
    assert all(path.stat().st_size <= 300 for path in tmp_path.iterdir())
