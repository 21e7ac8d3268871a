"""Records of a race, and paired differences."""

from __future__ import annotations

import pytest
from scipy import stats

from relxfer.choose.recommending.recommendation import NotTried, Paired, Raced, Recommendation, Spent


def made(**changes):
    arms = (
        Raced("a", "zero-shot", "direct", None, 1.0, (0.5, 0.6, 0.4), 2, 0),
        Raced(None, "scratch", "scratch", 0.01, 1.0, (0.7, 0.5, 0.6), 2, 90),
        Raced("a", "finetune", "candidate", 0.01, 1.0, (0.8, 0.7, 0.9), 2, 90),
        Raced("b", "finetune", "candidate", 0.01, 1.0, (0.95,), 1, 90),
        Raced("b", "finetune", "candidate", 0.03, 3.0, (), 1, None, "it broke"),
    )
    base = {
        "target": "t", "budget": "all", "labels": 30, "validation": 6, "rule": "target-val", "arms": arms, "use": 2,
        "against": 1, "tested": 2, "scratch": 1, "unchanged": 0, "written": 2, "expected": Paired(0.2, 0.1, 0.3, 3),
        "not_tried": (NotTried("c", "does not fit"),), "spent": Spent(600.0, 100.0, 10.0, 50.0, 12),
    }  # fmt: skip
    return Recommendation(**{**base, **changes})


def test_it_is_the_same_after_it_was_kept(tmp_path):
    made(stopped="early").write(tmp_path)
    assert Recommendation.read(tmp_path) == made(stopped="early")
    assert Recommendation.read(tmp_path / "none") is None


def test_a_damaged_file_is_none(tmp_path):
    made().write(tmp_path)
    path = tmp_path / "recommendation.json"
    path.write_text(path.read_text().replace("0.95", "0.99"))
    assert Recommendation.read(tmp_path) is None


def test_the_best_has_most_seeds_before_the_best_mean():
    assert made().best("transfer") == 2
    assert made().best("transfer", source="b") == 3
    assert made().best("transfer", source="c") is None
    assert made().best("scratch", "unchanged") == 1


def test_of_equal_arms_the_first_is_the_best():
    one = Raced("a", "zero-shot", "direct", None, 1.0, (0.5,))
    other = Raced("a", "finetune", "candidate", 0.1, 1.0, (0.5,))
    assert made(arms=(one, other)).best("transfer", "unchanged") == 0


def test_a_paired_difference_has_the_interval_of_a_paired_t_test():
    ours, theirs = [0.8, 0.7, 0.95, 0.7], [0.6, 0.65, 0.7, 0.75]
    expected = stats.ttest_rel(ours, theirs).confidence_interval(0.95)
    found = Paired.of(ours, theirs)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert found.seeds == 4


@pytest.mark.parametrize("count", [1, 2])
def test_from_fewer_than_three_seeds_there_is_no_interval(count):
    assert Paired.of([0.5] * 6, [0.25] * count) == Paired(0.25, None, None, count)


def test_differences_are_at_the_seeds_that_both_had():
    assert made().difference(3, 2).mean == pytest.approx(0.15)
    assert made().difference(3, 2).seeds == 1
