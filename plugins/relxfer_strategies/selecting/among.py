"""A rule that chooses among several finished models by comparing them: it needs the predictions of all.

`Validator.score` rates one model at a time; this is a function of all K candidates. Higher is better.
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
