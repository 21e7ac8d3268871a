"""Several rules rank finished models: values by hand."""

from __future__ import annotations

import numpy as np

from relxfer.choose.tuning.vote import mean_ranks, ranked, told


def test_a_vote_is_the_mean_of_ranks_whatever_the_scales_are():
    scores = np.array([[0.1, 0.2, 0.3], [300.0, 100.0, 200.0]])
    assert mean_ranks(scores).tolist() == [2.0, 1.5, 2.5]
    assert mean_ranks(np.array([[0.1, 0.2, 0.3], [3e6, 1e6, 2e6]])).tolist() == [2.0, 1.5, 2.5]


def test_equal_scores_share_a_rank_and_what_cannot_be_scored_is_below_all():
    assert mean_ranks(np.array([[1.0, 1.0, 0.0]])).tolist() == [2.5, 2.5, 1.0]
    assert mean_ranks(np.array([[-5.0, np.nan, 7.0]])).tolist() == [2.0, 1.0, 3.0]


def test_candidates_are_ranked_by_the_rules_that_score_all_of_them():
    scored = [{"a": 1.0, "b": 0.2, "c": None}, {"a": 2.0, "b": 0.1, "c": 1.0}, {"a": 3.0, "b": 0.3, "c": 2.0}]
    assert ranked(scored) == (["a", "b"], [1.5, 1.5, 3.0])
    assert ranked([{"c": None}, {"c": 1.0}]) == ([], [])
    assert ranked([{}, {}]) == ([], [])


def test_one_rule_is_no_vote():
    assert told(["a"]) == "a"
    assert told(["a", "b"]) == "vote of a, b"
