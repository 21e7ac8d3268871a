"""The answer stands first: what was compared, what came out, which row to use."""

from __future__ import annotations

from relxfer.report.parts import answer


def test_it_says_what_was_compared_what_came_out_and_what_to_use(subject, told):
    lines = told(answer.part(subject)).splitlines()
    assert lines[0].startswith("Compared: world for us (ranking), with finetune, zero-shot")
    assert "1,234 test items, 2 seed(s), by MRR" in lines[0]
    assert lines[1].startswith("Transfer helps")
    assert any(line.startswith("Use: finetune") for line in lines)


def test_what_words_mean_is_folded_behind_it(subject, told):
    assert "INCONCLUSIVE: the run decides none of these." in told(answer.part(subject))
