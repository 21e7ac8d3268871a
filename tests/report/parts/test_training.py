"""Curves of training, and what strategies logged."""

from __future__ import annotations

from dataclasses import replace

from relxfer.report.parts import training
from relxfer.report.shown.subject import Subject
from relxfer.results.details.records import Course


def test_losses_are_drawn_and_last_values_stand_in_a_table(subject, told, drawn):
    part = training.part(subject)
    text = told(part)
    assert "Line plot of loss against steps, a line for each run: finetune ends at 0.5." in text
    assert "finetune | 10 labels | 0.5 | 0.99" in text
    assert "its discriminator tells the domains apart (accuracy .990)" in text
    assert len(drawn(part)) == 1  # a single point of `validation` is no curve


def test_phases_follow_one_another(detailed, told):
    phases = tuple(Course(f"fit-{n}", (1, 10), {"loss": (1.0 - n, 0.5 - n)}) for n in (0, 1))
    made = replace(detailed, cells=(replace(detailed.cells[0], courses=phases),))
    assert "finetune ends at -0.5" in told(training.part(Subject(made, made)))
    assert training._lines(made.cells, "loss") == [[(1, 1.0), (10, 0.5), (11, 0.0), (20, -0.5)]]
