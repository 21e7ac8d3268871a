"""Temperature scaling finds the number that the labels were drawn with."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_strategies.calibrating.temperature import Temperature

from relxfer.errors import Incompatible


def softmax(scores):
    raised = np.exp(scores - scores.max(1, keepdims=True))
    return raised / raised.sum(1, keepdims=True)


def loss(probabilities, answers):
    return -np.log(probabilities[np.arange(len(answers)), answers]).mean()


@pytest.mark.parametrize("true", [0.5, 1.0, 3.0])
def test_it_finds_the_temperature_of_the_labels(true):
    rng = np.random.default_rng(0)
    scores = rng.normal(0, 4, (20_000, 5)).astype(np.float32)
    answers = (softmax(scores / true).cumsum(1) > rng.random((20_000, 1))).argmax(1)
    fitted = Temperature(None).fit(scores, answers)
    assert fitted[1]["temperature"] == pytest.approx(true, rel=0.05)


def test_no_other_temperature_is_better():
    rng = np.random.default_rng(1)
    scores = rng.normal(0, 3, (60, 4))
    # as often as there are labels that are taken to be as the scores say, so that these do not matter
    scores, answers = np.repeat(scores, 4, 0), np.tile(np.arange(4), 60)
    weights = softmax(scores)[np.arange(240), answers]
    rows = rng.choice(240, 40_000, p=weights / weights.sum())
    scores, answers = scores[rows], answers[rows]
    calibrator = Temperature(None)
    arrays, card = calibrator.fit(scores, answers)
    best = loss(calibrator.apply(scores, (arrays, card)), answers)
    for factor in (0.9, 0.99, 1.01, 1.1):
        other = {"temperature": card["temperature"] * factor}
        assert loss(calibrator.apply(scores, ({}, other)), answers) >= best


@pytest.mark.parametrize(("answer", "temperature"), [(0, 0.05), (1, 20.0)])
def test_it_stays_within_its_bounds(answer, temperature):
    scores = np.array([[4.0, 0.0]] if answer else [[0.01, 0.0]])
    fitted = Temperature(None).fit(np.repeat(scores, 100_000, 0), np.full(100_000, answer))
    assert fitted[1]["temperature"] == pytest.approx(temperature)


def test_few_labels_leave_it_near_1():
    for answers in ([0], [1], [0] * 5):
        fitted = Temperature(None).fit(np.array([[3.0, 0.0]] * len(answers)), np.array(answers))
        assert 0.8 < fitted[1]["temperature"] < 1.5


def test_the_order_of_the_classes_stays():
    rng = np.random.default_rng(2)
    scores = rng.normal(0, 3, (50, 6))
    for temperature in (0.05, 20.0):
        made = Temperature(None).apply(scores, ({}, {"temperature": temperature}))
        assert np.allclose(made.sum(1), 1)
        assert (made.argmax(1) == scores.argmax(1)).all()


def test_scores_that_are_not_finite_are_told():
    with pytest.raises(Incompatible, match="expected finite scores"):
        Temperature(None).fit(np.array([[np.inf, 0.0]]), np.array([0]))


@pytest.mark.parametrize("card", [{}, {"temperature": 0}, {"temperature": "x"}, {"temperature": [1]}])
def test_what_was_not_fitted_is_told(card):
    with pytest.raises((KeyError, ValueError, TypeError)):
        Temperature(None).apply(np.zeros((1, 2)), ({}, card))
