"""Ranks of relations, among all of them and among those that are not known."""

import numpy as np
import pytest

from relxfer.contract.data import Examples
from relxfer.judge.metrics.ranking import Ranking, hits_at_1, reciprocal_rank
from relxfer.judge.metrics.relations import (
    RelationPrediction,
    filtered_hits_at_1,
    filtered_reciprocal_rank,
)

NAMES = tuple("rstuv")
TASK = RelationPrediction(NAMES, open=True, candidates="relations")


@pytest.fixture
def judged():
    """Scores of 30 pairs in blocks, the queries, and known answers."""
    rng = np.random.default_rng(0)
    scores = rng.integers(0, 4, (30, 5)).astype(float)
    pairs = rng.integers(0, 3, (30, 2))
    asked = Examples(None, pairs, rng.integers(0, 5, 30))
    known = [asked, Examples(None, rng.integers(0, 3, (9, 2)), rng.integers(0, 5, 9))]
    return np.array_split(scores, 4), asked, known


def test_ranks_are_those_of_a_ranking_that_knows_nothing_and_of_one_that_knows(judged):
    blocks, asked, known = judged
    found = TASK.judge(blocks, asked, known)
    plain = Ranking(NAMES, open=True)
    for prefix, answers in (("", []), ("filtered_", known)):
        for name, expected in plain.judge(blocks, asked, answers).items():
            assert np.array_equal(found[prefix + name], expected), prefix + name
    assert not np.array_equal(found["plain"], found["filtered_plain"])


@pytest.mark.parametrize("rule", ["realistic", "pessimistic", "plain"])
def test_metrics_are_of_either_by_the_rule_for_ties(judged, rule):
    results = TASK.results(TASK.judge(*judged), rule)
    arrays = TASK.judge(*judged)
    tied = {"realistic": lambda p: (arrays[p + "optimistic"] + arrays[p + "pessimistic"]) / 2}
    for prefix, mrr, hits in (
        ("", reciprocal_rank, hits_at_1),
        ("filtered_", filtered_reciprocal_rank, filtered_hits_at_1),
    ):
        ranks = tied.get(rule, lambda p: arrays[p + rule])(prefix)
        assert np.array_equal(mrr(results).values, 1 / ranks)
        assert np.array_equal(hits(results).values, ranks <= 1)
        assert mrr(results).chance == pytest.approx(
            np.mean([sum(1 / k for k in range(1, n + 1)) / n for n in arrays[prefix + "candidates"]])
        )
    assert np.array_equal(TASK.merit(results), 1 / results.rank)
