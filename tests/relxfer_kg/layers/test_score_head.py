"""The scoring head: the half of its first layer that reads the query is computed once per query."""

import pytest
import torch
from relxfer_kg.layers.score_head import ScoreHead

pytestmark = pytest.mark.processor


def test_scores_are_those_of_the_layers_on_state_and_query():
    torch.manual_seed(0)
    head, states, vectors = ScoreHead(6), torch.randn(3, 5, 6), torch.randn(3, 6)
    plain = head(torch.cat([states, vectors[:, None].expand(-1, 5, -1)], 2)).squeeze(-1)
    torch.testing.assert_close(head.score(states, vectors), plain)


def test_states_in_bfloat16_are_scored_in_float32():
    torch.manual_seed(0)
    head, states, vectors = ScoreHead(6), torch.randn(3, 5, 6).bfloat16(), torch.randn(3, 6)
    scores = head.score(states, vectors)
    assert scores.dtype == torch.float32
    torch.testing.assert_close(scores, head.score(states.float(), vectors))


def test_gradients_reach_states_and_query():
    head = ScoreHead(4)
    states, vectors = torch.randn(2, 3, 4, requires_grad=True), torch.randn(2, 4, requires_grad=True)
    head.score(states, vectors).sum().backward()
    assert states.grad.abs().sum() > 0
    assert vectors.grad.abs().sum() > 0
