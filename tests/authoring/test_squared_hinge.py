"""Support vector machines are at the minimum of what they say they minimise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize

from relxfer.authoring.squared_hinge import SquaredHinge


def data(seed: int, count: int, width: int, classes: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    labels = np.arange(count) % classes
    return rng.standard_normal((count, width)) + rng.standard_normal((classes, width))[labels], labels


def objective(weight: np.ndarray, bias: float, rows: np.ndarray, signs: np.ndarray, strength: float) -> float:
    lacking = np.maximum(0, 1 - signs * (rows @ weight + bias))
    return float(weight @ weight / 2 + strength * np.square(lacking).sum())


def slope(weight: np.ndarray, bias: float, rows: np.ndarray, signs: np.ndarray, strength: float) -> np.ndarray:
    pull = 2 * strength * signs * np.maximum(0, 1 - signs * (rows @ weight + bias))
    return np.append(weight - pull @ rows, -pull.sum())


@given(
    seed=st.integers(0, 2**32 - 1),
    count=st.integers(6, 60),
    width=st.integers(1, 40),
    classes=st.integers(2, 5),
    strength=st.sampled_from([1e-4, 1e-2, 1.0, 100.0]),
)
def test_the_slope_is_zero_at_what_is_found(seed: int, count: int, width: int, classes: int, strength: float) -> None:
    rows, labels = data(seed, count, width, classes)
    fitted = SquaredHinge(strength).fit(rows, labels)
    assert fitted.coef_.shape == ((1 if classes == 2 else classes), width)
    for place, (weight, bias) in enumerate(zip(fitted.coef_, fitted.intercept_, strict=True)):
        signs = np.where(labels == (1 if classes == 2 else place), 1.0, -1.0)
        at_nothing = slope(0 * weight, 0.0, rows, signs, strength)
        at_minimum = slope(weight, bias, rows, signs, strength)
        assert np.linalg.norm(at_minimum) <= 1e-6 * np.linalg.norm(at_nothing)


@pytest.mark.parametrize(("count", "width"), [(80, 10), (30, 50)])
def test_no_other_weights_are_better(count: int, width: int) -> None:
    rows, labels = data(0, count, width, 2)
    signs = np.where(labels == 1, 1.0, -1.0)
    fitted = SquaredHinge(0.5).fit(rows, labels)
    found = objective(fitted.coef_[0], fitted.intercept_[0], rows, signs, 0.5)
    other = minimize(
        lambda wide: objective(wide[:-1], wide[-1], rows, signs, 0.5), np.zeros(width + 1), tol=1e-9, method="BFGS"
    )
    assert found == pytest.approx(other.fun, rel=1e-6)


def test_the_bias_is_free() -> None:
    rows, labels = data(1, 40, 3, 2)
    near, far = SquaredHinge(1.0).fit(rows, labels), SquaredHinge(1.0).fit(rows + 100, labels)
    assert far.coef_ == pytest.approx(near.coef_, rel=1e-6)
    assert far.intercept_[0] == pytest.approx(near.intercept_[0] - 100 * near.coef_.sum(), rel=1e-6)
