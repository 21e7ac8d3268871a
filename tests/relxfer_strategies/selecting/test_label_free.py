"""Validators without target labels: values by hand, and what they see."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from relxfer_strategies.selecting import label_free as rules
from relxfer_strategies.selecting.labelled import ValidatorOptions

from relxfer.contract.data import Domain, Examples
from relxfer.contract.strategies import Cell
from relxfer.errors import Incompatible
from relxfer.judge.metrics.classification import Classification
from relxfer.testing import blobs, harness

TASK = Classification(("a", "b"))


class Fixed:
    """Answers every query with its own row of logits; the features are the inputs."""

    width = 2

    def __init__(self, logits):
        import torch

        self.logits, self.module = np.log(np.asarray(logits, float)), torch.nn.Linear(1, 1)

    def predict(self, examples):
        assert examples.answers is None
        yield self.logits[examples.queries]

    def batch(self, examples, rows, rng):
        import torch

        assert examples.answers is None
        return torch.from_numpy(examples.inputs[examples.queries[rows]])

    def features(self, batch):
        return batch


def target(count, inputs=None):
    return Domain("t", TASK, unlabelled=Examples(inputs, np.arange(count)))


def score(rule, learner, cell, **options):
    return rule(ValidatorOptions(**options)).score(learner, cell)


def cell_of(target, *sources):
    return Cell(None, None, target, sources)


def test_entropy_and_information_of_a_sure_and_an_unsure_row():
    learner, cell = Fixed([[1 - 1e-12, 1e-12], [0.5, 0.5]]), cell_of(target(2))
    assert score(rules.Entropy, learner, cell) == pytest.approx(-np.log(2) / 2, abs=1e-6)
    mean = -(0.75 * np.log(0.75) + 0.25 * np.log(0.25))
    assert score(rules.InformationMaximisation, learner, cell) == pytest.approx(mean - np.log(2) / 2, abs=1e-6)


def test_information_does_not_reward_one_answer_for_all():
    collapsed, fine = Fixed([[0.999, 0.001]] * 2), Fixed([[0.99, 0.01], [0.01, 0.99]])
    cell = cell_of(target(2))
    assert score(rules.Entropy, collapsed, cell) > score(rules.Entropy, fine, cell)
    assert score(rules.InformationMaximisation, collapsed, cell) < score(rules.InformationMaximisation, fine, cell)


def test_class_shares_are_those_of_the_sources():
    """Of four answers three are a: as in the labels 29, 9 with one more each; KL of (1/2, 1/2) from (3/4, 1/4)."""
    labels = Examples(None, np.arange(38), np.repeat([0, 1], [29, 9]))
    seen = cell_of(target(4), Domain("s", TASK, train=labels))
    a, b = [0.9, 0.1], [0.2, 0.8]
    assert score(rules.ClassShares, Fixed([a, a, a, b]), seen) == pytest.approx(0.0)
    half = -(0.5 * np.log(0.5 / 0.75) + 0.5 * np.log(0.5 / 0.25))
    assert score(rules.ClassShares, Fixed([a, a, b, b]), seen) == pytest.approx(half)
    assert score(rules.ClassShares, Fixed([b] * 4), seen) == pytest.approx(-np.log(4))


def test_a_class_that_no_source_has_may_be_answered():
    seen = cell_of(target(2), Domain("s", TASK, train=Examples(None, np.arange(8), np.zeros(8, int))))
    assert score(rules.ClassShares, Fixed([[0.1, 0.9]] * 2), seen) == pytest.approx(-np.log(10))


def test_density_counts_alike_neighbours():
    """Two groups: of three alike rows each has 2 neighbours (log 2), of two 1 (log 1 = 0)."""
    sure = [1 - 1e-12, 1e-12]
    learner = Fixed([sure] * 3 + [sure[::-1]] * 2)
    assert score(rules.SoftNeighbourhoodDensity, learner, cell_of(target(5))) == pytest.approx(
        3 * np.log(2) / 5, abs=1e-5
    )


def test_only_so_many_queries_are_asked():
    learner = Fixed([[0.5, 0.5]] * 4)
    asked = []
    learner.predict = lambda examples: (asked.extend(examples.queries), (yield np.zeros((len(examples), 2))))[:0]
    assert score(rules.Entropy, learner, cell_of(target(4)), max_queries=3) == pytest.approx(-np.log(2))
    assert len(asked) == 3


def test_the_control_variate_by_hand():
    """w = (1, 3), l = (1, 0): wl = (1, 0), Cov(wl, w) = -1, Var(w) = 2, eta = 1/2, risk = 1/2 + 1/2 · 2 - 1/2 = 1."""
    assert rules.controlled(np.array([1.0, 3.0]), np.array([1.0, 0.0])) == pytest.approx(1.0)


def test_the_control_variate_takes_the_mean_of_the_weights_out():
    """Equal losses have a risk of their own, whatever the weights add up to."""
    assert rules.controlled(np.array([2.0, 5.0, 8.0]), np.full(3, 0.3)) == pytest.approx(0.3)


def test_ratios_are_near_one_where_nothing_differs_and_follow_a_shift():
    rng = np.random.default_rng(0)
    same = rng.normal(size=(800, 2))
    assert np.abs(rules.ratios(same[:400], same[400:], same[:100]) - 1).max() < 0.5
    shifted = rules.ratios(same[:400], same[400:] + [1.0, 0.0], np.array([[0.5, 0.0], [1.5, 0.0], [-0.5, 0.0]]))
    # two normals, one apart: p_T / p_S = exp(x - 1/2)
    assert shifted == pytest.approx(np.exp([0.0, 1.0, -1.0]), rel=0.35)


def test_weights_prefer_the_model_that_is_right_where_the_target_is():
    rng = np.random.default_rng(0)
    inputs = np.concatenate([rng.normal(-1, 1, (200, 2)), rng.normal(1, 1, (200, 2))]).astype(np.float32)
    rows, answers = np.arange(200), np.zeros(200, int)
    whole = Examples(inputs, rows, answers)
    source = Domain("s", TASK, inputs, train=whole.take(rows[:100]), val=whole.take(rows[100:]))
    seen = cell_of(Domain("t", TASK, inputs, unlabelled=Examples(inputs, np.arange(200, 400))), source)
    near = inputs[:, 0] > np.median(inputs[100:200, 0])
    right_near, right_far = (Fixed(np.where(place[:, None], [0.9, 0.1], [0.1, 0.9])) for place in (near, ~near))
    for rule in (rules.ImportanceWeighted, rules.DeepEmbedded):
        assert score(rule, right_near, seen) > score(rule, right_far, seen)


def test_a_model_without_features_is_refused():
    source = Domain("s", TASK, train=Examples(None, np.arange(2), np.zeros(2, int)), val=None)
    with pytest.raises(Incompatible, match="a model with features"):
        score(rules.ImportanceWeighted, SimpleNamespace(), cell_of(target(2), replace(source, val=source.train)))


@pytest.mark.parametrize("rule", ["entropy", "im", "class-shares", "snd", "mixval", "iw", "dev"])
def test_each_selects_in_a_run(rule, tmp_path):
    config = {
        "name": rule,
        "threads": 1,
        "device": "cpu",
        "validator": {"use": rule, "max_queries": 24},
        "source": {"datasets": ["blobs-source"], "training": {"steps": 30, "batch_size": 12, "lr": 0.02}},
        "target": {"dataset": "blobs-target"},
        "training": {"steps": 6, "batch_size": 8, "lr": 0.01, "validations": 3},
        "strategy": "mcc",
        "report": {"baselines": False},
    }
    cell = harness.the_cell(harness.run({**config, "strategy": ["mcc"]}, tmp_path, [blobs]))
    assert cell.selection.rule == rule
