"""Priors of labels: what they share, whatever they answer from."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer import Classification, Domain, Examples, Incompatible
from relxfer.authoring.label_prior import LabelPrior, frequencies, labels_of


class Last(LabelPrior):
    """Answers with the last label."""

    def learnt(self, examples):
        return {"last": labels_of(examples)[-1:]}

    def predict(self, examples):
        yield np.eye(self.task.width, dtype=np.float32)[np.tile(self.arrays["last"], len(examples))]


def domain(*classes: str) -> Domain:
    return Domain("some", Classification(classes), None)


def test_it_learns_from_all_examples_and_is_loaded_again():
    prior = Last(None).attach(domain("a", "b"), ())
    prior.learn([Examples(None, np.arange(2), np.array(labels)) for labels in ([0, 0], [0, 1])], None)
    again = Last(None, *prior.export().state()).attach(domain("a", "b"), ())
    assert [block.tolist() for block in again.predict(Examples(None, np.arange(2)))] == [[[0, 1], [0, 1]]]


def test_classes_that_it_has_not_counted_are_refused():
    prior = Last(None).attach(domain("a", "b"), ())
    assert prior.attach(domain("c", "d"), ()).task.answers == ("c", "d"), "nothing was learnt yet"
    prior.learn([Examples(None, np.arange(1), np.array([1]))], None)
    with pytest.raises(Incompatible, match=r"classes that were counted \(a, b\)"):
        prior.attach(domain("c", "d"), ())


def test_a_class_without_a_label_is_not_impossible():
    assert frequencies(np.array([1, 1]), 2).tolist() == [0.25, 0.75]
    assert frequencies(np.zeros(0, int), 2).tolist() == [0.5, 0.5]
