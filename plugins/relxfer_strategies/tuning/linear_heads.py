"""Linear heads that are solved for, and not trained by gradient steps; written into the learner's own head."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from relxfer.contract.data import Examples
from relxfer.contract.strategies import Cell
from relxfer.errors import Incompatible

#: Inverse strengths of the penalty that are tried, the strongest first, and the one where too few labels can tell.
STRENGTHS = (1e-4, 1e-3, 1e-2, 1e-1, 1.0, 10.0)
USUAL = 1.0
#: Parts into which the labels of the budget are cut to choose the strength.
FOLDS = 5
#: Bias of a class that has no label: it is never predicted.
NEVER = -1e4


def _logistic(strength: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, max_iter=2000)


def _for_two(estimator: Any, width: int) -> Any:
    """Newton's method where its Hessian is small: with weak penalties lbfgs runs into its limit of iterations."""
    return (
        estimator.set_params(solver="newton-cholesky") if hasattr(estimator, "solver") and width <= 2048 else estimator
    )


def _svm(strength: float) -> Any:
    from sklearn.svm import LinearSVC

    return LinearSVC(C=strength, max_iter=20_000, random_state=0)


#: Features [n, width] and answers [n].
_Labelled = tuple[np.ndarray, np.ndarray]

KINDS: dict[str, Callable[[float], Any]] = {"logistic": _logistic, "svm": _svm}


def solve(cell: Cell, kind: str) -> None:
    """Give the learner a new head, fitted to its features on the target's labels.

    The strength is chosen by cross-validation over all labels of the budget, and the head fitted on all of them.
    """
    learner, made = cell.learner, KINDS[kind]
    learner.head = new_linear(learner)

    def work() -> dict[str, Any]:
        parts = [_labelled(cell, examples) for examples in (cell.target.train, cell.target.val)]
        features, labels = (np.concatenate(both) for both in zip(*parts, strict=True))
        answers = learner.head.out_features
        strength = _strength(made, features, labels, answers)
        write(learner.head, *_fitted(made(strength), features, labels, answers))
        return {"strength": strength}

    cell.trainer.once(learner, work)


def new_linear(learner: Any) -> nn.Linear:
    """An untrained head; `Incompatible` where it is not one linear layer on the features."""
    head = learner.new_head()
    if not isinstance(head, nn.Linear) or head.in_features != learner.width or head.bias is None:
        raise Incompatible(
            f"a model whose head is one linear layer on its {learner.width} features",
            type(head).__name__,
            "choose another model, or a head that is trained by gradient steps",
        )
    return head


def write(head: nn.Linear, weight: np.ndarray, bias: np.ndarray) -> None:
    """Set weight [answers, width] and bias [answers]."""
    with torch.no_grad():
        head.weight.copy_(torch.from_numpy(weight))
        head.bias.copy_(torch.from_numpy(bias))


def standardised(features: np.ndarray) -> Any:
    """A scikit-learn StandardScaler of features [n, width], in double precision."""
    from sklearn.preprocessing import StandardScaler

    return StandardScaler().fit(features.astype(np.float64))


def centred(features: np.ndarray) -> Any:
    """The same with one scale for all features: what varies little for a network is not blown up."""
    scaler = standardised(features)
    scaler.scale_[:] = np.sqrt(scaler.var_.mean()) or 1.0
    return scaler


def absorb(scaler: Any, weight: np.ndarray, bias: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """w (x - m) / s + b as one layer on x: weight w / s, bias b - (w / s) m."""
    scaled = weight / scaler.scale_
    return scaled, bias - scaled @ scaler.mean_


def _labelled(cell: Cell, examples: Examples | None) -> _Labelled:
    if examples is None:
        return np.zeros((0, cell.learner.width), np.float32), np.zeros(0, np.int64)
    assert examples.answers is not None
    return cell.trainer.features(cell.learner, examples), examples.answers


def _strength(made: Callable[[float], Any], features: np.ndarray, labels: np.ndarray, answers: int) -> float:
    """Of the highest accuracy in stratified cross-validation; of equal ones the strongest penalty."""
    from sklearn.model_selection import StratifiedKFold

    counts = np.unique(labels, return_counts=True)[1]
    if len(counts) < 2 or counts.min() < 2:
        return USUAL
    folds = StratifiedKFold(min(FOLDS, int(counts.min())), shuffle=True, random_state=0)
    cuts = list(folds.split(features, labels))

    def accuracy(strength: float) -> float:
        return float(np.mean([_hits(made(strength), features, labels, answers, *cut) for cut in cuts]))

    return max(STRENGTHS, key=accuracy)


def _hits(
    estimator: Any, features: np.ndarray, labels: np.ndarray, answers: int, fitted: np.ndarray, held: np.ndarray
) -> float:
    """Accuracy on the rows `held` of the head of the rows `fitted`."""
    weight, bias = _fitted(estimator, features[fitted], labels[fitted], answers)
    return float(((features[held] @ weight.T + bias).argmax(1) == labels[held]).mean())


def _fitted(estimator: Any, features: np.ndarray, labels: np.ndarray, answers: int) -> tuple[np.ndarray, np.ndarray]:
    """Weight [answers, width] and bias [answers] on features as they are; two classes get opposite columns."""
    from sklearn.exceptions import ConvergenceWarning

    present = np.unique(labels)
    if len(present) < 2:
        raise Incompatible("labels of at least two classes", f"of {len(present)}", "raise the label budget")
    scaler = centred(features)
    basis, rows = _spanned(scaler.transform(features.astype(np.float64)))
    estimator = _for_two(estimator, rows.shape[1]) if len(present) == 2 else estimator
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # such a strength is judged like the others
        estimator.fit(rows, labels)
    weight, bias = estimator.coef_, estimator.intercept_
    weight = weight if basis is None else weight @ basis.T
    if len(present) == 2:
        weight, bias = np.concatenate([-weight, weight]) / 2, np.concatenate([-bias, bias]) / 2
    whole = np.zeros((answers, features.shape[1])), np.full(answers, NEVER)
    whole[0][present], whole[1][present] = absorb(scaler, weight, bias)
    return whole


def _spanned(rows: np.ndarray) -> tuple[np.ndarray | None, np.ndarray]:
    """A basis Q [width, n] of the span of fewer rows than features, and the rows in it; None and the rows, of more.

    With a quadratic penalty the weights lie in this span: w = Q v with |w| = |v|, so that n numbers are solved for.
    """
    if len(rows) >= rows.shape[1]:
        return None, rows
    basis, coordinates = np.linalg.qr(rows.T)
    return basis, coordinates.T
