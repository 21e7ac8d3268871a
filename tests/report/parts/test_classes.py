"""Classes and their confusion."""

from __future__ import annotations

from dataclasses import replace

from relxfer.report.parts import classes
from relxfer.report.shown.subject import Subject


def test_measures_of_classes_and_what_is_taken_for_what(subject, told, drawn):
    part = classes.part(subject)
    text = told(part)
    assert "cat | 7 | .500 | –" in text
    assert "cat is taken for dog 2 times" in text
    assert "cat | dog | 2" in text
    (svg,) = drawn(part)
    assert "answer that was given</text>" in svg


def test_rows_of_fewer_labels_are_folded_and_the_rest_is_counted(detailed, told):
    details = replace(detailed.rows[0].details, by_part=replace(detailed.rows[0].details.by_part, left_out=3))
    rows = (replace(detailed.rows[0], details=details), replace(detailed.rows[3], details=details, use=True))
    made = replace(detailed, rows=rows)
    part = classes.part(Subject(made, made))
    assert part.blocks[0].caption == "world → us: finetune, all labels"
    assert part.blocks[-1].title == "world → us: finetune, 10 labels"
    assert "3 more, those with the fewest queries, are in no table" in told(part)
