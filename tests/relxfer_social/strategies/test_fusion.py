"""Two experts: which of them is trusted, and where."""

from __future__ import annotations

import pytest
import torch
from relxfer_social.architectures.experts_net import FusionHead, fused

import relxfer


def test_an_expert_that_knows_nothing_is_not_listened_to():
    sure, none = torch.tensor([[6.0, 0.0, 0.0]]), torch.zeros(1, 3)
    assert torch.allclose(fused([sure, none]), sure.softmax(1))
    assert torch.allclose(fused([none, sure]), sure.softmax(1))


def test_where_none_knows_anything_all_is_equally_likely():
    assert torch.allclose(fused([torch.zeros(2, 4), torch.zeros(2, 4)]), torch.full((2, 4), 0.25))


def test_probabilities_sum_to_1_and_have_finite_gradients():
    torch.manual_seed(0)
    head = FusionHead(4, 3)
    features = (1e4 * torch.randn(6, 8)).requires_grad_()
    scores = head(features)
    assert torch.allclose(scores.exp().sum(1), torch.ones(6), atol=1e-5)
    scores.sum().backward()
    assert features.grad.isfinite().all()


@pytest.fixture(scope="module")
def reached(tmp_path_factory):
    """Accuracy on a target whose links say the opposite of the source's, by model."""
    found = {}
    for model, strategy in (("experts", "fusion"), ("gcn", "zero-shot"), ("mlp", "zero-shot")):
        kind = {"use": "blocks", "nodes": 300, "signal": 1.5}
        training = {"steps": 60, "batch_size": 240, "lr": 0.01}
        config = {
            "name": "fusion",
            "threads": 1,
            "device": "cpu",
            "source": {"datasets": [kind], "model": model, "training": training},
            "target": {"dataset": {**kind, "seed": 1, "homophily": 0.1, "test_fraction": 0.5}, "model": model},
            "training": training,
            "strategy": [strategy],
            "report": {"baselines": False, "resamples": 200},
        }
        results = relxfer.run(config, out=tmp_path_factory.mktemp(model))
        found[model] = results.rows[0].metrics["accuracy"]
    return found


def test_where_links_mislead_attributes_are_trusted(reached):
    assert reached["mlp"] > reached["gcn"]
    assert reached["experts"] > reached["gcn"] + 0.03
