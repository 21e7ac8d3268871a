"""What to use, what was expected, and what the test says."""

from __future__ import annotations

from dataclasses import replace

from relxfer.choose.recommending.recommendation import Paired, Raced
from relxfer.judge.records import Verdict
from relxfer.report.recommended.answer import answer, expected, told
from relxfer.report.recommended.answer import tested as said


def test_the_answer_names_source_strategy_and_rate(made):
    assert answer(made()) == "USE finetune from world at learning rate 0.01."
    assert answer(made(use=1)) == "TRAIN FROM SCRATCH at learning rate 0.01: no source that was tried is better."
    assert answer(made(use=0)).startswith("LEAVE world AS IT IS (zero-shot)")
    counts = Raced(None, "counts", "prior", None, 1.0, (0.9,))
    assert answer(made(arms=(counts,), use=0)).startswith("USE THE PRIOR counts:")
    assert told(counts) == "the prior counts"


def test_a_strategy_that_trains_nothing_has_no_rate():
    assert told(Raced("world", "logistic", "candidate", None, 1.0)) == "logistic from world"


def test_what_was_expected_has_its_interval_its_seeds_and_among_how_many_it_was_chosen(made):
    found = expected(made())
    assert "+.200 [+.100, +.300] in validation score over training from scratch" in found
    assert "3 seeds; by 20 validation labels" in found
    assert "the best of 6 arms" in found


def test_a_transfer_that_is_not_shown_to_be_better_says_so(made):
    doubt = "USE finetune from world at learning rate 0.01, though 3 seeds do not tell it from training from scratch"
    assert answer(made(expected=Paired(0.1, -0.1, 0.3, 3))).startswith(doubt)
    assert "though 1 seed does not" in answer(made(expected=Paired(0.1, None, None, 1)))
    assert "though" not in answer(made(expected=Paired(0.1, 0.01, 0.3, 3)))
    assert "though" not in answer(made(use=1, expected=Paired(0.1, -0.1, 0.3, 3)))


def test_without_an_alternative_or_labels_it_says_so(made):
    assert "nothing else was scored by 20 validation labels" in expected(made(expected=None, against=None))
    assert "by im, which needs no labels" in expected(made(validation=0, rule="im"))


def test_the_test_says_gain_interval_and_verdict_and_whether_the_source_alone_would_do(made, tested):
    found = list(said(made(), tested))
    assert found[0] == (
        "On the test: finetune from world at learning rate 0.01 has +.120 MRR [+.080, +.160] over scratch: HELPS."
    )
    assert found[1] == "Over world as it is: +.300 MRR [+.200, +.400]: better."


def test_of_a_source_that_is_left_as_it_is_its_own_gain_is_told(made, tested):
    gain = replace(tested.rows[0].gain, estimate=-0.1, low=-0.2, high=-0.05, verdict=Verdict.HURTS)
    rows = (*tested.rows[:2], replace(tested.rows[2], gain=gain))
    found = list(said(made(use=0), replace(tested, rows=rows)))
    assert found[-1] == "World as it is has -.100 MRR [-.200, -.050] over scratch: HURTS."


def test_without_a_gain_it_says_why(made, tested):
    rows = (replace(tested.rows[0], gain=None, no_gain="no seed finished"), *tested.rows[1:])
    assert "no gain can be said of finetune" in next(said(made(), replace(tested, rows=rows)))
    assert "no seed finished" in next(said(made(), replace(tested, rows=rows)))
    assert "did not finish" in next(said(made(), replace(tested, rows=())))
