"""TRIX as a learner: its scores are the network's, whatever the block."""

import numpy as np
import pytest
import torch

from relxfer.contract.data import Examples
from relxfer.errors import Incompatible

pytestmark = pytest.mark.processor


def scores(learner, asked):
    return np.concatenate(list(learner.predict(asked)))


@pytest.fixture
def asked(random_graph, every_query):
    graph = random_graph()
    return Examples(graph, np.random.default_rng(0).permutation(every_query(graph)))


@pytest.mark.parametrize("block_bytes", [1, 2**16, 2**30])
def test_predictions_are_those_of_the_network_in_order(asked, trix_learner, plain_scores, block_bytes, monkeypatch):
    monkeypatch.setattr("relxfer_kg.dense._STATES_BYTES", {"cpu": block_bytes})
    learner = trix_learner()
    queries = np.concatenate([asked.queries, asked.queries[::-1]])
    blocks = list(learner.predict(Examples(asked.inputs, queries)))
    assert (len(blocks) == 1) == (block_bytes == 2**30)
    expected = plain_scores(learner.module, asked.inputs, queries)
    np.testing.assert_allclose(np.concatenate(blocks), expected, rtol=1e-5, atol=1e-5)


def test_a_new_head_replaces_the_last_part(asked, trix_learner):
    learner = trix_learner()
    before = scores(learner, asked)
    learner.head = learner.new_head()
    assert learner.module.head is learner.head is learner.parts()[-1][1]
    assert not np.allclose(scores(learner, asked), before)


def test_scores_in_bfloat16_are_near_those_in_float32_and_weights_stay(asked, trix_learner):
    exact, learner = scores(trix_learner(), asked), trix_learner(precision="bfloat16")
    rough = scores(learner, asked)
    assert rough.dtype == np.float32
    assert 0 < np.abs(rough - exact).max() < 0.1 * exact.std()
    assert {value.dtype for value in learner.module.parameters()} == {torch.float32}


def test_a_bound_on_balls_is_refused(asked, trix_learner):
    learner = trix_learner(subgraph_entities=6)
    for call in (learner.predict, lambda asked: learner.top(asked, 3, None)):
        with pytest.raises(Incompatible, match="unset subgraph_entities"):
            list(call(asked))
