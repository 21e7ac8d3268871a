"""The contract of calibrators: calibrators that do not keep it are caught."""

from __future__ import annotations

import numpy as np
import pytest

from relxfer import Calibrator, hookimpl
from relxfer.testing import CalibratorContract


def softmax(scores):
    raised = np.exp(scores - scores.max(1, keepdims=True))
    return raised / raised.sum(1, keepdims=True)


class Grid:
    """Keeps the contract: the best of some temperatures."""

    def __init__(self, options):
        pass

    def fit(self, scores, answers):
        def loss(temperature):
            return -np.log(softmax(scores / temperature)[np.arange(len(scores)), answers] + 1e-12).mean()

        return {}, {"temperature": float(min(np.geomspace(0.01, 1000, 60).tolist() + [1.0], key=loss))}

    def apply(self, scores, fitted):
        return softmax(scores / fitted[1]["temperature"])


class Shifting(Grid):
    """Changes the order of classes."""

    def apply(self, scores, fitted):
        return np.roll(super().apply(scores, fitted), 1, axis=1)


class Logits(Grid):
    """Returns no probabilities."""

    def apply(self, scores, fitted):
        return scores / fitted[1]["temperature"]


class Keeping(Grid):
    """Keeps what it has fitted in itself."""

    kept = 1.0

    def fit(self, scores, answers):
        Keeping.kept = super().fit(scores, answers)[1]["temperature"]
        return {}, {}

    def apply(self, scores, fitted):
        return softmax(scores / Keeping.kept)


class Flat(Grid):
    """Says the same of every query."""

    def apply(self, scores, fitted):
        return np.full_like(scores, 1 / scores.shape[1])


class Together(Grid):
    """What is said of a query depends on those beside it."""

    def apply(self, scores, fitted):
        return softmax((scores - scores.mean(0)) / fitted[1]["temperature"])


MADE = (Grid, Shifting, Logits, Keeping, Flat, Together)


class Plugin:
    __name__ = "calibrators with faults"

    @hookimpl
    def relxfer_calibrators(self):
        return [
            Calibrator(
                name=made.__name__.lower(),
                load=f"{__name__}:{made.__name__}",
                tasks=("classification",),
                summary="test",
            )
            for made in MADE
        ]


def contract(made):
    return type("Planted", (CalibratorContract,), {"calibrator": made.__name__.lower(), "plugins": (Plugin(),)})


@pytest.mark.parametrize(
    ("made", "test"),
    [
        (Shifting, "test_it_keeps_the_order_of_candidates"),
        (Shifting, "test_right_answers_become_no_less_probable"),
        (Logits, "test_it_gives_probabilities"),
        (Keeping, "test_it_depends_on_its_arguments_only"),
        (Flat, "test_it_follows_the_answers"),
        (Together, "test_it_depends_on_its_arguments_only"),
    ],
)
def test_a_fault_is_caught(made, test, failed):
    assert test in failed(contract(made), test)


def test_a_calibrator_without_fault_passes(failed):
    assert failed(contract(Grid)) == {}
