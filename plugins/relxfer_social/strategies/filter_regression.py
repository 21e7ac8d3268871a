"""Linear predictions on every filter of a network's features, solved for from labelled nodes."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from relxfer.contract.data import Examples
from relxfer_social.architectures.filters_net import FILTERS, filtered
from relxfer_social.estimation.ridge import ridge
from relxfer_social.tensors.graph import Graph, Sparse

#: Labels that are used at most, since the time grows with their cube.
MOST = 2000
#: Factors on regressions that are tried, so that their softmax says how often they are right.
SCALES = 2.0 ** np.arange(0, 7)


def solve(graph: Graph, nodes: np.ndarray, labels: np.ndarray, classes: int) -> tuple[np.ndarray, np.ndarray]:
    """W [5, F, C] of every filter, and its predictions for these nodes by fits without each [n, 5, C].

    Targets are 1 - 1/C at the label and -1/C elsewhere, so that a filter that tells nothing predicts 0. Each filter is
    multiplied by its factor in `stacked`, so that their mean is the best sum of them.
    """
    true = targets(labels, classes)
    fits = [ridge(rows, true) for rows in _rows(graph, nodes)]
    weights, left_out = np.stack([w for w, _ in fits]), np.stack([y for _, y in fits], 1)
    factors = stacked(left_out, true)[:, None]
    return weights * factors[:, None], left_out * factors


def targets(labels: np.ndarray, classes: int) -> np.ndarray:
    """[n, C].

    >>> targets(np.array([1]), 2).tolist()
    [[-0.5, 0.5]]
    """
    return np.eye(classes)[labels] - 1 / classes


def stacked(left_out: np.ndarray, true: np.ndarray) -> np.ndarray:
    """Factors f >= 0 [5] of least |mean_k f_k y_k - y|^2 on left-out predictions y_k (Breiman 1996, stacking)."""
    from scipy.optimize import nnls

    factors = nnls(left_out.transpose(0, 2, 1).reshape(-1, len(FILTERS)) / len(FILTERS), true.ravel())[0]
    return factors if factors.any() else np.ones(len(FILTERS))


def predicted(graph: Graph, weights: np.ndarray, nodes: np.ndarray) -> np.ndarray:
    """[n, 5, C] of W [5, F, C]."""
    features, propagation = _features(graph), graph.propagation().values
    values = [filtered(propagation, features @ w, c)[nodes] for w, c in zip(weights, FILTERS, strict=True)]
    return np.stack(values, 1)


def write(learner: Any, labelled: Examples) -> dict[str, Any]:
    """Solve for these labels and set the learner's network.

    Returns the factor `scale` that makes scores of regressions, `rows` [n] of the labels that were used, and `left`
    [n, C], the scores of each by a fit without it.
    """
    answers = labelled.answers
    assert answers is not None
    chosen = torch.randperm(len(labelled))[:MOST].numpy()
    nodes, labels = labelled.queries[chosen], answers[chosen]
    weights, left_out = solve(learner.graph(labelled.inputs), nodes, labels, learner.task.width)
    with torch.no_grad():
        scale = _scale(_scores(learner, left_out), labels)
        inputs = learner.parts()[0][1]
        inputs.weight.copy_(torch.from_numpy(np.concatenate(list(scale * weights), 1).T))
        inputs.bias.zero_()
    return {"scale": scale, "rows": chosen, "left": _scores(learner, scale * left_out)}


def _scores(learner: Any, predicted: np.ndarray) -> np.ndarray:
    """[n, C] of the predictions on every filter [n, 5, C]."""
    with torch.no_grad():
        made = learner.head(torch.from_numpy(predicted).float().to(learner.device).flatten(1))
    return np.asarray(made.cpu().numpy(), np.float64)


def _rows(graph: Graph, nodes: np.ndarray) -> list[np.ndarray]:
    """[n, F] float64 of every filter, at these nodes."""
    import scipy.sparse as sp

    features, propagation = _features(graph), graph.propagation().values.astype(np.float64)
    chosen = sp.eye(graph.count, format="csr")[nodes]
    # from the right: few rows pass through the propagation, not the features of every node
    operators = [filtered(propagation.T, chosen.T, coefficients).T for coefficients in FILTERS]
    return [_dense(operator @ features) for operator in operators]


def _features(graph: Graph) -> Any:
    assert isinstance(graph.features, torch.Tensor | Sparse)
    features = graph.features.values if isinstance(graph.features, Sparse) else graph.features.cpu().numpy()
    return features.astype(np.float64)


def _dense(values: Any) -> np.ndarray:
    return values if isinstance(values, np.ndarray) else values.toarray()


def _scale(scores: np.ndarray, labels: np.ndarray) -> float:
    """The factor of the smallest cross-entropy."""

    def cross_entropy(scale: float) -> float:
        powers = np.exp(scale * (scores - scores.max(1, keepdims=True)))
        return -float(np.log(powers[np.arange(len(labels)), labels] / powers.sum(1)).mean())

    return float(min(SCALES, key=cross_entropy))
