"""Fits of linear heads: few rows are solved for in their span, and constant labels keep their frequency."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer.authoring import linear_fits

pytestmark = pytest.mark.processor


@pytest.mark.parametrize("kind", ["logistic", "svm", "logistic_each", "ridge"])
@pytest.mark.parametrize("classes", [2, 3])
def test_few_rows_are_solved_for_in_their_span_to_the_same_head(kind, classes, monkeypatch):
    rng = np.random.default_rng(0)
    features, labels = rng.normal(size=(24, 60)), np.arange(24) % classes
    learnt = np.eye(classes)[labels] if kind in ("logistic_each", "ridge") else labels
    fit = getattr(linear_fits, kind)
    ours = fit(features, learnt, classes, 0.1)
    monkeypatch.setattr(linear_fits, "_spanned", lambda rows: (None, rows))
    for one, other in zip(ours, fit(features, learnt, classes, 0.1), strict=True):
        np.testing.assert_allclose(one, other, atol=2e-3)


def test_ridge_is_the_solution_of_its_equation():
    rng = np.random.default_rng(0)
    features, numbers = rng.normal(size=(30, 3)), rng.normal(size=(30, 2))
    weight, bias = linear_fits.ridge(features, numbers, 2, 0.5)
    scaler = linear_fits.centred(features)
    rows, around = scaler.transform(features), numbers - numbers.mean(0)
    expected = np.linalg.solve(rows.T @ rows + 2.0 * np.eye(3), rows.T @ around).T
    np.testing.assert_allclose(weight * scaler.scale_, expected, atol=1e-8)
    np.testing.assert_allclose((features @ weight.T + bias).mean(0), numbers.mean(0), atol=1e-8)


@pytest.mark.parametrize("fit", [linear_fits.logistic_each, linear_fits.svm_each])
def test_a_label_that_all_or_none_have_keeps_its_frequency(fit):
    labels = np.array([[1, 0, 1], [1, 0, 0], [1, 0, 1], [1, 0, 0]])
    weight, bias = fit(np.arange(8.0).reshape(4, 2), labels, 3, 1.0)
    assert not weight[:2].any()
    assert weight[2].any()
    np.testing.assert_allclose(bias[:2], [np.log(9), -np.log(9)])
