"""The sections about rows: every metric, every comparison, cost, notes, refusals."""

from __future__ import annotations

from dataclasses import replace

from relxfer.judge.records import Against
from relxfer.report.sections import rows
from relxfer.results.records import MetricSummary


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.splitlines()]


def test_many_metrics_stand_in_several_tables(sample, shown):
    names = ["mrr", *(f"m{i}" for i in range(6))]
    target = replace(sample.targets["us"], metrics=tuple(MetricSummary(name=name) for name in names))
    text = shown(rows.metrics(replace(sample, targets={"us": target})), 80)
    assert text.count("labels") == 3
    assert all(name in text for name in names[1:])


def test_every_alternative_has_a_line_and_the_second_question_its_verdict(sample, shown):
    against = tuple(Against(0.1, 0.05, 0.15, 6, 9, name=name, p=0.01) for name in ("scratch", "counts"))
    gain = replace(sample.rows[0].gain, against=against)
    told = lines(shown(rows.verdicts(replace(sample, rows=(replace(sample.rows[0], gain=gain), *sample.rows[1:])))))
    assert "10 finetune scratch +.100 [+.060, +.140] HELPS .031" in told
    assert "counts +.100 [+.050, +.150]" in told
    assert "scratch (second question) +.200 [+.160, +.240] HELPS .031" in told


def test_a_note_is_told_once_with_the_rows_it_concerns(sample, shown):
    bare = tuple(replace(row, gain=None, no_gain="no finished scratch to compare with") for row in sample.rows)
    told = lines(shown(rows.notes(replace(sample, rows=bare[:3]))))
    assert told == ["finetune, zero-shot and scratch at 10 labels: no finished scratch to compare with"]


def test_refusals_are_counted_and_failures_stand_beside_the_answer(sample, shown):
    assert lines(shown(rows.refused(sample))) == ["refused: needs mapping (1 cell)"]


def test_cost_and_runs(sample, shown):
    told = lines(shown(rows.how(sample)))
    assert "10 finetune 6 × 1234 target-val 1 min 15 s 512 168,705" in told
    assert "zero-shot (direct) deterministic × 1234 target-val 1 min 15 s 512 168,705" in told
