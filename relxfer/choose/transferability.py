"""Transferability estimators: how well the features or the predictions of a source model fit a target's labels.

Arguments describe n labelled target queries: features [n, D] float, probabilities [n, Z] float of the Z classes of the
source, answers [n] int. Higher is better for every estimator; logarithms are natural.
"""

from __future__ import annotations

import math

import numpy as np

#: The number of neighbours that vote.
NEIGHBOURS = 5
#: The number of rows that are compared with all others at once, to limit memory.
_CHUNK = 1024
#: Replaces 0 where a logarithm or a quotient needs a positive number.
_TINY = 1e-300


def logme(features: np.ndarray, answers: np.ndarray) -> float:
    """LogME (You et al. 2021): the maximum evidence of a linear model of the classes, per query.

    For each class c, with y = 1 where the answer is c and else 0, the evidence of y ~ N(F w, I / beta) with
    w ~ N(0, I / alpha) is N(y; 0, I / beta + F F' / alpha). The mean over classes of max log evidence / n.
    alpha / beta is found by a search; given it, beta has a closed form.

    >>> rng = np.random.default_rng(0)
    >>> answers = np.arange(60) % 3
    >>> good, bad = np.eye(3)[answers] + 0.1 * rng.normal(size=(60, 3)), rng.normal(size=(60, 3))
    >>> logme(good, answers) > logme(bad, answers)
    True
    """
    left, singular, _ = np.linalg.svd(features.astype(np.float64), full_matrices=False)
    return float(np.mean([_evidence(left, singular**2, answers == c) for c in np.unique(answers)]))


def _evidence(left: np.ndarray, squares: np.ndarray, of_class: np.ndarray) -> float:
    """max over alpha and beta of the log evidence, per query; `left` and `squares` are from the SVD of the features."""
    from scipy.optimize import minimize_scalar

    n, y = len(of_class), of_class.astype(np.float64)
    inside = (left.T @ y) ** 2
    outside = max(0.0, y @ y - inside.sum())

    def evidence(log_ratio: float) -> float:
        """The log evidence at alpha / beta = exp(log_ratio), with beta = n / y' (I + F F' beta / alpha)^-1 y."""
        spread = 1 + squares / math.exp(log_ratio)
        residual = max(_TINY, outside + (inside / spread).sum())
        return 0.5 * (n * (math.log(n / residual / (2 * math.pi)) - 1) - np.log(spread).sum()) / n

    centre = math.log(squares.max() or 1.0)
    grid = centre + np.linspace(-20, 20, 81)
    best = int(np.argmax([evidence(log_ratio) for log_ratio in grid]))
    ends = grid[max(0, best - 1)], grid[min(len(grid) - 1, best + 1)]
    return -float(minimize_scalar(lambda log_ratio: -evidence(log_ratio), bounds=ends, method="bounded").fun)


def h_score(features: np.ndarray, answers: np.ndarray) -> float:
    """The H-score (Bao et al. 2019), shrunk (Ibrahim et al. 2022): tr(cov_a(f)^-1 (1 - a) cov(E[f | y])).

    cov_a(f) = (1 - a) cov(f) + a tr(cov(f)) / D I, with the shrinkage a of Ledoit and Wolf (2004). With a = 0 it would
    be the original H-score, which needs far more queries than features.

    >>> h_score(np.array([[0.0], [0.0], [1.0], [1.0]]), np.array([0, 0, 1, 1]))
    1.0
    """
    from sklearn.covariance import ledoit_wolf

    features = features.astype(np.float64)
    covariance, shrinkage = ledoit_wolf(features)
    classes, counts = np.unique(answers, return_counts=True)
    centres = np.stack([features[answers == c].mean(0) for c in classes]) - features.mean(0)
    between = (centres * counts[:, None]).T @ centres / len(answers)
    return float((1 - shrinkage) * np.trace(np.linalg.pinv(covariance, hermitian=True) @ between))


def leep(probabilities: np.ndarray, answers: np.ndarray) -> float:
    """LEEP (Nguyen et al. 2020): the mean log of sum_z P(y | z) p_z(x).

    p_z(x) are the source model's probabilities, and P(y | z) = sum of p_z over the queries of class y, over all
    queries.

    >>> round(leep(np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), np.array([0, 1, 1])), 4)  # 2/3 log 1/2
    -0.4621
    """
    classes, index = np.unique(answers, return_inverse=True)
    joint = np.stack([probabilities[answers == c].sum(0) for c in classes])
    given = joint / np.maximum(joint.sum(0), _TINY)
    return float(np.log(np.maximum((given[index] * probabilities).sum(1), _TINY)).mean())


def nce(predicted: np.ndarray, answers: np.ndarray) -> float:
    """NCE (Tran et al. 2019): minus the conditional entropy H(Y | Z) of the answers given the predicted source classes.

    predicted [n] int: the class of the source with the highest probability

    >>> round(nce(np.array([0, 0, 1]), np.array([0, 1, 1])), 4)  # 2/3 log 1/2
    -0.4621
    """
    both, counts = np.unique(np.stack([predicted, answers]), axis=1, return_counts=True)
    alone = np.bincount(predicted)[both[0]]
    return float((counts * np.log(counts / alone)).sum() / len(answers))


def knn(features: np.ndarray, answers: np.ndarray, neighbours: int = NEIGHBOURS) -> float:
    """Leave-one-out accuracy of nearest neighbours by cosine; of classes with equal votes, the one that is nearer wins.

    >>> knn(np.array([[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], [0.1, 0.9]]), np.array([0, 0, 1, 1]), neighbours=1)
    1.0
    """
    _, index = np.unique(answers, return_inverse=True)
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    unit = features / np.maximum(lengths, 1e-12)
    chunks = range(0, len(answers), _CHUNK)
    hits = [_hits(unit, index, np.arange(at, min(at + _CHUNK, len(index))), neighbours) for at in chunks]
    return float(np.concatenate(hits).mean())


def _hits(unit: np.ndarray, index: np.ndarray, rows: np.ndarray, neighbours: int) -> np.ndarray:
    """[rows] bool: whether the neighbours of each row vote for its class."""
    cosine = unit[rows] @ unit.T
    cosine[np.arange(len(rows)), rows] = -np.inf
    count = min(neighbours, len(index) - 1)
    nearest = np.argpartition(-cosine, count - 1, axis=1)[:, :count]
    closeness = np.take_along_axis(cosine, nearest, 1)
    votes = np.zeros((len(rows), index.max() + 1))
    # the cosines of all neighbours sum to less than one vote, so that they only break ties
    np.add.at(votes, (np.arange(len(rows))[:, None], index[nearest]), 1 + closeness / (4 * count))
    return votes.argmax(1) == index[rows]
