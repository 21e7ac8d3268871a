"""What it cost."""

from __future__ import annotations

from dataclasses import replace

from relxfer.report.parts import costs
from relxfer.report.shown.subject import Subject


def test_columns_of_what_nothing_measured_are_left_out(subject, told):
    text = told(costs.part(subject))
    assert "what | labels | time of training | peak memory (MB) | trained parameters" in text
    assert "pre-training of world, seed 0 | – | 1 h 06 min | – | 7" in text
    assert "finetune | 10 labels | 1 min 15 s | 512 | 168,705" in text


def test_energy_and_cpu_time_are_there_where_they_were_measured(detailed, told):
    row = replace(detailed.rows[0], cost=replace(detailed.rows[0].cost, cpu_seconds=90.0, energy_wh=0.25))
    made = replace(detailed, rows=(row,))
    assert "finetune | 10 labels | 1 min 15 s | 1 min 30 s | 512 | .250 | 168,705" in told(
        costs.part(Subject(made, made))
    )
