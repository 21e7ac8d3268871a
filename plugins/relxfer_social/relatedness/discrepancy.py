"""How far two samples of points are apart, without training a network."""

from __future__ import annotations

import numpy as np

#: Nearest neighbours that are asked where they come from.
NEAREST = 10
#: Share of what the largest class leaves wrong that a rule must put right, so that its classes are used.
SKILL = 0.2


def energy(first: np.ndarray, second: np.ndarray) -> float:
    """sqrt((2 E|X - Y| - E|X - X'| - E|Y - Y'|) / 2 E|X - Y|), in [0, 1], 0 for equal distributions only, whatever the
    scale (Szekely and Rizzo 2013, the energy coefficient); the numerator is the squared MMD whose kernel is minus the
    distance (Sejdinovic et al. 2013).

    >>> energy(np.zeros((3, 1)), np.zeros((2, 1))), energy(np.zeros((3, 1)), np.ones((2, 1)))
    (0.0, 1.0)
    """
    from sklearn.metrics.pairwise import euclidean_distances

    across = 2 * float(euclidean_distances(first, second).mean())
    within = sum(float(euclidean_distances(points).mean()) for points in (first, second))
    return float(np.sqrt(max(0.0, across - within) / across)) if across > 0 else 0.0


def proxy_a(first: np.ndarray, second: np.ndarray) -> float:
    """2 (1 - 2 e), in [0, 2], e the error of a linear rule that says which sample a left-out point is of (Ben-David et
    al. 2007); 0 where the rule is no better than chance.

    >>> proxy_a(np.zeros((4, 1)), np.ones((4, 1)))
    2.0
    """
    from relxfer_social.estimation.ridge import ridge

    points = np.concatenate([first, second])
    side = np.repeat([-1.0, 1.0], [len(first), len(second)])
    left_out = ridge(points - points.mean(0), side[:, None])[1].ravel()
    rates = [np.mean(left_out[side == way] * way <= 0) for way in (-1, 1)]
    return float(max(0.0, 2 * (1 - 2 * np.mean(rates))))


def mixed(source: np.ndarray, target: np.ndarray) -> float:
    """The share of source points among the nearest of a target point, over what chance expects; at most 1.

    >>> mixed(np.zeros((5, 1)), np.ones((5, 1)))
    0.0
    """
    from sklearn.metrics.pairwise import euclidean_distances

    distances = euclidean_distances(target, np.concatenate([source, target]))
    own = np.arange(len(target))
    distances[own, len(source) + own] = np.inf
    nearest = np.argsort(distances, axis=1, kind="stable")[:, : max(1, min(NEAREST, len(target) - 1))]
    expected = len(source) / (len(source) + len(target) - 1)
    return min(1.0, float((nearest < len(source)).mean()) / expected)


def class_overlap(points: np.ndarray, labels: np.ndarray, classes: int, target: np.ndarray) -> float | str:
    """1 - sum_c |p_S(c) - p_T(c)| / 2, p_T estimated from what a linear rule says of target points, and how often it is
    wrong on left-out source points (Lipton et al. 2018, see `relxfer_social.estimation.class_weights`).

    A reason where the rule is hardly better than naming the largest class: what it says of the target tells nothing.

    >>> points = np.array([[-1.0]] * 6 + [[1.0]] * 6)
    >>> round(class_overlap(points, np.repeat([0, 1], 6), 2, points), 2)
    1.0
    """
    from relxfer_social.estimation.class_weights import class_weights
    from relxfer_social.estimation.ridge import ridge

    true, middle = np.eye(classes)[labels], points.mean(0)
    share = true.mean(0)
    weights, left_out = ridge(points - middle, true - share)
    right, largest = float(np.mean((left_out + share).argmax(1) == labels)), float(share.max())
    if right - largest < SKILL * (1 - largest):
        shares = f"{100 * right:.0f} % of the source, where the largest class is {100 * largest:.0f} %"
        return f"a linear rule is right on {shares}"
    estimated = share * class_weights(true, left_out + share, (target - middle) @ weights + share)
    return 1 - float(np.abs(estimated / max(float(estimated.sum()), 1e-12) - share).sum()) / 2
