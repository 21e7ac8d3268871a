"""Counts, the leak audit, notes and refusals."""

from __future__ import annotations

from dataclasses import replace

from relxfer.report.parts import data
from relxfer.report.shown.subject import Subject


def test_counts_audit_notes_and_refusals(subject, told):
    text = told(data.part(subject))
    assert "test | 1,234 | 2,468 | –" in text
    assert "same | 3 | " in text
    assert "cut by us" in text
    assert "shares 3 of 9 relations" in text
    assert "mapped could not be run: needs mapping" in text


def test_what_gives_answers_away_is_marked(detailed, told):
    leaking = replace(detailed, targets={"us": replace(detailed.targets["us"], given_away=("same",))})
    assert "same | 3 | gives answers away" in told(data.part(Subject(leaking, leaking)))
