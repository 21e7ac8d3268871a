"""Progress: a line for every finished cell, more on demand, and bars on a terminal."""

from __future__ import annotations

import io
from pathlib import Path

from relxfer.report.progress import ProgressDisplay, counted
from relxfer.results.run_records import Stopping
from relxfer.store.console import PlainConsole

CELL = {"source": "world", "target": "us", "strategy": "finetune", "budget": 10, "seed": 3}


def told(level: int, terminal: bool = False) -> str:
    sink = io.StringIO()
    console = PlainConsole(file=sink, force_terminal=terminal, width=120)
    with ProgressDisplay(level, console) as display:
        display("run_started", folder=Path("runs/x"), cells=2, at_most=2, planned=2)
        display("cell_started", cell=CELL)
        display("step", cell=CELL, step=1, steps=4, loss=1.0)
        display("epoch_finished", cell=CELL, phase="fit-0", step=4, values={"loss": 0.5, "none": float("nan")})
        display("cell_finished", cell=CELL, outcome={"status": "done", "seconds": 1.26})
        display("cell_finished", cell=CELL | {"source": None}, outcome={"status": "failed", "reason": "no memory"})
        display("run_finished", folder=Path("runs/x"), results=None)
    return sink.getvalue()


def test_a_line_for_every_cell():
    assert told(0).splitlines() == [
        "at most 2 cells",
        "done world → us finetune, budget 10, seed 3 in 1.3 s",
        "failed no source → us finetune, budget 10, seed 3: no memory",
    ]


def test_validation_points_on_demand_and_nothing_where_it_is_to_be_quiet():
    assert "  world → us finetune, budget 10, seed 3 fit-0 step 4: loss=0.5000\n" in told(1)
    assert told(-1) == ""


def test_on_a_terminal_there_are_bars_that_go_away():
    text = told(0, terminal=True)
    assert "cells" in text
    assert "done world → us finetune" in text


def test_after_each_look_it_is_told_whether_to_go_on():
    sink = io.StringIO()
    with ProgressDisplay(0, PlainConsole(file=sink, width=120)) as display:
        display("looked", stopping=Stopping(most=20, seeds=5, questions=7, decided=3), more=4)
        display("looked", stopping=Stopping(most=20, seeds=6, questions=7, decided=6), more=0)
    assert sink.getvalue().splitlines() == [
        "after 5 of at most 20 seeds: 3 of 7 questions decided; about 4 more seeds",
        "after 6 of at most 20 seeds: 6 of 7 questions decided; you may stop",
    ]


def test_names_are_data():
    sink = io.StringIO()
    with ProgressDisplay(0, PlainConsole(file=sink, width=200)) as display:
        display("cell_finished", cell=CELL | {"strategy": "a\x1b[31m"}, outcome={"status": "done"})
    assert r"a\x1b[31m" in sink.getvalue()


def test_counting_is_silent_where_nobody_looks(capsys):
    with counted("files") as count:
        count(1, 2)
    assert capsys.readouterr().err == ""


def test_a_source_stage_has_no_target():
    sink = io.StringIO()
    with ProgressDisplay(0, PlainConsole(file=sink, width=200)) as display:
        stage = {"source": "world", "target": None, "strategy": "pre-train", "seed": 0}
        display("cell_finished", cell=stage, outcome={"status": "done"})
    assert sink.getvalue() == "done world pre-train, seed 0\n"
