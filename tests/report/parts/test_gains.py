"""The forest plot of gains."""

from __future__ import annotations

from relxfer.report.parts import gains


def test_every_gain_is_a_line_with_its_verdict(subject, told, drawn):
    part = gains.part(subject)
    assert "finetune, 10 labels: +.100 [+.060, +.140] over scratch, HELPS" in told(part)
    (svg,) = drawn(part)
    assert all(f">{name}</text>" in svg for name in ("finetune, 10 labels", "HELPS", "HURTS", "INCONCLUSIVE"))
    assert "NO DIFFERENCE" not in svg


def test_of_very_many_rows_the_first_are_drawn(subject, detailed, told, monkeypatch):
    monkeypatch.setattr(gains, "MOST", 1)
    assert "The first 1 of 3; all are in the table of results." in told(gains.part(subject))
