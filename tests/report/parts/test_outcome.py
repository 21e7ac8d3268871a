"""The table of results."""

from __future__ import annotations

from dataclasses import replace

from relxfer.judge.records import Verdict
from relxfer.report.parts import outcome
from relxfer.report.shown.subject import Subject


def test_a_row_has_its_interval_gain_and_verdict(subject, told):
    text = told(outcome.part(subject))
    assert "finetune | .400 [.350, .450] | +.100 [+.060, +.140] | scratch | HELPS | .031" in text
    assert "scratch | .300 [.250, .350] | – | – | – | –" in text
    assert "zero-shot (source unchanged)" in text


def test_further_metrics_are_folded(subject, told):
    assert "finetune | .200 | +.200 [+.160, +.240] | 6 × 1,234 | target-val | " in told(outcome.part(subject))


def test_the_row_to_use_is_marked(subject):
    table, *_ = outcome.part(subject).blocks
    assert [row.cells[0].line for row in table.rows if row.chosen] == [("finetune",)]


def test_a_verdict_says_that_answers_are_given_away(detailed):
    leaking = replace(detailed, targets={"us": replace(detailed.targets["us"], given_away=("same",))})
    table, *_ = outcome.part(Subject(leaking, leaking)).blocks
    cells = {row.cells[0].line[0]: row.cells for row in table.rows if not row.heading}
    assert cells["zero-shot (source unchanged)"][4].line == ("HURTS, but answers are given away",)
    assert cells["zero-shot (source unchanged)"][4].tone == "bad"


def test_a_row_without_labels_stands_once_on_top(detailed, told):
    """Unless its gain differs between budgets."""
    cells = [replace(detailed.cells[0], strategy="zero-shot", budget=b, labels=False, id="c" * 16) for b in (10, "all")]
    row = replace(detailed.rows[1], gain=None)
    made = replace(detailed, cells=(*detailed.cells, *cells), rows=(*detailed.rows, row, replace(row, budget="all")))
    made = replace(made, rows=tuple(each for each in made.rows if each is not detailed.rows[1]))
    lines = told(outcome.part(Subject(made, made))).splitlines()
    assert lines[2:4] == ["any number of labels", "zero-shot (source unchanged) | .200 [.150, .250] | – | – | – | –"]
    assert sum(line.startswith("zero-shot (source unchanged) | .2") for line in lines) == 1


def test_every_verdict_has_a_tone_of_its_own():
    assert outcome.TONES.keys() == set(Verdict)
    assert len(set(outcome.TONES.values())) == len(Verdict)
