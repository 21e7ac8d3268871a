"""The rule that scores arms."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relxfer.choose.recommending.scores import Scores, later
from relxfer.errors import UsageError
from relxfer.execute.engine import Engine
from relxfer.store.run_directory import Store

from .conftest import CONFIG


@pytest.fixture
def of(experiment, plugins, tmp_path):
    def made(**changes):
        engine = Engine(experiment(**changes), plugins, Store(tmp_path))
        return Scores.of(engine, replace(engine.plan()[0], trial=True))

    return made


def test_it_is_the_rule_by_which_rows_are_compared_with_its_labels(of):
    made = of()
    assert (made.rule, made.rules) == ("target-val", ())
    assert 0 < made.labels < 24


@pytest.mark.parametrize(
    ("validator", "rule"),
    [("auto", "class-shares"), ("im", "im"), (["im", "class-shares"], "im"), ("source-val", "source-val")],
)
def test_without_labels_it_is_the_first_that_ranks_finished_models(of, validator, rule):
    made = of(target={**CONFIG["target"], "label_budgets": [0]}, strategy=["dann"], validator=validator)
    assert (made.rule, made.labels, made.rules[0].name) == (rule, 0, rule)


def test_without_labels_for_the_validator_that_is_named_it_says_what_to_do(of):
    with pytest.raises(UsageError, match=r"expected a validator that scores models .*class-shares"):
        of(target={**CONFIG["target"], "label_budgets": [0]}, strategy=["dann"], validator="target-val")


def points(*scores, phase="fit"):
    return [{"phase": phase, "step": n, "validation": score, "logged": {}} for n, score in enumerate(scores)]


@pytest.mark.parametrize(
    ("course", "score"),
    [
        (points(0.2, 0.4, 0.9, 0.5, 0.7), 0.7),  # the later three
        (points(0.2, 0.4), 0.4),
        ([*points(0.9, 0.9, phase="one"), *points(0.1, 0.3, 0.5, 0.5, phase="two")], 0.5),
        (points(0.1, None, 0.5, None), 0.5),
        (points(0.5), None),
        (points(None, None), None),
        ([], None),
    ],
)
def test_what_trains_has_the_mean_score_of_its_later_points(course, score):
    """Not the best, which is too good where scores move a lot."""
    assert later(course) == (None if score is None else pytest.approx(score))
