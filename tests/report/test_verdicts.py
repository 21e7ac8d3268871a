"""What the report says of how verdicts were made."""

from __future__ import annotations

from dataclasses import replace

from relxfer.judge.records import Against, Gain, Verdict
from relxfer.report import verdicts


def said(results, *rows) -> str:
    return "\n".join(verdicts.sentences(replace(results, rows=rows)))


def gain(**more) -> Gain:
    return Gain(0.1, 0.05, 0.2, 6, 60, baseline="scratch", verdict=Verdict.HELPS, p=0.01, p_adjusted=0.02, **more)


def test_the_questions_of_the_run_are_counted(sample):
    row = sample.rows[0]
    text = said(
        sample, replace(row, gain=gain()), replace(row, strategy="other", gain=replace(gain(), p_adjusted=None))
    )
    assert "verdicts: 1 question, answered together" in text
    assert "HELPS: better than scratch and every prior" not in text
    assert "answered together" not in said(sample, replace(row, gain=None))


def test_what_stands_beside_scratch_is_told(sample):
    two = tuple(Against(0.1, 0.05, 0.2, 6, 60, name=name, p=0.01) for name in ("scratch", "counts"))
    assert "HELPS: better than scratch and every prior" in said(sample, replace(sample.rows[0], gain=gain(against=two)))


def test_noise_that_rows_share_is_told_with_what_it_is_worth(sample):
    text = said(sample, replace(sample.rows[0], gain=gain(seed_rows=10, seed_df=15.4)))
    assert "estimated from up to 10 rows together, with 15.4 degrees of freedom instead of 5" in text


def test_the_row_to_use_is_explained_by_how_it_was_chosen(sample):
    row = replace(sample.rows[0], use=True)
    assert "▸: the row to use, without validation labels, the source unchanged" in said(sample, row)
    assert "▸: the row to use, the best by validation" in said(sample, replace(row, validation=0.4))
    assert "▸" not in said(sample, replace(row, use=False))


def test_rows_that_another_rule_selected_than_scratch_are_told(sample):
    row = replace(sample.rows[0], strategy="mine", role="candidate", scratch="scratch", selection=("im",))
    scratch = replace(row, strategy="scratch", role="scratch", selection=("target-val",))
    text = said(sample, row, scratch)
    assert "mine was selected by another rule than scratch: im, scratch target-val" in text
    assert "on the target alone with the same labels and steps" in text
    assert "another rule" not in said(sample, replace(row, selection=("target-val",)), scratch)
    assert "another rule" not in said(sample, replace(row, selection=("nothing to select",)), scratch)
    assert "on the target alone with the same labels, steps and validator" in said(sample, scratch)
