"""Validators by labels: the deciding metric on the target or on the sources."""

from __future__ import annotations

import numpy as np
import pytest
from relxfer_strategies.selecting.labelled import (
    LastStep,
    SourceVal,
    TargetVal,
    ValidatorOptions,
    per_query,
    some,
)

from relxfer.contract.data import Domain, Examples
from relxfer.contract.strategies import Cell
from relxfer.judge.metrics.classification import Classification
from relxfer.testing import blobs, harness

TASK = Classification(("a", "b"))


class Fixed:
    """Answers every query with its own row of scores."""

    def __init__(self, scores):
        self.scores = np.asarray(scores, float)

    def predict(self, examples):
        assert examples.answers is None, "answers are hidden from the learner"
        yield self.scores[examples.queries]


def domain(answers):
    return Domain("d", TASK, val=Examples(None, np.arange(len(answers)), np.array(answers)))


ALWAYS_A = Fixed([[1.0, 0.0]] * 8)


def test_the_target_s_accuracy():
    cell = Cell(None, None, domain([0, 0, 0, 1]))
    assert TargetVal(ValidatorOptions()).score(ALWAYS_A, cell) == 0.75


def test_the_mean_over_sources_and_not_over_their_queries():
    cell = Cell(None, None, domain([1]), (domain([0]), domain([0, 1, 1, 1])))
    assert SourceVal(ValidatorOptions()).score(ALWAYS_A, cell) == pytest.approx((1 + 0.25) / 2)


def test_the_last_step_scores_nothing():
    assert LastStep(None).score(ALWAYS_A, Cell(None, None, domain([0]))) is None


def test_every_query_has_its_share_of_the_metric():
    given = domain([0, 1, 0])
    assert per_query(ALWAYS_A, given, given.val).tolist() == [1.0, 0.0, 1.0]


def test_at_most_so_many_queries_the_same_every_time():
    examples = domain([0] * 8).val
    chosen = some(examples, 3).queries.tolist()
    assert len(set(chosen)) == 3
    assert some(examples, 3).queries.tolist() == chosen
    assert sorted(some(examples, 100).queries) == list(range(8))


def test_the_validator_scores_no_more_than_it_may():
    asked = []
    learner = Fixed([[1.0, 0.0]] * 8)
    predict, learner.predict = learner.predict, lambda examples: asked.append(len(examples)) or predict(examples)
    TargetVal(ValidatorOptions(max_queries=3)).score(learner, Cell(None, None, domain([0] * 8)))
    assert asked == [3]


@pytest.mark.parametrize(("validator", "rule"), [("auto", "class-shares"), ("target-val", "target-val")])
def test_only_a_validator_that_is_named_sees_labels_that_the_strategy_does_not(checkpoint, tmp_path, validator, rule):
    config = {
        "threads": 1,
        "device": "cpu",
        "source": {"datasets": ["blobs-source"], "checkpoint": str(checkpoint)},
        "target": {"dataset": "blobs-target"},
        "training": {"steps": 4, "batch_size": 8, "validations": 2},
        "strategy": {"use": "coral"},
        "validator": validator,
        "report": {"baselines": False},
    }
    assert harness.the_cell(harness.run(config, tmp_path, [blobs])).selection.rule == rule
