"""Transferability estimators against brute force, and what must hold for any features and labels."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.stats import multivariate_normal

from relxfer.choose.transferability import h_score, knn, leep, logme, nce

pytestmark = pytest.mark.processor

RULES = {"logme": logme, "h-score": h_score, "knn": knn}


def sample(seed=0, n=24, width=3, classes=3, apart=1.0):
    """Features in which classes lie apart, and their answers."""
    rng = np.random.default_rng(seed)
    answers = rng.integers(0, classes, n)
    centres = rng.normal(0, apart, (classes, width))
    return (centres[answers] + rng.normal(size=(n, width))).astype(np.float32), answers


@pytest.mark.parametrize(("n", "width"), [(24, 3), (12, 30)])
def test_logme_is_the_highest_evidence_of_a_grid(n, width):
    features, answers = sample(n=n, width=width)
    grid = np.exp(np.linspace(-12, 12, 49))
    best = []
    for c in np.unique(answers):
        y = (answers == c).astype(float)
        gram = features.astype(float) @ features.T.astype(float)
        evidence = max(
            multivariate_normal.logpdf(y, np.zeros(n), np.eye(n) / beta + gram / alpha, allow_singular=True)
            for alpha in grid
            for beta in grid[20:]
        )
        best.append(evidence / n)
    assert np.mean(best) <= logme(features, answers) + 1e-9
    assert logme(features, answers) == pytest.approx(np.mean(best), abs=0.02)


def test_logme_of_useless_features_is_that_of_none():
    """All features 0: y ~ N(0, I / beta), beta = n / y'y."""
    answers = np.array([0, 0, 0, 1])
    expected = np.mean([-0.5 * (1 + math.log(2 * math.pi * share)) for share in (3 / 4, 1 / 4)])
    assert logme(np.zeros((4, 2)), answers) == pytest.approx(expected)


def test_h_score_with_many_queries_is_the_plain_one():
    features, answers = sample(n=20_000, width=4)
    x = features.astype(float) - features.mean(0)
    centres = [x[answers == c].mean(0) for c in range(3)]
    between = sum(np.mean(answers == c) * np.outer(centre, centre) for c, centre in enumerate(centres))
    plain = np.trace(np.linalg.inv(x.T @ x / len(x)) @ between)
    assert h_score(features, answers) == pytest.approx(plain, rel=0.01)


def test_h_score_is_finite_with_more_features_than_queries_and_dead_ones():
    features, answers = sample(n=12, width=40)
    features[:, :5] = 0
    assert 0 < h_score(features, answers) < 3


def test_leep_by_hand():
    """Two source classes, three queries: P(y, z) from the sums of probabilities."""
    probabilities, answers = np.array([[0.8, 0.2], [0.4, 0.6], [0.3, 0.7]]), np.array([5, 5, 9])
    joint = {
        (y, z): sum(p[z] for p, a in zip(probabilities, answers, strict=True) if a == y) for y in (5, 9) for z in (0, 1)
    }
    total = [joint[5, z] + joint[9, z] for z in (0, 1)]
    logs = [
        math.log(sum(joint[y, z] / total[z] * p[z] for z in (0, 1)))
        for p, y in zip(probabilities, answers, strict=True)
    ]
    assert leep(probabilities, answers) == pytest.approx(np.mean(logs))


pairs = some.lists(some.tuples(some.integers(0, 3), some.integers(0, 4)), min_size=2, max_size=40)


@given(pairs)
def test_nce_is_minus_the_conditional_entropy(found):
    predicted, answers = (np.array(column) for column in zip(*found, strict=True))
    both, alone = Counter(found), Counter(z for z, _ in found)
    entropy = -sum(count / len(found) * math.log(count / alone[z]) for (z, _), count in both.items())
    assert nce(predicted, answers) == pytest.approx(-entropy)


@given(pairs)
def test_leep_of_certain_predictions_is_nce(found):
    predicted, answers = (np.array(column) for column in zip(*found, strict=True))
    assert leep(np.eye(4)[predicted], answers) == pytest.approx(nce(predicted, answers))


@given(some.integers(0, 10_000))
@settings(max_examples=20)
def test_neighbours_by_brute_force(seed):
    features, answers = sample(seed, n=15)
    right = 0
    for row, x in enumerate(features.astype(float)):
        cosine = features.astype(float) @ x / np.linalg.norm(features, axis=1) / np.linalg.norm(x)
        nearest = sorted((i for i in range(15) if i != row), key=lambda i: -cosine[i])[:5]
        near = {c: [cosine[i] for i in nearest if answers[i] == c] for c in answers}
        votes = {c: (len(cosines), sum(cosines)) for c, cosines in near.items()}
        right += max(sorted(votes), key=lambda c: votes[c]) == answers[row]
    assert knn(features, answers) == pytest.approx(right / 15)


def test_neighbours_over_several_chunks(monkeypatch):
    features, answers = sample(n=50)
    whole = knn(features, answers)
    monkeypatch.setattr("relxfer.choose.transferability._CHUNK", 7)
    assert knn(features, answers) == whole


@pytest.mark.parametrize("name", RULES)
def test_order_of_queries_and_names_of_classes_do_not_matter(name):
    features, answers = sample()
    order = np.random.default_rng(1).permutation(len(answers))
    renamed = np.array([7, 2, 11])[answers]
    assert RULES[name](features[order], renamed[order]) == pytest.approx(RULES[name](features, answers))


@pytest.mark.parametrize("name", RULES)
def test_features_that_tell_classes_apart_are_better(name):
    assert RULES[name](*sample(apart=4.0)) > RULES[name](*sample(apart=0.0))
