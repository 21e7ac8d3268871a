"""Regression: a number for each query, or several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from relxfer.contract.breakdowns import Answered, Breakdown, Part
from relxfer.contract.data import Domain, Examples
from relxfer.contract.metrics import ByInfluence, PerItem, Undefined
from relxfer.contract.tasks import Predictions, Task
from relxfer.errors import Incompatible
from relxfer.judge.metrics import influence

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Values(Predictions):
    """Predicted and true numbers, scores and answers [n, C]."""

    @property
    def errors(self) -> np.ndarray:
        """[n, C] float: prediction - answer."""
        return self.scores - self.answers


@dataclass(frozen=True)
class Regression(Task):
    """The numbers of each query, one for each of `answers`; answers are [n] or [n, C] float, scores [n, C] float.

    A head learns them in units of the standard deviation of the labels that it may see, from their mean on, so that
    one learning rate fits prices and ages alike. Several numbers count alike, each in its own unit of training; the
    metrics below are means over them in the units of the data, but for R2 and Spearman, which have none.

    >>> task = Regression(("price",))
    >>> task.scale(np.array([1.0, 3.0])).tolist()
    [[2.0], [1.0]]
    >>> task.problem(np.array([1.0, np.nan]))
    'expected answers that are finite numbers, got nan in row 1'
    """

    kind: str = field(default="regression", init=False)
    ranked: ClassVar[bool] = False
    shows: ClassVar[str] = "value"
    heads: ClassVar[Mapping[str, str]] = {"ridge": "relxfer.authoring.linear_fits:ridge"}

    def problem(self, answers: np.ndarray) -> str | None:
        shapes = [(len(answers), self.width)] + [(len(answers),)] * (self.width == 1)
        if answers.dtype.kind not in "iuf" or answers.shape not in shapes:
            return f"expected answers [n, {self.width}] as numbers, got {answers.dtype}{list(answers.shape)}"
        bad = ~np.isfinite(answers.reshape(len(answers), -1)).all(1)
        if bad.any():
            row = int(bad.argmax())
            return f"expected answers that are finite numbers, got {answers[row]} in row {row}"
        return None

    def posed(self, domain: Domain) -> Domain:
        """The domain with its classes as numbers, where all of their names are numbers.

        Raises:
            Incompatible: they are not.
        """
        table = np.array([[_finite(name)] for name in domain.task.answers])
        if not domain.task.classes or domain.task.open or not len(table) or np.isnan(table).any():
            named = ", ".join(domain.task.answers[:5])
            raise Incompatible("a task whose classes are numbers", f"{domain.task.kind} of {named}", "name other data")

        def numbered(split: Examples | None) -> Examples | None:
            known = split is not None and split.answers is not None
            return replace(split, answers=table[split.answers]) if known else split  # type: ignore[type-var, union-attr]

        splits = numbered(domain.train), numbered(domain.val), numbered(domain.test)
        task = Regression(self.answers or ("number",))
        return replace(domain, task=task, train=splits[0], val=splits[1], test=splits[2])

    def scale(self, answers: np.ndarray) -> np.ndarray | None:
        """Mean and standard deviation of each number; 1 where all labels are equal."""
        table = answers.reshape(len(answers), self.width).astype(float)
        spread = table.std(0)
        return np.stack([table.mean(0), np.where(spread > 0, spread, 1.0)])

    def encoded(self, answers: np.ndarray, scale: np.ndarray | None = None) -> np.ndarray:
        """[n, C]: (y - mean) / standard deviation."""
        table = answers.reshape(len(answers), self.width).astype(float)
        return table if scale is None else (table - scale[0]) / scale[1]

    def loss(self, scores: Tensor, labels: Tensor, scale: Tensor | None = None) -> Tensor:
        """Mean squared error, in units of the standard deviation of the labels."""
        wanted = labels.reshape(scores.shape).to(scores.dtype)
        wanted = wanted if scale is None else (wanted - scale[0]) / scale[1]
        return (scores - wanted).square().mean()

    @classmethod
    def results(cls, arrays: Mapping[str, np.ndarray], ties: str = "") -> Values:
        scores = arrays["scores"].astype(float)
        return Values(scores, arrays["answers"].reshape(scores.shape).astype(float))

    def merit(self, results: Values) -> np.ndarray:
        """Minus the squared error, each number in units of its spread among the answers asked."""
        spread = results.answers.std(0)
        return -np.square(results.errors / np.where(spread > 0, spread, 1.0)).mean(1)

    def broken_down(self, results: Values, kinds: Sequence[str]) -> Breakdown:
        """The errors in each quarter of the true numbers, of the smallest to the largest ones."""
        columns = zip(self.answers, results.scores.T, results.answers.T, strict=True)
        several = len(self.answers) > 1
        parts = [part for name, *column in columns for part in _quarters(f"{name} " * several, *column)]
        return Breakdown("quarter of the truth", tuple(parts))

    def answered(self, results: Values) -> Answered:
        """The loss is the squared error of `merit`."""
        return Answered(-self.merit(results), None, results.scores)

    def predicted(self, scores: np.ndarray) -> list[str]:
        """The numbers themselves."""
        return self.worded(scores)

    def worded(self, answers: np.ndarray) -> list[str]:
        """The numbers, with their names where there are several.

        >>> Regression(("price", "age")).worded(np.array([[1.5, 20000.0]]))
        ['price 1.5, age 2e+04']
        """
        rows = answers.reshape(len(answers), self.width).tolist()
        if self.width == 1:
            return [f"{row[0]:.4g}" for row in rows]
        return [", ".join(f"{name} {of:.4g}" for name, of in zip(self.answers, row, strict=True)) for row in rows]


def _quarters(prefix: str, scores: np.ndarray, answers: np.ndarray) -> Iterator[Part]:
    """The errors of each quarter of the answers; fewer parts where many answers are equal."""
    if not len(answers):
        return
    place = np.searchsorted(np.unique(np.quantile(answers, (0.25, 0.5, 0.75))), answers, side="right")
    for quarter in np.unique(place).tolist():
        there, errors = answers[place == quarter], (scores - answers)[place == quarter]
        measures = {
            "rmse": float(np.sqrt(np.square(errors).mean())),
            "mae": float(np.abs(errors).mean()),
            "mean error": float(errors.mean()),
        }
        yield Part(f"{prefix}{there.min():.4g} to {there.max():.4g}", len(there), measures)


def _finite(name: str) -> float:
    """The number that a text is, NaN for others."""
    try:
        number = float(name)
    except ValueError:
        return np.nan
    return number if np.isfinite(number) else np.nan


def rmse(results: Values) -> ByInfluence:
    """Root of the mean squared error, sqrt(mean_i (p_i - y_i)^2), the mean over the numbers.

    >>> round(rmse(Values(np.array([[1.0], [1.0]]), np.array([[0.0], [1.0]]))).value, 4)
    0.7071
    """
    squares = np.square(results.errors)
    root = np.sqrt(_mean(squares))
    change = (squares - root**2) / np.where(root > 0, 2 * root, 1.0)  # d sqrt(m) = dm / (2 sqrt(m))
    return ByInfluence(float(np.mean(root)), change.mean(1), chance=float(np.mean(results.answers.std(0))))


def mae(results: Values) -> PerItem:
    """Mean absolute error, |p_i - y_i|, the mean over the numbers."""
    middle = np.median(results.answers, axis=0) if len(results.answers) else 0.0
    chance = float(np.abs(results.answers - middle).mean()) if len(results.answers) else None
    return PerItem(np.abs(results.errors).mean(1), chance)


def r2(results: Values) -> ByInfluence:
    """Coefficient of determination, 1 - sum_i (p_i - y_i)^2 / sum_i (y_i - mean y)^2, the mean over the numbers.

    >>> r2(Values(np.array([[1.0], [1.0]]), np.array([[1.0], [1.0]])))
    Traceback (most recent call last):
    ...
    relxfer.errors.Undefined: all test answers are equal
    """
    squares = np.square(results.errors)
    around = np.square(results.answers - _mean(results.answers))  # the mean itself moves them in second order only
    variance = around.mean(0)
    if not len(variance) or (variance == 0).any():
        raise Undefined("all test answers are equal")
    unexplained = squares.mean(0) / variance
    # quotient rule: d(e / v) = (de - (e / v) dv) / v
    change = -(squares - unexplained * around) / variance
    return ByInfluence(float(np.mean(1 - unexplained)), change.mean(1), chance=0.0)


def spearman(results: Values) -> ByInfluence:
    """Spearman's rank correlation of predictions and answers, ties with their mean rank, the mean over the numbers.

    Influences are those of a correlation of the ranks, with the ranks of the others as they are.
    """
    made = [_spearman(*columns) for columns in zip(results.scores.T, results.answers.T, strict=True)]
    contributions = np.mean(made, axis=0)
    return influence.split(contributions)


def _spearman(scores: np.ndarray, answers: np.ndarray) -> np.ndarray:
    from scipy.stats import rankdata

    ours, theirs = (rankdata(values) for values in (scores, answers))
    if not ours.std() or not theirs.std():
        raise Undefined("all test answers are equal" if not theirs.std() else "all predictions are equal")
    a, b = ((ranks - ranks.mean()) / ranks.std() for ranks in (ours, theirs))
    value = float((a * b).mean())
    # Devlin, Gnanadesikan and Kettenring 1975: a b - r (a^2 + b^2) / 2
    return value + a * b - value * (a**2 + b**2) / 2


def _mean(table: np.ndarray) -> np.ndarray:
    if not len(table):
        raise Undefined("there are no test queries")
    return table.mean(0)
