"""The metric and the gain by tags."""

from __future__ import annotations

from relxfer.report.parts import strata


def test_each_value_of_a_tag_has_its_metric_and_gain(subject, told, drawn):
    part = strata.part(subject)
    text = told(part)
    assert "half-links observed | queries | share | MRR, 95 % interval | gain over scratch, 95 % interval" in text
    assert "both | 5 | .500 | .400 [.300, .500] | +.100 [+.000, +.200]" in text
    assert "there are no verdicts" in text
    assert "gain in MRR, 95 % interval</text>" in drawn(part)[0]


def test_without_tags_there_is_no_part(sample):
    from relxfer.report.shown.subject import Subject

    assert strata.part(Subject(sample, sample)) is None
