"""Reliability of the rows to use."""

from __future__ import annotations

from dataclasses import replace

from relxfer.report.parts import probabilities
from relxfer.report.shown.subject import Subject


def test_the_diagram_is_of_all_runs_and_the_error_of_calibrated_probabilities(subject, told, drawn):
    part = probabilities.part(subject)
    text = told(part)
    assert "finetune, 10 labels: calibration error .050" in text
    assert "finetune | 10 labels | .200 | .050 | 100" in text
    assert "probability of the answer</text>" in drawn(part)[0]


def test_there_is_none_without_probabilities(detailed):
    made = replace(detailed, rows=tuple(replace(row, details=None) for row in detailed.rows))
    assert probabilities.part(Subject(made, made)) is None
