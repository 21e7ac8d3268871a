"""Two linear heads: their disagreement, and the one that they become."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from relxfer_strategies.adapting.two_heads import TwoHeads
from torch import nn

from relxfer.errors import Incompatible

pytestmark = pytest.mark.processor


def sample(rows):
    return torch.from_numpy(np.random.default_rng(0).normal(size=(rows, 3))).float()


def test_two_heads_merge_into_one_with_the_same_scores():
    heads, features = TwoHeads(nn.Linear(3, 4), nn.Linear(3, 4)), sample(6)
    assert torch.allclose(heads.merged()(features), heads(features), atol=1e-6)


def test_disagreement_is_the_mean_difference_of_probabilities():
    """(1/2, 1/2) against (3/4, 1/4): 1/4 for each class."""
    heads = TwoHeads(nn.Linear(1, 2, bias=False), nn.Linear(1, 2, bias=False))
    with torch.no_grad():
        heads.first.weight.zero_()
        heads.second.weight.copy_(torch.tensor([[np.log(3.0)], [0.0]]))
    assert heads.disagreement(torch.ones(5, 1)).item() == pytest.approx(0.25)


def test_two_heads_must_be_linear():
    with pytest.raises(Incompatible, match="expected a head of one linear layer"):
        TwoHeads(nn.Sequential(nn.Linear(3, 4)), nn.Linear(3, 4))
