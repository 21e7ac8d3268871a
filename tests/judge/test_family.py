"""Verdicts of a family: order, corrections, floors, and alternatives."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relxfer.judge import squares
from relxfer.judge.family import Question, answers
from relxfer.judge.intervals import Comparison
from relxfer.judge.multiplicity import false_discovery, holm
from relxfer.judge.records import Verdict
from relxfer.judge.seed_noise import SeedNoise
from relxfer.judge.squares import Squares

HELPS, HURTS, SAME, UNCLEAR = Verdict.HELPS, Verdict.HURTS, Verdict.NO_DIFFERENCE, Verdict.INCONCLUSIVE


def row(gain, error=0.01, differ=300):
    """A comparison with this standard error, as good as normal."""
    items = Squares(gain, 0.0, error**2, 0.0, 1, 300, 1e6, differ)
    return Comparison(items, SeedNoise(0.0, 1.0))


def asked(*gains, minimal=None, error=0.01, **given_):
    return Question(tuple(row(gain, error) for gain in gains), minimal, **given_)


def verdicts(*questions, alpha=0.05):
    return [answer.verdict for answer in answers(questions, alpha)]


def p_of(z):
    return math.erfc(abs(z) / math.sqrt(2))


# ------------------------------------------------------------------ one question


@pytest.mark.parametrize(
    ("gain", "expected"), [(0.05, HELPS), (-0.05, HURTS), (0.015, UNCLEAR), (-0.015, UNCLEAR), (0.0, UNCLEAR)]
)
def test_one_alternative(gain, expected):
    assert verdicts(asked(gain)) == [expected]


def test_p_is_that_of_the_interval():
    (answer,) = answers([asked(0.02)])
    assert answer.p == pytest.approx(p_of(2), rel=1e-4)
    assert answer.p_adjusted == answer.q == answer.p


@given(st.floats(-0.2, 0.2), st.floats(0.001, 0.1))
def test_a_verdict_of_one_question_is_that_of_its_interval(gain, error):
    made = asked(gain, error=error)
    low, high = made.comparisons[0].bounds()
    expected = HELPS if low > 0 else HURTS if high < 0 else UNCLEAR
    assert verdicts(made) == [expected]


def test_no_difference_goes_before_helps():
    """+.03 with an error of .005 is surely above 0 and surely below .05."""
    assert verdicts(asked(0.03, error=0.005)) == [HELPS]
    assert verdicts(asked(0.03, error=0.005, minimal=0.05)) == [SAME]
    assert verdicts(asked(0.03, error=0.005, minimal=0.035)) == [HELPS]
    assert verdicts(asked(-0.03, error=0.005, minimal=0.05)) == [SAME]


@pytest.mark.parametrize(("gain", "expected"), [(0.0, SAME), (0.016, SAME), (0.018, UNCLEAR), (-0.018, UNCLEAR)])
def test_no_difference_is_two_one_sided_tests(gain, expected):
    """|gain| + 1.645 x .02 < .05: from -.0171 to +.0171."""
    assert verdicts(asked(gain, error=0.02, minimal=0.05)) == [expected]


def test_the_smallest_effect_that_is_excluded():
    (answer,) = answers([asked(-0.015)])
    assert answer.excludes == pytest.approx(0.015 + 1.6449 * 0.01, rel=1e-3)
    at, above = (verdicts(asked(-0.015, minimal=answer.excludes * by)) for by in (0.999, 1.001))
    assert (at, above) == ([UNCLEAR], [SAME])


# ------------------------------------------------------------------ few items that differ


def binary(right, n=2000):
    """`right` items that only ours gets right, of n."""
    values = np.zeros((1, n))
    values[0, :right] = 1.0
    return Comparison.alone(squares.of(values, most=1.0))


def sure(differ):
    return row(0.5, differ=differ)


def test_five_items_that_differ_never_decide_and_six_may():
    assert verdicts(Question((sure(5),))) == [UNCLEAR]
    assert verdicts(Question((sure(6),))) == [HELPS]
    assert answers([Question((sure(5),))])[0].p == pytest.approx(2**-4)


@given(st.integers(0, 5), st.integers(20, 3000))
def test_five_items_never_decide_whatever_their_number(right, n):
    assert verdicts(Question((binary(right, n),))) == [UNCLEAR]


def test_no_item_that_differs():
    (answer,) = answers([Question((binary(0),), 0.05)])
    assert (answer.verdict, answer.p) == (SAME, 1.0)


def test_a_family_of_forty_takes_eleven_items():
    others = [asked(0.0)] * 39
    assert verdicts(Question((sure(10),)), *others)[0] is UNCLEAR
    assert verdicts(Question((sure(11),)), *others)[0] is HELPS


# ------------------------------------------------------------------ alternatives


def test_helps_where_every_alternative_is_beaten():
    """Each at the level of the row: the largest p of all is that of the row."""
    (answer,) = answers([asked(0.05, 0.021, 0.1)])
    assert (answer.verdict, answer.p) == (HELPS, pytest.approx(p_of(2.1), rel=1e-4))
    assert verdicts(asked(0.05, 0.019, 0.1)) == [UNCLEAR]


def test_hurts_where_some_alternative_is_better():
    """The smallest p of those that are better, times the number of all."""
    (answer,) = answers([asked(0.05, -0.026, -0.001)])
    assert (answer.verdict, answer.p) == (HURTS, pytest.approx(3 * p_of(2.6), rel=1e-4))
    assert verdicts(asked(0.05, -0.023, -0.001)) == [UNCLEAR]
    assert verdicts(asked(-0.023)) == [HURTS]


def test_an_alternative_that_is_equal_is_not_beaten():
    (answer,) = answers([asked(0.05, 0.0, 0.1)])
    assert (answer.verdict, answer.p) == (UNCLEAR, 1.0)


def test_no_difference_from_the_best_of_three():
    """No gain is below -.05, and the least is surely below .05: what is much worse does not matter."""
    assert verdicts(asked(0.01, 0.3, 0.4, minimal=0.05)) == [SAME]
    assert verdicts(asked(-0.06, 0.01, 0.0, minimal=0.05)) == [HURTS]
    assert verdicts(asked(0.3, 0.3, 0.4, minimal=0.05)) == [HELPS]
    assert verdicts(asked(-0.04, 0.0, 0.0, minimal=0.05)) == [HURTS]


def test_what_is_excluded_is_that_of_the_best_alternative():
    (answer,) = answers([asked(0.3, -0.02, 0.1)])
    assert answer.excludes == pytest.approx(0.02 + 1.6449 * 0.01, rel=1e-3)


def test_the_order_of_alternatives_does_not_matter():
    gains = (0.05, -0.026, 0.01)
    made = [answers([asked(*(gains[i] for i in order))])[0] for order in ((0, 1, 2), (2, 0, 1), (1, 2, 0))]
    assert len(set(made)) == 1


# ------------------------------------------------------------------ the family


def test_both_kinds_of_claim_are_corrected_by_holm():
    z = (2.3, 2.1, 0.5, 2.9)
    found = answers([asked(0.01 * each) for each in z])
    assert [each.p_adjusted for each in found] == pytest.approx(holm([p_of(each) for each in z]), rel=1e-3)
    assert [each.q for each in found] == pytest.approx(false_discovery([p_of(each) for each in z]), rel=1e-3)
    assert [each.verdict for each in found] == [UNCLEAR, UNCLEAR, UNCLEAR, HELPS]
    close = asked(0.0, error=0.025, minimal=0.05)
    assert verdicts(close) == [SAME]
    assert verdicts(*[close] * 4) == [UNCLEAR] * 4


def test_a_claim_makes_way_for_the_next():
    """Bonferroni would ask 2.24 of both; Holm asks 1.96 of the second."""
    assert verdicts(asked(0.05), asked(0.02)) == [HELPS, HELPS]


def test_exploratory_questions_are_outside_of_the_family():
    inside, outside = asked(0.021), asked(0.04, asked=False)
    found = answers([inside, outside, outside])
    assert (found[0].verdict, found[0].p_adjusted) == (HELPS, found[0].p)
    assert (found[1].verdict, found[1].p_adjusted) == (None, None)
    assert found[1].q == pytest.approx(1.5 * p_of(4), rel=1e-3)


def test_questions_that_cannot_be_judged_are_outside_of_everything():
    found = answers([asked(0.021), *[asked(0.0, no_verdict="too few seeds")] * 5])
    assert found[0].p_adjusted == found[0].q == found[0].p
    assert found[1].verdict is found[1].p_adjusted is found[1].q is None
    assert found[1].p == 1


def test_a_level_of_its_own():
    assert verdicts(asked(0.022), alpha=0.05) == [HELPS]
    assert verdicts(asked(0.022), alpha=0.01) == [UNCLEAR]


def test_no_questions():
    assert answers([]) == []


@settings(max_examples=30)
@given(st.lists(st.tuples(st.floats(-0.1, 0.1), st.booleans()), min_size=1, max_size=6), st.randoms())
def test_the_order_of_questions_does_not_matter(rows, random):
    questions = [asked(gain, minimal=0.05, asked=inside) for gain, inside in rows]
    order = list(range(len(rows)))
    random.shuffle(order)
    found = answers(questions)
    assert answers([questions[i] for i in order]) == [found[i] for i in order]


@given(st.lists(st.floats(-0.1, 0.1), min_size=1, max_size=8))
def test_a_verdict_in_a_family_is_never_more_than_alone(gains):
    for gain, verdict in zip(gains, verdicts(*(asked(gain) for gain in gains)), strict=True):
        assert verdict in (UNCLEAR, *verdicts(asked(gain)))
