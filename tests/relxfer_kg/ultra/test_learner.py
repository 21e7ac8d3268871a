"""ULTRA as a learner: when it scores exactly, when densely, and that both are the network's scores."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from relxfer_kg.domain import FactIds, Splits, Vocabulary, facts_of, kg_domain
from torch import nn

from relxfer.contract.data import Examples
from relxfer.errors import Incompatible

pytestmark = pytest.mark.processor
WIDER = {"dim": 16, "entity_layers": 3}


class Doubled(nn.ReLU):
    def forward(self, x):
        return 2 * super().forward(x)


def scores(learner, asked):
    return np.concatenate(list(learner.predict(asked)))


@pytest.fixture
def asked(random_graph, every_query):
    graph = random_graph()
    return Examples(graph, every_query(graph))


def test_predictions_are_those_of_the_network_in_order(asked, ultra_learner, plain_scores):
    queries = np.random.default_rng(0).permutation(asked.queries)
    learner = ultra_learner(block_mb=0.001)  # a few queries at a time
    blocks = list(learner.predict(Examples(asked.inputs, queries)))
    assert len(blocks) > 3
    expected = plain_scores(learner.module, asked.inputs, queries)
    np.testing.assert_allclose(np.concatenate(blocks), expected, rtol=1e-5, atol=1e-5)


def test_a_module_of_the_users_own_is_not_passed_over(asked, ultra_learner, plain_scores):
    learner = ultra_learner()
    learner.module.entity_model.layers[0].relation_projection[1] = Doubled()
    assert learner.scorer(asked.inputs) is None
    expected = plain_scores(learner.module, asked.inputs, asked.queries)
    np.testing.assert_allclose(scores(learner, asked), expected, rtol=1e-5, atol=1e-5)


def test_a_hook_is_not_passed_over(asked, ultra_learner):
    learner, calls = ultra_learner(), []
    learner.module.entity_model.layers[1].register_forward_hook(lambda *given: calls.append(1))
    assert learner.scorer(asked.inputs) is None
    scores(learner, asked)
    assert calls


def test_the_published_network_is_scored_exactly_where_numba_is(asked, ultra_learner):
    pytest.importorskip("numba")
    learner = ultra_learner()
    assert learner.scorer(asked.inputs) is not None
    learner.module.double()
    assert learner.scorer(asked.inputs) is None


# ------------------------------------------------------------------ counts


def counting(learner):
    """The learner, whose readout adds something."""
    torch.nn.init.normal_(learner.module.half_links[2].weight)
    return learner


def test_counts_are_added_by_exact_locality_and_densely_and_follow_the_graph(
    asked, ultra_learner, plain_scores, monkeypatch
):
    more = np.concatenate([asked.inputs.facts, [[18, 3, 19]]])
    for graph in (asked.inputs, type(asked.inputs)(asked.inputs.entities, asked.inputs.relations, more)):
        learner, examples = counting(ultra_learner({"half_links": True})), Examples(graph, asked.queries)
        expected = plain_scores(learner.module, graph, asked.queries)
        assert learner.scorer(graph) is not None
        np.testing.assert_allclose(scores(learner, examples), expected, rtol=1e-5, atol=1e-5)
        monkeypatch.setattr(learner, "_is_published", lambda: False)
        np.testing.assert_allclose(scores(learner, examples), expected, rtol=1e-5, atol=1e-5)


def test_what_counts_add_is_not_rounded(asked, ultra_learner):
    def added(**options):
        learner = counting(ultra_learner(WIDER | {"half_links": True}, **options))
        there = scores(learner, asked)
        torch.nn.init.zeros_(learner.module.half_links[2].weight)
        return there - scores(learner, asked)

    np.testing.assert_allclose(added(precision="bfloat16"), added(), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("options", [{}, {"part_entities": (20, 60), "left_out_fraction": 0.5}])
def test_neither_a_batchs_own_facts_nor_those_left_out_are_counted(random_graph, ultra_learner, options):
    graph, rng = random_graph(entities=200, relations=5, facts=900, seed=1), np.random.default_rng(0)
    domain = kg_domain("some", Vocabulary(graph.entities, graph.relations), Splits(FactIds(graph.facts)))
    learner = counting(ultra_learner({"half_links": True}, negatives=40, **options))
    batch, readout = learner.batch(domain.train, np.arange(0, 64, 8), rng), learner.module.half_links
    asked = Examples(batch.graph, batch.queries.numpy(), batch.candidates[:, 0].numpy())
    own = batch.graph.edges_of(facts_of(batch.graph, asked))[: len(batch.graph.facts)]
    assert own.any()
    given = batch.queries, torch.randn(len(batch.queries), 8)
    seen = readout.score(batch.graph, *given, batch.weight, batch.candidates)
    assert torch.equal(seen, readout.score(batch.graph.without(own), *given, None, batch.candidates))
    assert not torch.equal(seen, readout.score(batch.graph, *given, None, batch.candidates))


def test_training_moves_the_counts_away_from_zero(random_graph, ultra_learner):
    graph = random_graph(entities=60, facts=300)
    domain = kg_domain("some", Vocabulary(graph.entities, graph.relations), Splits(FactIds(graph.facts)))
    learner = ultra_learner({"half_links": True}, negatives=20)
    optimiser = torch.optim.Adam(learner.module.parameters(), lr=0.01)
    for step in range(2):
        optimiser.zero_grad()
        learner.loss(learner.batch(domain.train, np.arange(8) + step, np.random.default_rng(step))).backward()
        optimiser.step()
    assert all(parameter.grad.abs().sum() > 0 for parameter in learner.module.half_links.parameters())


# ------------------------------------------------------------------ parts


def test_a_new_head_replaces_the_last_part(asked, ultra_learner):
    learner = ultra_learner()
    before = scores(learner, asked)
    learner.head = learner.new_head()
    assert learner.module.head is learner.head is learner.parts()[-1][1]
    assert not np.allclose(scores(learner, asked), before)


# ------------------------------------------------------------------ bfloat16


def test_scores_in_bfloat16_are_near_those_in_float32_and_not_equal(asked, ultra_learner):
    exact, rough = scores(ultra_learner(WIDER), asked), scores(ultra_learner(WIDER, precision="bfloat16"), asked)
    assert rough.dtype == np.float32
    spread = exact.std()
    assert 0 < np.abs(rough - exact).max() < 0.1 * spread


def test_the_head_is_not_rounded(asked, ultra_learner):
    """Scores of 8 significant bits would tie; those of different states must not."""
    rough = scores(ultra_learner(WIDER, precision="bfloat16"), asked)
    assert (rough.view(np.uint32) & 0xFFFF).any()


def test_the_trained_weights_stay_in_float32(asked, ultra_learner):
    made = ultra_learner(WIDER, precision="bfloat16")
    before = {name: value.clone() for name, value in made.module.state_dict().items()}
    scores(made, asked)
    for name, value in made.module.state_dict().items():
        assert value.dtype == torch.float32
        assert torch.equal(value, before[name])


def test_the_best_answers_are_those_of_the_rounded_scores(asked, ultra_learner):
    made = ultra_learner(WIDER, precision="bfloat16")
    found = np.concatenate([best for best, _ in made.top(asked, 3, None)])
    expected = np.argsort(-scores(made, asked), axis=1, kind="stable")[:, :3]
    assert np.array_equal(found, expected)


# ------------------------------------------------------------------ bounded balls


def test_a_bound_reaches_scores_and_best_answers(random_graph, every_query, ultra_learner):
    pytest.importorskip("numba")
    from relxfer_kg.ultra.locality import scorer_of

    graph = random_graph(entities=60, facts=150)
    asked, learner = Examples(graph, every_query(graph)), ultra_learner({"entity_layers": 3}, subgraph_entities=6)
    found = scores(learner, asked)
    bounded = scorer_of(learner.module, graph, subgraph=6).scores(asked.queries)
    np.testing.assert_allclose(found, bounded, rtol=0, atol=1e-6)
    best, values = (np.concatenate(parts) for parts in zip(*learner.top(asked, 3, None), strict=True))
    np.testing.assert_allclose(values, -np.sort(-found, axis=1)[:, :3], rtol=0, atol=1e-6)
    np.testing.assert_allclose(np.take_along_axis(found, best, 1), values, rtol=0, atol=1e-6)


def test_where_exact_locality_is_not_possible_a_bound_is_refused(asked, ultra_learner):
    learner = ultra_learner(subgraph_entities=6)
    learner.module.entity_model.layers[0].relation_projection[1] = Doubled()
    for call in (learner.predict, lambda asked: learner.top(asked, 3, None)):
        with pytest.raises(Incompatible, match="unset subgraph_entities"):
            list(call(asked))


def test_on_a_gpu(gpus):
    path = Path(__file__).with_name("learner_gpu_checks.py")
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", str(path)]
    environment = {**gpus, "PYTHONPATH": os.pathsep.join(sys.path), "TRITON_INTERPRET": "0"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
