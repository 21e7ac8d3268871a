"""Attention on sources: the loss of a weighted prediction, and draws that predict other nodes than those they learn."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import torch
from relxfer_social.architectures.filters_net import FILTERS, Attention
from relxfer_social.data.blocks import load
from relxfer_social.options import BlocksOptions, NetworkOptions
from relxfer_social.strategies import attention_training
from relxfer_social.strategies.attention_training import AttentionLearner, attend, drawn_predictions
from relxfer_social.strategies.filter_regression import targets

from relxfer.contract.data import Examples
from relxfer.errors import Incompatible


def cell(*sources):
    return SimpleNamespace(learner=SimpleNamespace(options=NetworkOptions()), sources=sources)


def test_right_predictions_cost_nothing():
    labels = np.array([0, 2, 1])
    values = np.tile(targets(labels, 3).astype(np.float32), (1, len(FILTERS)))
    examples = Examples(values, np.arange(3), labels)
    batch = AttentionLearner(Attention()).batch(examples, np.array([2, 0]), np.random.default_rng(0))
    assert batch[2].tolist() == [1, 0]
    assert attend(None, batch).item() == pytest.approx(0, abs=1e-10)
    wrong = Examples(-values, np.arange(3), labels)
    assert attend(None, AttentionLearner(Attention()).batch(wrong, np.arange(3), None)).item() > 1


def test_predictions_are_of_nodes_that_gave_no_label(monkeypatch):
    source = load(BlocksOptions(nodes=60, blocks=3, test_fraction=0.0), {})
    learnt, asked = [], []
    solve, predicted = attention_training.solve, attention_training.predicted
    monkeypatch.setattr(
        attention_training, "solve", lambda g, nodes, *more: learnt.append(nodes) or solve(g, nodes, *more)
    )
    monkeypatch.setattr(
        attention_training, "predicted", lambda g, w, nodes: asked.append(nodes) or predicted(g, w, nodes)
    )
    torch.manual_seed(0)
    drawn = drawn_predictions(cell(source))
    assert len(learnt) == len(asked) == attention_training.DRAWS
    assert all(not set(one) & set(other) for one, other in zip(learnt, asked, strict=True))
    assert drawn["values 0"].shape == (len(drawn["labels 0"]), len(FILTERS) * 3)


def test_the_draws_are_those_of_torch():
    source = load(BlocksOptions(nodes=60, blocks=3, test_fraction=0.0), {})
    found = []
    for seed in (0, 0, 1):
        torch.manual_seed(seed)
        found.append(drawn_predictions(cell(source))["labels 0"].tolist())
    assert found[0] == found[1] != found[2]


def test_a_source_with_one_label_of_each_class_is_refused():
    source = load(BlocksOptions(nodes=60, blocks=3, test_fraction=0.0), {})
    first = [int(np.flatnonzero(source.train.answers == number)[0]) for number in range(3)]
    few = SimpleNamespace(inputs=source.inputs, task=source.task, train=source.train.take(np.array(first)))
    with pytest.raises(Incompatible, match="several labels of a class"):
        drawn_predictions(cell(few))
