"""Learning relations: batches without their own facts, the loss, and predictions in order."""

import numpy as np
import pytest
import torch
from relxfer_kg.adapter import KGOptions
from relxfer_kg.asking.relations import Relations
from relxfer_kg.graph.knowledge_graph import KnowledgeGraph
from relxfer_kg.trix.model import TrixModel, TrixOptions
from torch.nn import functional as F

from relxfer.contract.data import Examples
from relxfer.errors import Incompatible

SMALL = {"dim": 8, "relation_layers": (1, 1), "entity_layers": (1, 1)}
FORM = Relations()


@pytest.fixture
def learner_of():
    def make(**options):
        torch.manual_seed(0)
        return TrixModel(TrixOptions(**SMALL)).relation_learner(KGOptions(**options))

    return make


@pytest.fixture
def asked(random_graph):
    graph = random_graph(entities=40, relations=5, facts=120)
    return FORM.examples(graph, graph.facts, None)


def test_the_facts_of_a_batch_carry_no_messages_and_others_of_its_pairs_do(graph_of, learner_of):
    graph = graph_of(3, 2, [[0, 0, 1], [0, 1, 1], [0, 0, 1], [1, 0, 0]])
    batch = learner_of().batch(FORM.examples(graph, graph.facts, None), np.array([0]), np.random.default_rng(0))
    assert batch.weight.tolist() == [0, 1, 0, 1] * 2
    assert (batch.pairs.tolist(), batch.labels.tolist()) == ([[0, 1]], [0])
    alone = learner_of(hidden_pair_probability=1.0)
    batch = alone.batch(FORM.examples(graph, graph.facts, None), np.array([0]), np.random.default_rng(0))
    assert batch.weight.tolist() == [0] * 8


@pytest.mark.parametrize("temperature", [0.0, 0.5, 1.0])
def test_the_loss_weighs_other_relations_by_their_own_scores(asked, learner_of, temperature):
    learner = learner_of(adversarial_temperature=temperature)
    batch = learner.batch(asked, np.arange(6), np.random.default_rng(0))
    scores = learner.module(batch.graph, batch.pairs, batch.weight)
    expected = []
    for row, answer in zip(scores, batch.labels.tolist(), strict=True):
        others = torch.cat([row[:answer], row[answer + 1 :]])
        weights = (others / temperature).softmax(0) if temperature else torch.full((4,), 0.25)
        expected.append((F.softplus(-row[answer]) + (weights.detach() * F.softplus(others)).sum()) / 2)
    torch.testing.assert_close(learner.loss(batch), torch.stack(expected).mean())
    torch.testing.assert_close(learner.loss(batch, scores), learner.loss(batch))


def test_one_relation_alone_has_a_finite_loss(graph_of, learner_of):
    graph, learner = graph_of(3, 1, [[0, 0, 1], [1, 0, 2]]), learner_of()
    batch = learner.batch(FORM.examples(graph, graph.facts, None), np.array([0, 1]), np.random.default_rng(0))
    loss = learner.loss(batch)
    loss.backward()
    assert torch.isfinite(loss)
    assert all(torch.isfinite(p.grad).all() for p in learner.module.parameters() if p.grad is not None)


def test_predictions_are_those_of_each_pair_in_order(asked, learner_of, monkeypatch):
    learner, shuffled = learner_of(), asked.take(np.random.default_rng(0).permutation(len(asked)))
    whole = np.concatenate(list(learner.predict(shuffled)))
    with torch.no_grad():
        expected = learner.module(asked.inputs, torch.from_numpy(shuffled.queries)).numpy()
    np.testing.assert_allclose(whole, expected, rtol=1e-5, atol=1e-5)
    monkeypatch.setattr("relxfer_kg.trix.relation_learner._HELD_SCORES", 35)
    blocks = list(learner.predict(shuffled))
    assert len(blocks) > 1
    np.testing.assert_allclose(np.concatenate(blocks), whole, rtol=1e-5, atol=1e-5)


def test_a_part_is_a_graph_of_its_own_whose_questions_lie_inside(asked, learner_of):
    learner, graph = learner_of(part_entities=(10, 15)), asked.inputs
    rng = np.random.default_rng(0)
    names = {(graph.entities[h], graph.relations[r], graph.entities[t]) for h, r, t in graph.facts.tolist()}
    for _ in range(5):
        batch = learner.batch(asked, rng.permutation(len(asked))[:8], rng)
        part = batch.graph
        assert part.num_entities <= 15
        assert len(batch.labels) == len(batch.rows) > 0
        for (head, tail), relation in zip(batch.pairs.tolist(), batch.labels.tolist(), strict=True):
            assert (part.entities[head], part.relations[relation], part.entities[tail]) in names
        own = part.edges_of(np.insert(batch.pairs.numpy(), 1, batch.labels.numpy(), axis=1))
        assert np.array_equal(batch.weight.numpy() == 0, own)
        learner.loss(batch).backward()


def test_derived_relations_are_asked_for_too(asked, learner_of):
    learner, rng = learner_of(part_entities=(30, 40), derived_probability=1.0), np.random.default_rng(0)
    batches = [learner.batch(asked, rng.permutation(len(asked))[:16], rng) for _ in range(6)]
    kinds = {batch.graph.relations[label].split()[0] for batch in batches for label in batch.labels.tolist()}
    assert "derived" in kinds


def test_training_finds_the_relation_that_the_kinds_of_two_entities_have(learner_of):
    """Odd and even entities: the relation says which kinds it links."""
    rng = np.random.default_rng(0)
    pairs = rng.integers(0, 12, (60, 2))
    facts = np.stack([pairs[:, 0], 2 * (pairs[:, 0] % 2) + pairs[:, 1] % 2, pairs[:, 1]], 1)
    graph = KnowledgeGraph(tuple(f"e{i}" for i in range(12)), tuple("pqrs"), facts)
    asked, learner = FORM.examples(graph, facts, None), learner_of()
    optimizer = torch.optim.Adam(learner.module.parameters(), lr=0.01)
    for _ in range(80):
        batch = learner.batch(asked, rng.permutation(60)[:16], rng)
        optimizer.zero_grad()
        learner.loss(batch).backward()
        optimizer.step()
    new = np.array([(h, t) for h in range(12) for t in range(12) if [h, t] not in pairs.tolist()])
    found = np.concatenate(list(learner.predict(Examples(graph, new)))).argmax(1)
    assert (found == 2 * (new[:, 0] % 2) + new[:, 1] % 2).mean() > 0.6, "an order at random finds a quarter"


def test_a_new_head_replaces_the_last_part(asked, learner_of):
    learner = learner_of()
    before = np.concatenate(list(learner.predict(asked)))
    learner.head = learner.new_head()
    assert learner.head is learner.module.mlp is learner.parts()[-1][1]
    assert not np.allclose(np.concatenate(list(learner.predict(asked))), before)


def test_every_parameter_is_in_one_part(learner_of):
    learner = learner_of()
    parts = [id(p) for _, part in learner.parts() for p in part.parameters()]
    assert sorted(parts) == sorted(id(p) for p in learner.module.parameters())


@pytest.mark.parametrize(
    "option", [{"negatives": 9}, {"linked_last": True}, {"subgraph_entities": 5}, {"block_mb": 1.0}]
)
def test_options_of_entity_scores_are_refused_and_defaults_are_not(learner_of, option):
    learner_of(**{name: getattr(KGOptions(), name) for name in option})
    with pytest.raises(Incompatible, match=f"got {next(iter(option))}; leave {next(iter(option))} out"):
        learner_of(**option)
