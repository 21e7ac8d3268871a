"""The majority class: frequencies of the labels, the same for every query."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_strategies.baselines.majority import MajorityClass

from relxfer import Classification, Domain, Examples, Incompatible

INPUTS = "anything"


def domain(*classes: str) -> Domain:
    return Domain("some", Classification(classes), INPUTS)


def learnt(labels: list[int], *classes: str) -> MajorityClass:
    made = MajorityClass(None).attach(domain(*classes), ())
    made.learn([Examples(INPUTS, np.arange(len(labels)), np.array(labels))], None)
    return made


def scores(prior: MajorityClass) -> np.ndarray:
    return np.concatenate([*prior.predict(Examples(INPUTS, np.arange(5)))])


def test_scores_by_hand():
    """Of labels b, b, a: (1 + 1) / 6, (2 + 1) / 6, and 1 / 6 for the class without one."""
    found = scores(learnt([1, 1, 0], "a", "b", "c"))
    assert found.shape == (5, 3)
    assert np.exp(found) == pytest.approx(np.tile([2 / 6, 3 / 6, 1 / 6], (5, 1)))


def test_of_classes_that_are_labelled_equally_often_the_first_is_answered():
    assert scores(learnt([2, 1, 1, 2], "a", "b", "c")).argmax(1).tolist() == [1] * 5


def test_labels_of_one_class_alone():
    assert scores(learnt([1], "a", "b")).argmax(1).tolist() == [1] * 5


def test_it_is_stored_and_attached_again():
    prior = learnt([1, 1, 0], "a", "b", "c")
    again = MajorityClass(None, *prior.export().state())
    assert np.array_equal(scores(again.attach(domain("a", "b", "c"), ())), scores(prior))
    with pytest.raises(Incompatible, match="classes that were counted"):
        again.attach(domain("b", "a", "c"), ())
