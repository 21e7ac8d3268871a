"""Dense scores are those of the network, whatever is held at once."""

import numpy as np
import pytest
from relxfer_kg.dense import dense_blocks

from relxfer.contract.data import Examples

pytestmark = pytest.mark.processor


@pytest.fixture
def asked(random_graph, every_query):
    graph = random_graph()
    return Examples(graph, every_query(graph))


@pytest.mark.parametrize("block_bytes", [1, 2**12, 2**30])
def test_dense_scores_are_those_of_the_network_whatever_the_block(
    asked, ultra_learner, plain_scores, block_bytes, monkeypatch
):
    monkeypatch.setattr("relxfer_kg.dense._STATES_BYTES", {"cpu": block_bytes})
    monkeypatch.setattr("relxfer_kg.dense._KEPT_BYTES", block_bytes)
    learner = ultra_learner()
    queries = np.concatenate([asked.queries, asked.queries[::-1]])
    blocks = list(dense_blocks(learner.module, Examples(asked.inputs, queries)))
    assert (len(blocks) == 1) == (block_bytes == 2**30)
    expected = plain_scores(learner.module, asked.inputs, queries)
    np.testing.assert_allclose(np.concatenate(blocks), expected, rtol=1e-5, atol=1e-5)


def test_relation_states_are_computed_once_while_they_fit(asked, ultra_learner, monkeypatch):
    monkeypatch.setattr("relxfer_kg.dense._STATES_BYTES", {"cpu": 1})  # one query at a time
    learner, computed = ultra_learner(), []
    plain = learner.module.relation_states
    monkeypatch.setattr(learner.module, "relation_states", lambda g, r: computed.extend(r.tolist()) or plain(g, r))
    for _ in dense_blocks(learner.module, asked):
        pass
    assert sorted(computed) == list(range(len(asked.inputs.relations)))


def test_a_module_that_holds_more_states_gets_fewer_queries_at_once(asked, ultra_learner, monkeypatch):
    monkeypatch.setattr("relxfer_kg.dense._STATES_BYTES", {"cpu": 8 * 4 * 20 * 8})  # 8 queries' states
    module = ultra_learner().module
    sizes = [next(len(block) for block in dense_blocks(module, asked, held)) for held in (1, 4, 100)]
    assert sizes == [8, 2, 1]
