"""The rule that scores arms."""

from __future__ import annotations

from dataclasses import replace

import pytest

from relxfer.choose.recommending.scores import Scores
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
