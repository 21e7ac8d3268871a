"""Looks at a growing run: what decides, when more seeds decide nothing, and about how many more would."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.judge import looks, spending, squares
from relxfer.judge.family import Question, answers
from relxfer.judge.intervals import Comparison
from relxfer.judge.looks import Look
from relxfer.judge.records import Verdict
from relxfer.judge.seed_noise import SeedNoise
from relxfer.judge.squares import Squares

NOTHING = "you may stop: more seeds decide nothing, more items would"


def comparison(gain, seeds=6, seed=0.03, item=0.003, both=0.0, differ=300):
    """With these standard deviations, of seeds and both between seeds, of items in the mean."""
    row = Squares(gain, seed**2, item**2 * seeds + both**2, both**2, seeds, 300, 1e6, differ)
    return Comparison(row, SeedNoise(seed**2, 1e6))


def asked(*gains, minimal=None, **noise):
    return Question(tuple(comparison(gain, **noise) for gain in gains), minimal)


def further(*gains, most=20, questions=1, seeds=6, **more):
    return Look(seeds, most, questions).further(asked(*gains, seeds=seeds, **more))


def drawn(rng, gain, seeds, items=60):
    return gain + rng.normal(size=(seeds, items)) * 0.2


def test_the_levels_are_shared_by_the_questions():
    question = asked(0.1)
    assert Look(6, 20, 5).level(question) == pytest.approx(spending.level(6, 20) / 5)
    assert Look(20, 20).level(question) == spending.level(20, 20)


def test_what_does_not_depend_on_seeds_has_one_look():
    assert Look(3, 20, 5).level(asked(0.1, seeds=1)) == pytest.approx(0.05 / 5)


@pytest.mark.parametrize("gain", [0.12, -0.12, 0.03, 0.0])
def test_a_look_decides_where_p_is_below_its_level(gain):
    """With the level of 5 % and one question it is the answer of a run that looks once."""
    made = Comparison.alone(squares.of(drawn(np.random.default_rng(3), gain, 8)))
    question, look = Question((made,), 0.05), Look(8, 8)
    answer, level = look.answer(question), look.level(question)
    assert (answer.verdict in (Verdict.HELPS, Verdict.HURTS)) == (
        made.p(made.mean) <= level and answer.verdict is not Verdict.NO_DIFFERENCE
    )
    assert answer.p_adjusted == pytest.approx(min(1.0, answer.p * 0.05 / level))
    once = answers([question])[0]
    assert Look(3, 3).answer(Question((made,), 0.05)) == Answerless(once)


class Answerless:
    """Equal to an answer without its q, which looks do not have."""

    def __init__(self, answer):
        self.answer = answer

    def __eq__(self, other):
        return (other.verdict, other.p, other.p_adjusted, other.q) == (
            self.answer.verdict, self.answer.p, pytest.approx(self.answer.p_adjusted), None,
        )  # fmt: skip

    __hash__ = None


def test_an_exploratory_question_has_no_verdict():
    answer = Look(6, 20).answer(Question((comparison(0.5),), 0.05, asked=False))
    assert (answer.verdict, answer.p_adjusted) == (None, None)
    assert not looks.decided(answer)


def test_decided():
    assert further(0.2) == 0
    assert further(-0.2) == 0
    assert further(0.0, minimal=0.05, seeds=18, seed=0.01) == 0


def test_about_as_many_more_seeds_as_decide_what_stays_as_it_is():
    more = further(0.025)
    assert more == 6
    later = [spending.foreseen(comparison(0.025), 6 + seeds) for seeds in (more - 1, more)]
    crossed = [abs(each.mean) >= each.half(spending.level(each.squares.runs, 20)) for each in later]
    assert crossed == [False, True]
    assert Look(6, 20).advice(asked(0.025)) == "about 6 more seeds"


def test_more_questions_take_more_seeds():
    one, ten = further(0.025), further(0.025, questions=10)
    assert one < ten


def test_where_items_are_the_noise_more_seeds_decide_nothing():
    question = asked(0.01, seed=0.005, item=0.02)
    assert Look(6, 20).further(question) is None
    assert Look(6, 20).needed(question) is None
    assert Look(6, 20).advice(question) == NOTHING


def test_nothing_is_given_up_before_six_seeds():
    assert further(0.01, seeds=5, seed=0.005, item=0.02) == 15


def test_what_may_still_be_no_difference_is_not_given_up():
    noise = {"seed": 0.04, "item": 0.0}
    assert further(0.0, **noise) is None
    assert further(0.0, minimal=0.05, **noise) is not None
    assert further(0.0, minimal=0.005, **noise) is None


def test_a_gain_that_may_still_grow_is_not_given_up():
    """Half-width at 20 seeds: 2.2 x .03 / sqrt(20) = .0149; a change of 1.28 x .03 sqrt(1/6 - 1/20) = .0131."""
    assert further(0.0015, item=0.0) is None
    assert further(0.0020, item=0.0) == 14


def test_after_all_seeds_it_is_said_how_many_more_it_would_have_taken():
    look, question = Look(20, 20), asked(0.012, seeds=20)
    assert look.further(question) is None
    needed = look.needed(question)
    later = [spending.foreseen(comparison(0.012, seeds=20), 20 + more) for more in (needed - 1, needed)]
    assert [each.half(look.level(question)) <= 0.012 for each in later] == [False, True]
    assert look.advice(question) == (
        f"undecided after all 20 seeds: it would take about {needed} more seeds, or more items"
    )


def test_what_twenty_seeds_hardly_decide_more_might():
    assert Look(6, 20).advice(asked(0.004, item=0.0)) == "about 14 more seeds"
    few = asked(0.0015, item=0.0, minimal=0.012)
    assert Look(6, 20).advice(few).startswith("you may stop, for 20 seeds hardly decide it: it would take about ")


def test_helps_takes_every_alternative_and_hurts_one():
    assert further(0.2, 0.2) == 0
    assert further(0.2, 0.001, seed=0.005, item=0.02) is None, "as good as the second, whatever the first"
    assert further(0.2, -0.2) == 0
    alone, beside = further(-0.025), further(-0.025, 0.2)
    assert alone < beside, "HURTS is corrected for the number of alternatives"


def test_few_items_that_differ_decide_nothing_however_many_seeds():
    assert further(0.1, differ=300) == 0
    assert further(0.1, differ=4) is None


def test_two_given_models_are_decided_or_given_up_at_once():
    assert further(0.2, seeds=1, item=0.01) == 0
    assert Look(3, 20).further(asked(0.01, seeds=1, item=0.02)) is None
    assert Look(3, 20).advice(asked(0.01, seeds=1, item=0.02)) == NOTHING


def test_what_the_answer_decides_needs_no_more_seeds():
    """`further` is 0 exactly where the look decides, whatever the noise."""
    rng, kinds = np.random.default_rng(0), set()
    for _ in range(200):
        gain, seeds = rng.choice([0.0, 0.02, 0.1]), int(rng.integers(3, 13))
        made = tuple(Comparison.alone(squares.of(drawn(rng, gain, seeds))) for _ in range(int(rng.integers(1, 3))))
        question, look = Question(made, 0.05), Look(seeds, 12, 2)
        decides = looks.decided(look.answer(question))
        assert (look.further(question) == 0) == decides
        kinds.add(decides)
    assert kinds == {True, False}


def test_looks_are_together_as_rarely_wrong_as_one():
    """600 null comparisons where seeds are the noise, looked at from 3 to 10 seeds."""
    rng, wrong, naive = np.random.default_rng(1), 0, 0
    for _ in range(600):
        drawn = 0.05 * rng.normal(size=(10, 1)) + 0.2 * rng.normal(size=(10, 40))
        at = [(Comparison.alone(squares.of(drawn[:seeds])), Look(seeds, 10)) for seeds in range(3, 11)]
        wrong += any(abs(each.mean) >= each.half(look.level(Question((each,)))) for each, look in at)
        naive += any(abs(each.mean) >= each.half(0.05) for each, _ in at)
    assert wrong <= 600 * 0.05 + 3 * (600 * 0.05 * 0.95) ** 0.5
    assert naive > 2 * 600 * 0.05


#: Standard deviations of seeds, items, and both together -> the share of null runs that are wrong, in docs/report.md.
MEASURED = [((0.03, 0.083, 0.411), 0.038), ((0.05, 0.083, 0.2), 0.044), ((0.005, 0.4, 0.1), 0.026)]


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize(("regime", "noise", "told"), [(k, *each) for k, each in enumerate(MEASURED)])
def test_the_share_of_wrong_runs_is_that_of_the_page(regime, noise, told, root):
    rng, wrong, (by_seed, by_item, together) = np.random.default_rng(regime), 0, noise
    for _ in range(2000):
        drawn = rng.normal(size=(10, 1)) * by_seed + rng.normal(size=300) * by_item
        drawn = drawn + rng.normal(size=(10, 300)) * together
        at = [(Comparison.alone(squares.of(drawn[:seeds])), Look(seeds, 10)) for seeds in range(3, 11)]
        wrong += any(abs(each.mean) >= each.half(look.level(Question((each,)))) for each, look in at)
    assert wrong / 2000 == pytest.approx(told, abs=0.0006)
    assert wrong / 2000 <= 0.05
    assert f"| {told:.3f} |".replace(" 0.", " .") in (root / "docs" / "report.md").read_text(encoding="utf-8")
