"""Sources beside each other."""

from __future__ import annotations

from relxfer.report.parts import sources
from relxfer.report.shown.subject import Subject


def test_a_pair_says_which_is_better(subject, told):
    text = told(sources.part(subject))
    assert "us, 10 labels | finetune | world – other | +.100 [+.060, +.140] | better | .031" in text


def test_there_is_no_part_for_a_single_source(sample):
    assert sources.part(Subject(sample, sample)) is None
