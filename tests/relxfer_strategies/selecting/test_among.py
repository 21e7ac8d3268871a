"""The rule that compares predictions of finished models: values by hand."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_strategies.selecting.among import ensemble_agreement


def test_the_candidate_nearest_to_the_mean_of_all_wins():
    """The mean answers a, a, b; the candidates agree with it on 3, 2 and 1 rows."""
    first = [[0.9, 0.1], [0.8, 0.2], [0.3, 0.7]]
    second = [[0.6, 0.4], [0.7, 0.3], [0.6, 0.4]]
    third = [[0.4, 0.6], [0.2, 0.8], [0.2, 0.8]]
    assert ensemble_agreement(np.array([first, second, third])) == pytest.approx([3 / 3, 2 / 3, 1 / 3])


def test_a_sure_candidate_counts_more_than_an_unsure_one():
    """Probabilities are averaged, not answers: one candidate that is sure of b outweighs two that lean to a."""
    unsure, sure = [[0.55, 0.45]], [[0.0, 1.0]]
    assert ensemble_agreement(np.array([unsure, unsure, sure])).tolist() == [0.0, 0.0, 1.0]


def test_a_single_candidate_agrees_with_itself():
    assert ensemble_agreement(np.array([[[0.2, 0.8], [0.6, 0.4]]])).tolist() == [1.0]
