"""Filtered ranking against a second, slow implementation."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from relxfer.contract.data import Examples
from relxfer.errors import RelxferError
from relxfer.judge.metrics.known_answers import Filter
from relxfer.judge.metrics.ranking import (
    RankedBy,
    Ranking,
    Ranks,
    hits_at_1,
    hits_at_3,
    hits_at_10,
    rank_block,
    reciprocal_rank,
    top_k,
)

TOLERANCE = 1e-5


def nothing(b):
    return Filter.build(np.arange(b), np.zeros(0, int), np.zeros(0, int))


def known_of(sets):
    """A filter of which query i knows sets[i]."""
    pairs = [(i, answer) for i, found in enumerate(sets) for answer in found]
    table = np.array(pairs, int).reshape(-1, 2)
    return Filter.build(np.arange(len(sets)), table[:, 0], table[:, 1])


def oracle(row, answer, known):
    """(optimistic, pessimistic, plain, candidates) of one query, by counting."""
    optimistic = pessimistic = plain = candidates = 1
    own = float(row[answer])
    for candidate in range(len(row)):
        if candidate == answer or candidate in known:
            continue
        score = float(row[candidate])
        tie = score == own or abs(score - own) <= TOLERANCE
        candidates += 1
        optimistic += score > own and not tie
        pessimistic += score > own or tie
        plain += bool(np.float32(score) >= np.float32(own))
    return optimistic, pessimistic, plain, candidates


def matrix(rng):
    """Scores with exact ties, ties within the tolerance, near misses, and here and there -inf."""
    b, c = rng.integers(1, 6), rng.integers(2, 25)
    scores = rng.choice([0.0, 0.5, 1.0, 100.0], (b, c))
    scores = scores + rng.choice([0.0, 0.4e-5, 1e-5, 1.6e-5, -1e-5, 1e-3], (b, c))
    scores[rng.random((b, c)) < 0.05] = -np.inf
    return scores.astype(rng.choice([np.float32, np.float64]))


def test_ranks_equal_the_oracle_on_1000_matrices():
    rng = np.random.default_rng(0)
    for _ in range(1000):
        scores = matrix(rng)
        b, c = scores.shape
        answers = rng.integers(0, c, b)
        sets = [set(rng.integers(0, c, rng.integers(0, c)).tolist()) for _ in range(b)]
        ranks = rank_block(scores, answers, known_of(sets))
        found = list(
            zip(
                *(getattr(ranks, n).tolist() for n in ("optimistic", "pessimistic", "plain", "candidates")),
                strict=True,
            )
        )
        assert found == [oracle(scores[i], int(answers[i]), sets[i]) for i in range(b)]


def test_blocks_larger_than_the_working_range_are_put_together_in_order(monkeypatch):
    rng = np.random.default_rng(1)
    scores, answers = rng.normal(size=(20, 7)), rng.integers(0, 7, 20)
    whole = rank_block(scores, answers, nothing(20))
    monkeypatch.setattr("relxfer.judge.metrics.ranking._CELLS", 15)
    parts = rank_block(scores, answers, nothing(20))
    assert all(np.array_equal(whole.to_arrays()[k], parts.to_arrays()[k]) for k in whole.to_arrays())


rows = st.lists(st.sampled_from([-math.inf, 0.0, 0.3, 0.300005, 0.31, 7.0]), min_size=2, max_size=12)


@settings(max_examples=60)
@given(rows, st.data())
def test_permuting_candidates_leaves_the_rank(row, data):
    order = np.array(data.draw(st.permutations(range(len(row)))))
    answer = data.draw(st.integers(0, len(row) - 1))
    first = rank_block(np.array([row]), np.array([answer]), nothing(1))
    moved = np.flatnonzero(order == answer)
    again = rank_block(np.array([row])[:, order], moved, nothing(1))
    assert again.realistic.tolist() == first.realistic.tolist()


@settings(max_examples=60)
@given(rows, st.data())
def test_ranks_are_ordered_and_within_the_candidates(row, data):
    answer = data.draw(st.integers(0, len(row) - 1))
    ranks = rank_block(np.array([row]), np.array([answer]), nothing(1))
    assert 1 <= ranks.optimistic[0] <= ranks.plain[0] <= ranks.pessimistic[0] <= ranks.candidates[0]
    assert ranks.candidates[0] == len(row)


@settings(max_examples=60)
@given(rows, st.data())
def test_what_the_filter_holds_cannot_change_a_rank(row, data):
    answer = data.draw(st.integers(0, len(row) - 1))
    left_out = data.draw(st.sets(st.integers(0, len(row) - 1)))
    known = known_of([left_out | {answer}])
    changed = np.array([row])
    changed[0, list(left_out - {answer})] = 99.0
    first = rank_block(np.array([row]), np.array([answer]), known)
    again = rank_block(changed, np.array([answer]), known)
    assert first.to_arrays() == again.to_arrays()


@pytest.mark.parametrize("shape", [(0,), (0, 2)])
def test_a_test_without_queries_is_judged(shape):
    nothing = np.zeros(0, int)
    known = Examples(None, np.ones((3, *shape[1:]), int), np.arange(3) % 2)
    task = Ranking(("Rome", "Oslo"), open=True, candidates="entities")
    ranks = task.judge([np.zeros((0, 2))], Examples(None, np.zeros(shape, int), nothing), [known])
    assert {len(each) for each in ranks.values()} == {0}
    assert {len(each) for each in task.judge([], Examples(None, np.zeros(shape, int), nothing), []).values()} == {0}


def test_values_of_the_rules():
    ranks = Ranks(np.array([1, 10]), np.array([3, 11]), np.array([2, 11]), np.array([20, 20]))
    assert reciprocal_rank(RankedBy(ranks)).values.tolist() == [1 / 2, 1 / 10.5]
    assert hits_at_3(RankedBy(ranks, "pessimistic")).values.tolist() == [1.0, 0.0]
    assert hits_at_1(RankedBy(ranks, "plain")).values.tolist() == [0.0, 0.0]
    assert hits_at_10(RankedBy(ranks)).values.tolist() == [1.0, 0.0]  # 10.5 is not among the first 10
    assert Ranking(("a",)).merit(RankedBy(ranks)).tolist() == [1 / 2, 1 / 10.5]
    with pytest.raises(ValueError, match="rank rule"):
        ranks.rank("best")


def test_arrays_and_concat_lose_nothing():
    ranks = rank_block(np.eye(4), np.arange(4), nothing(4))
    again = Ranks.from_arrays({**ranks.to_arrays(), "units": np.arange(4)})
    assert np.array_equal(again.realistic, ranks.realistic)
    assert len(Ranks.concat([ranks, again])) == 8
    assert len(Ranks.concat([])) == 0


def test_infinite_scores_compare_and_tie():
    scores = np.array([[-np.inf, -np.inf, 0.0], [np.inf, np.inf, 0.0]])
    ranks = rank_block(scores, np.array([0, 0]), nothing(2))
    assert (ranks.optimistic.tolist(), ranks.pessimistic.tolist()) == ([2, 1], [3, 2])


def test_scores_beyond_float32_are_ranked_without_a_warning():
    assert rank_block(np.array([[1e300, 1.0]]), np.array([1]), nothing(1)).plain.tolist() == [2]


@pytest.mark.parametrize("judge", [lambda s: rank_block(s, np.zeros(2, int), nothing(2)), lambda s: top_k(s, 1)])
def test_nan_is_an_error_that_names_the_row(judge):
    with pytest.raises(RelxferError, match="NaN in row 1"):
        judge(np.array([[0.0, 1.0], [0.0, np.nan]]))


@pytest.mark.parametrize(
    ("scores", "answers", "known"),
    [
        (np.zeros(3), np.zeros(3, int), nothing(3)),
        (np.zeros((2, 3)), np.zeros(1, int), nothing(2)),
        (np.zeros((2, 3)), np.zeros(2, int), nothing(1)),
        (np.zeros((1, 3)), np.array([-1]), nothing(1)),
        (np.zeros((1, 3)), np.array([3]), nothing(1)),
        (np.zeros((1, 3)), np.array([0]), known_of([{-1}])),
        (np.zeros((1, 3)), np.array([0]), known_of([{3}])),
    ],
)
def test_what_does_not_fit_is_refused(scores, answers, known):
    with pytest.raises(ValueError, match="expected"):
        rank_block(scores, answers, known)


def full_sort(row, known=()):
    return sorted((c for c in range(len(row)) if c not in known), key=lambda c: (-row[c], c))


@settings(max_examples=80)
@given(rows, st.data())
def test_top_k_of_any_k_is_the_prefix_of_the_full_sort(row, data):
    known = data.draw(st.sets(st.integers(0, len(row) - 1)))
    wanted = full_sort(row, known)
    for k in range(1, len(row) + 2):
        indices, scores = top_k(np.array([row]), k, known_of([known]))
        assert indices[0].tolist() == (wanted + [-1] * k)[:k]
        assert scores[0, : len(wanted)].tolist() == [row[c] for c in wanted[:k]]
        assert np.isnan(scores[0, len(wanted) :]).all()


def test_top_k_without_a_filter():
    scores = np.random.default_rng(3).integers(0, 5, (10, 200)).astype(np.float32)
    assert top_k(scores, 9)[0].tolist() == [full_sort(row)[:9] for row in scores.tolist()]


def test_known_answers_of_the_same_query_do_not_compete():
    task = Ranking(("a", "b", "c"), open=True)
    asked = Examples(None, np.array([[0, 0], [1, 0]]), np.array([2, 2]))
    known = [Examples(None, np.array([[0, 0], [5, 5]]), np.array([0, 1]))]
    blocks = [np.array([[0.9, 0.8, 0.7]]), np.array([[0.9, 0.8, 0.7]])]
    assert task.judge(blocks, asked, known)["optimistic"].tolist() == [2, 3]
