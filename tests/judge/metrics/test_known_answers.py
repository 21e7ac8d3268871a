"""Known answers of queries: each once, and by ranges and numbers of queries."""

import numpy as np
import pytest

from relxfer.judge.metrics.known_answers import Filter


def test_filter_holds_each_known_answer_once_and_slices_like_a_list():
    rng = np.random.default_rng(2)
    queries, stated = rng.integers(0, 4, (30, 2)), rng.integers(0, 4, (200, 2))
    answers = rng.integers(0, 9, 200)
    known = Filter.build(queries, stated, answers)
    pairs = list(zip(stated, answers.tolist(), strict=True))
    wanted = [sorted({a for s, a in pairs if (s == q).all()}) for q in queries]
    for rows in (slice(None), slice(5, 12), slice(12, 5), slice(28, 99), slice(0, 0)):
        part = known[rows]
        found = [part.answers[a:b].tolist() for a, b in zip(part.indptr, part.indptr[1:], strict=False)]
        assert found == wanted[rows]
        assert len(part) == len(wanted[rows])


def test_filter_refuses_gaps():
    nothing = np.zeros(0, int)
    with pytest.raises(ValueError, match="without gaps"):
        Filter.build(np.arange(4), nothing, nothing)[::2]


def test_queries_are_taken_by_their_numbers_in_any_order():
    queries = np.array([3, 1, 3, 2])
    known = Filter.build(queries, np.array([3, 1, 3, 9]), np.array([7, 5, 4, 0]))
    taken = known.take(np.array([3, 2, 1, 1]))
    assert [taken[i : i + 1].answers.tolist() for i in range(4)] == [[], [4, 7], [5], [5]]
    assert taken.rows().tolist() == [1, 1, 2, 3]
    assert len(known.take(np.array([], int))) == 0
