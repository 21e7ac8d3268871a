"""The page as a whole."""

from __future__ import annotations

from dataclasses import replace

from relxfer.report.recommended.page import page


def test_it_answers_first_and_fits_80_columns(made, tested, shown):
    text = shown(page(made(), tested, 75.0), 80)
    lines = text.splitlines()
    assert lines[0] == "x: us with all 100 labels, in runs/x"
    assert lines[1] == "USE finetune from world at learning rate 0.01."
    assert max(map(len, lines)) <= 80
    assert "…" not in text


def test_sources_stand_with_their_best_arm_the_chosen_one_marked(made, tested, shown):
    lines = shown(page(made(), tested, 75.0), 120).splitlines()
    table = [line.split() for line in lines if "of 2" in line]
    assert [row[0] for row in table] == ["▸", "(scratch)", "world", "moon"]
    assert table[0][1:] == ["world", "finetune,", "rate", "0.01", ".800", "chosen", "3", "2", "of", "2"]
    assert "-.500" in " ".join(table[3])


def test_where_the_row_as_written_hurts_it_says_what_was_better(made, tested, shown):
    text = " ".join(shown(page(made(), tested, 75.0), 120).split())
    assert "Your source hurts: finetune from moon at learning rate 0.01 is -.300" in text
    arms = list(made().arms)
    arms[3] = replace(arms[3], scores=(0.3, 0.9, 0.2))
    assert "Your source may hurt" in shown(page(made(arms=tuple(arms)), tested, 75.0))
    assert "beside training from scratch at learning rate 0.01 (3 seeds)" in text
    assert "another source finetune from world, rate 0.01 +.500" in text
    assert "train fewer parts feature-extraction from moon" in text


def test_where_it_does_not_hurt_nothing_is_said_of_it(made, tested, shown):
    assert "hurts" not in shown(page(made(written=2), tested, 75.0))


def test_a_finished_run_that_hurts_is_believed(made, tested, shown):
    arms = list(made().arms)
    arms[3] = replace(arms[3], scores=(0.75, 0.65, 0.7))
    assert "the finished run says so of finetune from moon" in shown(page(made(arms=tuple(arms)), tested, 1.0, True))
    assert "hurts" not in shown(page(made(arms=tuple(arms)), tested, 1.0))


def test_where_nothing_is_better_it_says_so(made, tested, shown):
    arms = list(made().arms)
    arms[3] = replace(arms[3], scores=(0.99, 0.99, 0.99))
    assert "Nothing that was tried is better" in shown(page(made(arms=tuple(arms)), tested, 1.0, True))


def test_what_was_not_tried_what_failed_and_what_it_took(made, tested, shown):
    arms = list(made().arms)
    arms[5] = replace(arms[5], scores=(), reason="it broke")
    text = " ".join(shown(page(made(arms=tuple(arms), stopped="no time"), tested, 75.0), 120).split())
    assert "Not tried: mars: does not fit into 2 minutes." in text
    assert "Failed: feature-extraction from moon at learning rate 0.01: it broke." in text
    assert "It took 1 min 15 s of the 2 min allowed: 10.0 s for the forecast" in text
    assert "The race ended early: no time." in text


def test_what_is_known_of_other_pairs_and_which_labels_to_buy_have_a_place(made, tested, shown):
    text = shown(page(made(), tested, 1.0, past="14 past pairs gained.", label_next=["one", "two"]))
    assert "14 past pairs gained." in text
    assert "Label next: one, two." in text
    assert "Label next" not in shown(page(made(), tested, 1.0))


def test_names_are_escaped(made, tested, shown):
    arms = list(made().arms)
    arms[2] = replace(arms[2], source="wo\x1b[31mrld")
    assert "\x1b" not in shown(page(made(arms=tuple(arms)), tested, 1.0))
