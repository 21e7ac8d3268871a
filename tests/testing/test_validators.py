"""The contract of validators: validators that do not keep it are caught."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer import Validator, hookimpl
from relxfer.testing import ValidatorContract, blobs


class Accuracy:
    """Keeps the contract: the share of right answers."""

    def __init__(self, options):
        self.options = options

    def score(self, learner, cell):
        asked = cell.target.val
        predicted = np.concatenate(list(learner.predict(asked.hidden()))).argmax(1)
        return float((predicted == asked.answers).mean())


class Best(Accuracy):
    """Remembers the best score so far."""

    def __init__(self, options):
        self.best = 0.0

    def score(self, learner, cell):
        self.best = max(self.best, super().score(learner, cell))
        return self.best


class Cheating(Accuracy):
    """Has the answers of the test from elsewhere."""

    def score(self, learner, cell):
        tested = PEEKED[-1].test
        predicted = np.concatenate(list(learner.predict(tested.hidden()))).argmax(1)
        return float((predicted == tested.answers).mean())


class Error(Accuracy):
    """Lower is better."""

    def score(self, learner, cell):
        return 1 - super().score(learner, cell)


class Drawing(Accuracy):
    """Scores some of the labels, drawn from the state of numpy."""

    def score(self, learner, cell):
        return super().score(learner, cell) + np.random.rand() / 100


class Training(Accuracy):
    """Leaves the learner in eval mode."""

    def score(self, learner, cell):
        if hasattr(learner, "module"):
            learner.module.eval()
        return super().score(learner, cell)


class Undeclared(Accuracy):
    """Reads a source that its needs do not name."""

    def score(self, learner, cell):
        return super().score(learner, cell) + len(cell.sources[0].val)


class Overflowing(Accuracy):
    def score(self, learner, cell):
        return float("nan")


PEEKED = [blobs.load_target(blobs.BlobsOptions(), {})]
MADE = (Accuracy, Best, Cheating, Error, Drawing, Training, Undeclared, Overflowing)


class Plugin:
    __name__ = "validators with faults"

    @hookimpl
    def relxfer_validators(self):
        return [
            Validator(
                name=each.__name__.lower(),
                load=f"{__name__}:{each.__name__}",
                needs=("target-labels",),
                summary="for the tests of the contract",
            )
            for each in MADE
        ]


def contract(made):
    return type("Planted", (ValidatorContract,), {"validator": made.__name__.lower(), "plugins": (Plugin(),)})


@pytest.fixture(autouse=True)
def reachable(monkeypatch):
    """Record names are imported; this file is under a name that nobody can import. The last data set is peeked at."""
    import sys

    monkeypatch.setitem(sys.modules, __name__, sys.modules.get(__name__) or type(sys)(__name__))
    load = blobs.load_target

    def loaded(options, files):
        PEEKED.append(load(options, files))
        return PEEKED[-1]

    monkeypatch.setattr(blobs, "load_target", loaded)


@pytest.mark.parametrize(
    ("made", "test"),
    [
        (Best, "test_its_score_depends_on_no_earlier_call"),
        (Cheating, "test_it_never_sees_the_test"),
        (Error, "test_right_answers_score_higher"),
        (Drawing, "test_its_score_draws_no_random_numbers"),
        (Training, "test_it_leaves_the_learner_as_it_was"),
        (Undeclared, "test_its_score_is_a_number_or_none"),
        (Overflowing, "test_its_score_is_a_number_or_none"),
    ],
)
def test_a_fault_is_caught(made, test, failed):
    assert test in failed(contract(made), test)


def test_a_validator_without_fault_passes(failed):
    assert failed(contract(Accuracy)) == {}
