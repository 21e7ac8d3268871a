"""The plan as a table."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from relxfer.execute.forecast import Forecast, RowCost, StageCost
from relxfer.report.forecast import render

STAGE = StageCost("world", runs=2, steps=800, seconds=None)
ROW = RowCost("world", "us", "finetune", cells=4, runs=3, steps=1200, queries=9000, seconds=75.0)
ALONE = RowCost(None, "us", "scratch", cells=1, runs=1, steps=400, queries=3000, seconds=None)


def shown(made: Forecast) -> list[list[str]]:
    console = Console(width=140)
    with console.capture() as capture:
        console.print(render(made))
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in capture.get().splitlines()]


def test_stages_stand_before_rows_and_what_is_not_known_is_a_dash():
    title, head, stage, row, alone, total = shown(Forecast("mine", Path("runs/x"), 5, (STAGE,), (ROW, ALONE), ()))
    assert title == ["mine"]
    assert head[:3] == ["source", "target", "strategy"]
    assert stage == ["world", "–", "pre-train", "–", "2", "800", "–", "–"]
    assert row == ["world", "us", "finetune", "4", "3", "1,200", "9,000", "1 min 15 s"]
    assert alone == ["–", "us", "scratch", "1", "1", "400", "3,000", "–"]
    assert total == ["at most 5 cells into runs/x; estimate 1 min 15 s of CPU time"]


def test_of_a_run_that_may_stop_before_it_is_told_at_most():
    *_, total = shown(Forecast("mine", Path("runs/x"), 40, (), (ROW,), (), at_most=True))
    assert total == ["at most 40 cells into runs/x; estimate at most 1 min 15 s of CPU time"]


def test_refusals_stand_below_and_names_move_no_cursor():
    made = Forecast("a\x1b[2J", Path("runs/x"), 1, (), (), ("needs labels: raise the budget",))
    lines = shown(made)
    assert lines[0] == ["a\\x1b[2J"]
    assert lines[-1] == ["refused: needs labels: raise the budget"]
