"""Linear heads that are solved for: what each minimises, for the kinds of task that name them in `Task.heads`.

A fit is a function of features [n, width] float64, of what a head learns ([n] or [n, C], see `Task.encoded`), of the
number C of outputs and of the inverse strength of the penalty. It returns weight [C, width] and bias [C].
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from relxfer.errors import Incompatible

#: Bias of a class that has no label: it is never predicted.
NEVER = -1e4
Fitted = tuple[np.ndarray, np.ndarray]


def logistic(features: np.ndarray, labels: np.ndarray, outputs: int, strength: float) -> Fitted:
    """min over W, b of |W|^2 / 2 + strength · sum_i -log softmax(W x_i + b)_(y_i); x centred, of one scale.

    Raises:
        Incompatible: there are labels of one class alone.
    """
    return _of_classes(_logistic(strength), features, labels, outputs)


def svm(features: np.ndarray, labels: np.ndarray, outputs: int, strength: float) -> Fitted:
    """min over w, b of |w|^2 / 2 + strength · sum_i max(0, 1 - t_i (w x_i + b))^2 for each class against the rest.

    Raises:
        Incompatible: there are labels of one class alone.
    """
    return _of_classes(_svm(strength), features, labels, outputs)


def logistic_each(features: np.ndarray, labels: np.ndarray, outputs: int, strength: float) -> Fitted:
    """For each label c, min over w, b of |w|^2 / 2 + strength · sum_i log(1 + exp(-t_ic (w x_i + b))), t = 2 y - 1.

    A label that all queries have, or none, gets the logit of its frequency, (k + 1/2) / (n + 1), whatever the features.

    >>> weight, bias = logistic_each(np.array([[-1.0], [1.0]]), np.array([[0, 1], [1, 1]]), 2, 1.0)
    >>> bool(weight[0, 0] > 0), float(weight[1, 0]), round(float(bias[1]), 2)
    (True, 0.0, 1.61)
    """
    return _each(_logistic(strength), features, labels, outputs)


def svm_each(features: np.ndarray, labels: np.ndarray, outputs: int, strength: float) -> Fitted:
    """The same with the squared hinge loss of `svm` for each label."""
    return _each(_svm(strength), features, labels, outputs)


def ridge(features: np.ndarray, numbers: np.ndarray, outputs: int, strength: float) -> Fitted:
    """min over W, b of |W|^2 / strength + sum_i |W x_i + b - y_i|^2 (Hoerl and Kennard 1970); x centred, of one scale.

    >>> weight, bias = ridge(np.array([[0.0], [2.0], [4.0]]), np.array([1.0, 2.0, 3.0]), 1, 1e6)
    >>> weight.round(3).tolist(), bias.round(3).tolist()
    ([[0.5]], [1.0])
    """
    from sklearn.linear_model import Ridge

    scaler = centred(features)
    basis, rows = _spanned(scaler.transform(features))
    fitted = Ridge(alpha=1 / strength).fit(rows, numbers.reshape(len(rows), outputs))
    weight = fitted.coef_ if basis is None else fitted.coef_ @ basis.T
    return absorb(scaler, weight.reshape(outputs, -1), fitted.intercept_)


def standardised(features: np.ndarray) -> Any:
    """A scikit-learn StandardScaler of features [n, width], in double precision."""
    from sklearn.preprocessing import StandardScaler

    return StandardScaler().fit(features.astype(np.float64))


def centred(features: np.ndarray) -> Any:
    """The same with one scale for all features: what varies little for a network is not blown up."""
    scaler = standardised(features)
    scaler.scale_[:] = np.sqrt(scaler.var_.mean()) or 1.0
    return scaler


def absorb(scaler: Any, weight: np.ndarray, bias: np.ndarray) -> Fitted:
    """w (x - m) / s + b as one layer on x: weight w / s, bias b - (w / s) m."""
    scaled = weight / scaler.scale_
    return scaled, bias - scaled @ scaler.mean_


def _logistic(strength: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, max_iter=2000)


def _svm(strength: float) -> Any:
    from relxfer.authoring.squared_hinge import SquaredHinge

    return SquaredHinge(strength)


def _of_classes(estimator: Any, features: np.ndarray, labels: np.ndarray, outputs: int) -> Fitted:
    """Weight and bias on features as they are; two classes get opposite columns."""
    present = np.unique(labels)
    if len(present) < 2:
        raise Incompatible("labels of at least two classes", f"of {len(present)}", "raise the label budget")
    weight, bias = _solved(estimator, features, labels, len(present) == 2)
    if len(present) == 2:
        weight, bias = np.concatenate([-weight, weight]) / 2, np.concatenate([-bias, bias]) / 2
    whole = np.zeros((outputs, features.shape[1])), np.full(outputs, NEVER)
    whole[0][present], whole[1][present] = weight, bias
    return whole


def _each(estimator: Any, features: np.ndarray, labels: np.ndarray, outputs: int) -> Fitted:
    count, there = len(labels), labels.sum(0)
    bias = np.log((there + 0.5) / (count - there + 0.5))
    weight = np.zeros((outputs, features.shape[1]))
    for label in np.flatnonzero((there > 0) & (there < count)):
        solved = _solved(estimator, features, labels[:, label], two=True)
        weight[label], bias[label] = solved[0][0], solved[1][0]
    return weight, bias


def _solved(estimator: Any, features: np.ndarray, labels: np.ndarray, two: bool) -> Fitted:
    """Weight [k, width] and bias [k] of an estimator of scikit-learn, on features as they are."""
    from sklearn.exceptions import ConvergenceWarning

    scaler = centred(features)
    basis, rows = _spanned(scaler.transform(features))
    estimator = _for_two(estimator, rows.shape[1]) if two else estimator
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # such a strength is judged like the others
        estimator.fit(rows, labels)
    weight = estimator.coef_ if basis is None else estimator.coef_ @ basis.T
    return absorb(scaler, weight, estimator.intercept_)


def _for_two(estimator: Any, width: int) -> Any:
    """Newton's method where its Hessian is small: with weak penalties lbfgs runs into its limit of iterations."""
    newton = hasattr(estimator, "solver") and width <= 2048
    return estimator.set_params(solver="newton-cholesky") if newton else estimator


def _spanned(rows: np.ndarray) -> tuple[np.ndarray | None, np.ndarray]:
    """A basis Q [width, n] of the span of fewer rows than features, and the rows in it; None and the rows, of more.

    With a quadratic penalty the weights lie in this span: w = Q v with |w| = |v|, so that n numbers are solved for.
    """
    if len(rows) >= rows.shape[1]:
        return None, rows
    basis, coordinates = np.linalg.qr(rows.T)
    return basis, coordinates.T
