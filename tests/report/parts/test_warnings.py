"""What endangers a conclusion is red; what only limits it is not."""

from __future__ import annotations

from dataclasses import replace

from relxfer.report.parts import warnings
from relxfer.report.shown.subject import Subject


def test_failed_runs_and_leaks_are_serious(detailed):
    leaking = replace(detailed, targets={"us": replace(detailed.targets["us"], given_away=("same",))})
    serious, *_ = warnings.part(Subject(leaking, leaking)).blocks
    assert serious.tone == "bad"
    text = " ".join(line[0] for line in serious.lines)
    assert "Leak in us" in text
    assert "no memory" in text


def test_there_is_no_part_where_nothing_endangers(detailed):
    made = replace(detailed, cells=(), rows=(detailed.rows[2],))
    assert warnings.part(Subject(made, made)) is None


def test_refused_strategies_are_told_with_the_reason(subject):
    assert warnings.refused(subject) == ["mapped could not be run: needs mapping"]
