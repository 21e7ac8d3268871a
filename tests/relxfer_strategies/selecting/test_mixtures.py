"""MixVal: shares of mixtures by hand, and models whose inputs cannot be mixed."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from relxfer_strategies.selecting.labelled import ValidatorOptions
from relxfer_strategies.selecting.mixtures import MixVal, pairs_of_one, pairs_of_two

import relxfer
from relxfer.contract.data import Domain, Examples
from relxfer.contract.strategies import Cell
from relxfer.errors import Incompatible
from relxfer.judge.metrics.classification import Classification
from relxfer.testing import blobs, harness


class OnALine:
    """Inputs are numbers; the classes are those of a function from numbers to the class b."""

    def __init__(self, answers_b):
        self.answers_b, self.module = answers_b, torch.nn.Linear(1, 1)

    def predict(self, examples):
        assert examples.answers is None
        yield self.head(torch.from_numpy(examples.inputs[examples.queries])).numpy()

    def batch(self, examples, rows, rng):
        return torch.from_numpy(examples.inputs[examples.queries[rows]])

    def mixed(self, batch, other, share):
        return share * batch + (1 - share) * other

    def features(self, batch):
        return batch

    def head(self, features):
        right = self.answers_b(features).double()
        return torch.stack([1 - right, right], 1)


def score(learner, inputs, **options):
    numbers = np.asarray(inputs, np.float64)
    target = Domain("t", Classification(("a", "b")), numbers, unlabelled=Examples(numbers, np.arange(len(numbers))))
    return MixVal(ValidatorOptions(**options)).score(learner, Cell(None, None, target, ()))


def test_a_boundary_in_the_middle_keeps_every_mixture():
    """0.55 of 10 and 0.45 of 0 is 5.5, above 5; 0.55 of 0 and 0.45 of 10 is 4.5, below."""
    assert score(OnALine(lambda x: x > 5), [0.0] * 10 + [10.0] * 10) == 1.0


def test_a_boundary_at_the_side_loses_the_mixtures_of_one_of_its_classes():
    """With the boundary at 1 all pairs of one class are kept; of two classes those whose larger share is that of 10."""
    inputs = np.array([0.0] * 10 + [10.0] * 10)
    assert score(OnALine(lambda x: x > 1), inputs) == pytest.approx((1 + 0.5) / 2)


def test_a_class_in_two_places_is_no_cluster():
    """b is below 2 and above 8: each mixture of 0 and 10 falls between."""
    both = OnALine(lambda x: (x < 2) | (x > 8))
    inputs = [0.0, 10.0] * 20
    order = relxfer.seeding.generator("validation queries").permutation(40)
    shown = np.array(inputs)[order]
    together = np.mean(shown == np.roll(shown, -1))  # all are of one class, so that pairs are neighbours
    assert score(both, inputs) == pytest.approx(together / 2)


def test_one_answer_for_all_has_no_boundary():
    assert score(OnALine(lambda x: x > 99), [0.0, 1.0, 2.0]) == 0.5


def test_only_so_many_inputs_are_mixed():
    seen = []
    learner = OnALine(lambda x: x > 5)
    batch, learner.batch = learner.batch, lambda e, rows, rng: seen.append(len(e)) or batch(e, rows, rng)
    score(learner, np.linspace(0, 10, 30), max_queries=7)
    assert set(seen) == {7}


def test_pairs_are_of_one_class_or_of_two():
    classes = np.random.default_rng(0).integers(0, 4, 50)
    first, second = pairs_of_one(classes)
    assert sorted(first) == list(range(50))
    assert (classes[first] == classes[second]).all()
    assert (first != second).all()
    first, second = pairs_of_two(classes)
    assert (classes[first] != classes[second]).all()


def test_a_model_whose_inputs_cannot_be_mixed_is_refused():
    target = Domain("t", Classification(("a", "b")), unlabelled=Examples(None, np.arange(2)))
    with pytest.raises(Incompatible, match="inputs can be mixed"):
        MixVal(ValidatorOptions()).score(SimpleNamespace(), Cell(None, None, target, ()))


@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [
        ({"datasets": ["blobs-source"], "model": "blobs-closed"}, "blobs-target", "does not offer it"),
        ({"datasets": ["blocks"]}, {"use": "blocks", "seed": 1}, "two places have no mean"),
    ],
)
def test_a_cell_is_refused_where_the_validator_needs_what_the_model_lacks(source, target, reason, tmp_path):
    config = {
        "threads": 1,
        "device": "cpu",
        "validator": "mixval",
        "source": {**source, "training": {"steps": 2}},
        "target": {"dataset": target, "label_budgets": [0]},
        "training": {"steps": 2},
        "strategy": ["zero-shot", "scratch" if "model" in source else "coral"],
        "report": {"baselines": False},
    }
    if "model" in source:
        config["target"] = {"dataset": target, "label_budgets": [9], "model": "blobs-closed"}
    cells = {cell.strategy: cell for cell in harness.run(config, tmp_path, [blobs]).cells}
    assert cells.pop("zero-shot").status == "done", "where nothing is selected the validator is not asked"
    (refused,) = cells.values()
    assert refused.status == "refused"
    assert "validator 'mixval' cannot select here: needs" in refused.reason
    assert reason in refused.reason
