"""Answers of tasks, and scores of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from relxfer import Classification, Clustering, LinkPrediction, MultiLabel, Ranking, Regression
from relxfer.contract.tasks import Task
from relxfer.testing.samples import sample_of


@pytest.mark.parametrize("kind", [Classification, Clustering, LinkPrediction, MultiLabel, Ranking, Regression])
def test_every_kind_has_answers_that_it_takes(kind):
    sample = sample_of(kind)
    assert isinstance(sample.task, kind)
    assert sample.task.problem(sample.answers) is None
    assert sample.right.shape == (120, sample.task.width)
    assert len(sample.examples()) == len(sample) == 120


def test_candidates_are_too_many_to_be_right_by_chance():
    assert sample_of(Ranking).task.width > 10


def test_noise_is_further_from_the_answers():
    sample = sample_of(Regression)
    errors = [np.abs(scores - sample.answers).mean() for scores in (sample.right, sample.noisy(0.5), sample.noise())]
    assert errors == sorted(errors)
    assert errors[0] == 0
    assert np.array_equal(sample.noise(1), sample.noise(1))


def test_a_kind_that_needs_more_than_names():
    @dataclass(frozen=True)
    class Other(Task):
        kind: str = field(default="other", init=False)

        def problem(self, answers):
            return "expected nothing"

    with pytest.raises(LookupError, match="takes neither"):
        sample_of(Other)
