"""Rules that choose among several finished models by comparing them; they need the predictions or scores of all.

`Validator.score` rates one model at a time; here each rule is a function of all K candidates. Higher is better.
"""

from __future__ import annotations

import numpy as np


def ensemble_agreement(predictions: np.ndarray) -> np.ndarray:
    """[K]: the share of rows that a candidate answers as the mean of all candidates does (EnsV; Hu et al. 2024,
    "Towards Reliable Model Selection for Unsupervised Domain Adaptation").

    score_k = mean_i [argmax_c p_kic = argmax_c mean_l p_lic]

    predictions  [K, n, C]: the probabilities that K candidates give the same n target inputs

    >>> sure, other = [[0.9, 0.1], [0.1, 0.9]], [[0.2, 0.8], [0.1, 0.9]]
    >>> ensemble_agreement(np.array([sure, sure, other])).tolist()
    [1.0, 1.0, 0.5]
    """
    proxy = predictions.mean(0).argmax(-1)
    agreement: np.ndarray = (predictions.argmax(-1) == proxy).mean(-1)
    return agreement


def vote(scores: np.ndarray) -> np.ndarray:
    """[K]: the mean rank of each candidate over R rules, from 1, the lowest score; equal scores share a mean rank.

    The order is that of Borda's count (1781).

    scores  [R, K]: what R rules give K candidates, each on a scale of its own; NaN ranks below all numbers

    >>> vote(np.array([[0.1, 0.2, 0.9], [5.0, 7.0, 6.0]])).tolist()
    [1.0, 2.5, 2.5]
    """
    ranks: np.ndarray = np.mean([_ranks(row) for row in scores], axis=0)
    return ranks


def _ranks(scores: np.ndarray) -> np.ndarray:
    from scipy.stats import rankdata

    ranks: np.ndarray = rankdata(np.where(np.isnan(scores), -np.inf, scores))
    return ranks
