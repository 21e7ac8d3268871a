"""Learning curves and their numbers."""

from __future__ import annotations

from relxfer.report.parts import curves


def test_a_plot_is_told_in_words_and_its_numbers_stand_below(subject, told, drawn):
    part = curves.part(subject)
    text = told(part)
    assert "finetune goes from .500 with 10 to .900 with 1,000" in text
    assert "zero-shot is at .350 without labels" in text
    assert "finetune | 10 | .500 [.400, .600] | ×10 [4.1, 22]" in text
    (svg,) = drawn(part)
    assert "target labels</text>" in svg


def test_without_curves_there_is_no_part(sample):
    from relxfer.report.shown.subject import Subject

    assert curves.part(Subject(sample, sample)) is None
